// How an operation of the user-pool API is written: a schema of what it takes, and a function of the parsed input.

import type * as v from "valibot";
import { inputParser } from "../../aws/input.ts";
import type { JsonOperation } from "../../aws/json-protocol.ts";
import type { Core } from "../core.ts";

export const TARGET = "AWSCognitoIdentityProviderService";

/** Parses an input, or the part of one that its operation could not parse at once. */
export const parse = inputParser({
  service: TARGET,
  invalidCode: "InvalidParameterException",
  sensitive: [
    "Username",
    "ClientId",
    "Password",
    "TemporaryPassword",
    "SecretHash",
    "ClientSecret",
    "ConfirmationCode",
    "AccessToken",
    "Token",
    "AuthParameters",
    "ChallengeResponses",
    "NEW_PASSWORD",
    "Session",
    "RefreshToken",
    "UserCode",
    "Code",
    "PreviousPassword",
    "ProposedPassword",
    "Value",
  ],
});

/** The operations of one concern. */
export type OperationGroup = (core: Core) => Readonly<Record<string, JsonOperation>>;

/** `name` stands in refusals of members that are not served. */
export function operation<Schema extends v.GenericSchema>(
  name: string,
  schema: Schema,
  run: (input: v.InferOutput<Schema>) => unknown,
): Record<string, JsonOperation> {
  return { [name]: (input: unknown) => run(parse(name, schema, withoutNulls(input))) };
}

/** In AWS's JSON protocols a member that is null is one that is not there. */
function withoutNulls(input: unknown): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, withoutNulls(value)]),
  );
}
