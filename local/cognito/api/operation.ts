// How an operation of the user-pool API is written: a schema of what it takes, and a function of the parsed input.

import type * as v from "valibot";
import { inputParser } from "../../aws/input.ts";
import type { JsonOperation } from "../../aws/json-protocol.ts";
import type { Core } from "../core.ts";

export const TARGET = "AWSCognitoIdentityProviderService";

const parse = inputParser({
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
  return { [name]: (input: unknown) => run(parse(name, schema, input)) };
}
