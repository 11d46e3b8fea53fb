// Reading parameters: one or several by name, or all below a path.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { pageToken, readPageToken } from "../aws/page-token.ts";
import { parseInput } from "./input.ts";
import { filterOf, parameterFilters } from "./parameter-filter.ts";
import { isBelow, parameterArn, parsePath, parseReference, type Owner } from "./parameter-name.ts";
import { current, type Parameter, type ParameterStore, type ParameterVersion } from "./parameter-store.ts";

export interface ReadContext {
  readonly store: ParameterStore;
  readonly owner: Owner;
}

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
/** Nothing is encrypted here: there are no parameters of type SecureString. */
const withDecryption = v.optional(v.boolean());

const getInput = v.strictObject({ Name: name, WithDecryption: withDecryption });

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
export function getParameter(context: ReadContext, input: unknown) {
  const { Name } = parseInput("GetParameter", getInput, input);
  const found = find(context, Name);
  if (found === undefined) throw new AwsError("ParameterNotFound", "");
  if (found.version === undefined) {
    throw new AwsError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${found.askedVersion} of ${found.parameter.name}. ` +
        "Verify the version and try again.",
    );
  }
  return { Parameter: shown(context.owner, found.parameter, found.version, Name) };
}

/** The value of a parameter by name, name and version, or ARN. Throws `AwsError` when there is none. */
export function parameterValue(context: ReadContext, reference: string): string {
  return getParameter(context, { Name: reference }).Parameter.Value;
}

const getManyInput = v.strictObject({
  Names: v.pipe(v.array(name), v.minLength(1), v.maxLength(10)),
  WithDecryption: withDecryption,
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export function getParameters(context: ReadContext, input: unknown) {
  const { Names } = parseInput("GetParameters", getManyInput, input);
  const parameters: object[] = [];
  const invalid: string[] = [];
  for (const asked of new Set(Names)) {
    const found = find(context, asked);
    if (found?.version === undefined) invalid.push(asked);
    else parameters.push(shown(context.owner, found.parameter, found.version, asked));
  }
  return { Parameters: parameters, InvalidParameters: invalid };
}

const byPathInput = v.strictObject({
  Path: name,
  Recursive: v.optional(v.boolean(), false),
  ParameterFilters: v.optional(parameterFilters, []),
  WithDecryption: withDecryption,
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 10),
  NextToken: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html */
export function getParametersByPath(context: ReadContext, input: unknown) {
  const { Path, Recursive, ParameterFilters, MaxResults, NextToken } = parseInput(
    "GetParametersByPath",
    byPathInput,
    input,
  );
  const path = parsePath(Path);
  const matches = filterOf(ParameterFilters, ["Type"]);
  const listed = context.store
    .list()
    .filter((parameter) => isBelow(path, parameter.name, Recursive) && matches(parameter));
  const query = ["GetParametersByPath", path, Recursive, ParameterFilters];
  const page = pageOf(listed, query, MaxResults, NextToken);
  return {
    Parameters: page.items.map((parameter) =>
      shown(context.owner, parameter, current(parameter), parameter.name),
    ),
    NextToken: page.nextToken,
  };
}

/** One page of a list in the order of names. */
export function pageOf(
  listed: readonly Parameter[],
  query: unknown,
  maxResults: number,
  token: string | undefined,
): { items: readonly Parameter[]; nextToken: string | undefined } {
  const after = token === undefined ? "" : readPageToken(query, token);
  if (after === undefined) {
    throw new AwsError("InvalidNextToken", "The specified token is not valid.");
  }
  const rest = listed.filter((parameter) => parameter.name > after);
  const items = rest.slice(0, maxResults);
  const last = items.at(-1);
  return {
    items,
    nextToken: last && rest.length > items.length ? pageToken(query, last.name) : undefined,
  };
}

interface Found {
  readonly parameter: Parameter;
  /** `undefined` when the parameter has no version of the number asked for. */
  readonly version: ParameterVersion | undefined;
  readonly askedVersion: number | undefined;
}

function find({ store, owner }: ReadContext, asked: string): Found | undefined {
  const reference = parseReference(owner, asked);
  const parameter = store.get(reference.name);
  if (parameter === undefined) return undefined;
  const version =
    reference.version === undefined
      ? current(parameter)
      : parameter.versions.find((candidate) => candidate.version === reference.version);
  return { parameter, version, askedVersion: reference.version };
}

function shown(owner: Owner, { name }: Parameter, version: ParameterVersion, asked: string) {
  const selector = /:(\d+)$/.exec(asked)?.[0];
  return {
    Name: name,
    Type: version.type,
    Value: version.value,
    Version: version.version,
    ...(selector !== undefined && { Selector: selector }),
    LastModifiedDate: version.modifiedAt / 1000,
    ARN: parameterArn(owner, name),
    DataType: "text",
  };
}
