// The filters of DescribeParameters and GetParametersByPath.

import * as v from "valibot";
import { AwsError, notServed } from "../aws/errors.ts";
import { isBelow, parsePath } from "./parameter-name.ts";
import { current, type Parameter } from "./parameter-store.ts";

export const parameterFilters = v.array(
  v.strictObject({
    Key: v.pipe(v.string(), v.minLength(1), v.maxLength(132)),
    Option: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(10))),
    Values: v.optional(v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(50)), []),
  }),
);

type ParameterFilter = v.InferOutput<typeof parameterFilters>[number];
type Test = (parameter: Parameter, value: string) => boolean;

const texts: Readonly<Record<string, (parameter: Parameter) => string>> = {
  Name: ({ name }) => name,
  Type: (parameter) => current(parameter).type,
  Tier: (parameter) => current(parameter).tier,
  DataType: () => "text",
};

/**
 * A parameter must pass every filter; it passes one by any of the filter's values.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 */
export function filterOf(
  filters: readonly ParameterFilter[],
  keys: readonly string[],
): (parameter: Parameter) => boolean {
  const tests = filters.map((filter) => {
    const test = testOf(filter, keys);
    return (parameter: Parameter) => filter.Values.some((value) => test(parameter, value));
  });
  return (parameter) => tests.every((test) => test(parameter));
}

function testOf({ Key, Option }: ParameterFilter, keys: readonly string[]): Test {
  if (!keys.includes(Key)) throw notServed(`AmazonSSM: a parameter filter by ${Key}`);
  if (Key === "Path") {
    const recursive = oneOf(Option ?? "OneLevel", ["Recursive", "OneLevel"]) === "Recursive";
    return ({ name }, value) => isBelow(parsePath(value), name, recursive);
  }
  const textOf = texts[Key] ?? (() => "");
  const options = Key === "Name" ? ["Equals", "BeginsWith", "Contains"] : ["Equals", "BeginsWith"];
  switch (oneOf(Option ?? "Equals", options)) {
    case "BeginsWith":
      return (parameter, value) => textOf(parameter).startsWith(value);
    case "Contains":
      return (parameter, value) => textOf(parameter).includes(value);
    default:
      return (parameter, value) => textOf(parameter) === value;
  }
}

function oneOf(option: string, options: readonly string[]): string {
  if (options.includes(option)) return option;
  throw new AwsError(
    "InvalidFilterOption",
    `The following filter option is not valid: ${option}. Valid options include: [${options.join(", ")}].`,
  );
}
