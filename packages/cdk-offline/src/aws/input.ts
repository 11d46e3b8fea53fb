// Parses the input of an operation at the edge and says in AWS's words what is wrong with it.

import * as v from "valibot";
import { AwsError, notServed } from "./errors.ts";

export interface InputRules {
  /** What refusals are named after, such as `AmazonSSM`. */
  readonly service: string;
  /** The error code of a member that breaks its constraint, such as `ValidationException`. */
  readonly invalidCode: string;
  /** The names of members whose values never stand in a message, such as passwords. */
  readonly sensitive?: readonly string[];
}

/** Gives the parsed input or throws an `AwsError`. */
export type InputParser = <Schema extends v.GenericSchema>(
  operation: string,
  schema: Schema,
  input: unknown,
) => v.InferOutput<Schema>;

/**
 * Makes the parser of a service. Schemas are strict: a member they do not list is refused by name, since AWS has many
 * that are not served. A member of the wrong type is a `SerializationException`; the rest are counted and listed as
 * the services do it ("1 validation error detected: Value '11' at 'maxResults' failed to satisfy constraint: …").
 */
export function inputParser({ service, invalidCode, sensitive = [] }: InputRules): InputParser {
  return (operation, schema, input) => {
    const result = v.safeParse(schema, input);
    if (result.success) return result.output;
    const { issues } = result;
    for (const issue of issues) {
      if (isUnknownMember(issue)) throw notServed(`${service}.${operation} with ${memberPath(issue)}`);
    }
    const violations: string[] = [];
    for (const issue of issues) {
      const constraint = constraintOf(issue);
      if (constraint === undefined) {
        throw new AwsError("SerializationException", `${memberPath(issue)} is not of the right type`);
      }
      const value = isSensitive(issue, sensitive) ? "" : `${shown(issue)} `;
      violations.push(`Value ${value}at '${memberPath(issue)}' failed to satisfy constraint: ${constraint}`);
    }
    const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"} detected`;
    throw new AwsError(invalidCode, `${count}: ${violations.join("; ")}`);
  };
}

type Issue = v.BaseIssue<unknown>;

function isUnknownMember(issue: Issue): boolean {
  return issue.type === "strict_object" && issue.expected === "never";
}

function isMissingMember(issue: Issue): boolean {
  return issue.type === "strict_object" && issue.received === "undefined";
}

function isSensitive(issue: Issue, sensitive: readonly string[]): boolean {
  return issue.path?.some(({ key }) => typeof key === "string" && sensitive.includes(key)) ?? false;
}

function constraintOf(issue: Issue): string | undefined {
  if (isMissingMember(issue)) return "Member must not be null";
  const requirement = "requirement" in issue ? issue.requirement : undefined;
  switch (issue.type) {
    case "min_value":
      return `Member must have value greater than or equal to ${String(requirement)}`;
    case "max_value":
      return `Member must have value less than or equal to ${String(requirement)}`;
    case "min_length":
      return `Member must have length greater than or equal to ${String(requirement)}`;
    case "max_length":
      return `Member must have length less than or equal to ${String(requirement)}`;
    case "regex":
      return `Member must satisfy regular expression pattern: ${(requirement as RegExp).source}`;
    case "picklist":
      return `Member must satisfy enum value set: [${enumValues(issue)}]`;
    default:
      return undefined;
  }
}

/** Valibot writes them as `("A" | "B")`, the services as `A, B`. */
function enumValues({ expected }: Issue): string {
  return (expected ?? "").replaceAll(/[()" ]/g, "").replaceAll("|", ", ");
}

/** The member's place as the services write it: first letters small, list places counted from 1. */
function memberPath(issue: Issue): string {
  return (issue.path ?? [])
    .map(({ key }) =>
      typeof key === "number" ? `${key + 1}.member` : String(key).replace(/^[A-Z]/, (c) => c.toLowerCase()),
    )
    .join(".");
}

function shown(issue: Issue): string {
  return isMissingMember(issue) ? "null" : `'${String(issue.input)}'`;
}
