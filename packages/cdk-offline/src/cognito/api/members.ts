// The members that inputs of the user-pool API have in common, with the service's constraints.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html

import * as v from "valibot";
import type { Attributes } from "../model/attributes.ts";
import { PASSWORD_MAX_LENGTH, PASSWORD_PATTERN } from "../passwords/password-policy.ts";
import { USER_NAME_MAX_LENGTH, USER_NAME_PATTERN } from "../users/user-name.ts";

export const userPoolId = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(55),
  v.regex(/^[\w-]+_[0-9a-zA-Z]+$/),
);

export const clientId = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[\w+]+$/));

export const userName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(USER_NAME_MAX_LENGTH),
  v.regex(USER_NAME_PATTERN),
);

export const password = v.pipe(v.string(), v.maxLength(PASSWORD_MAX_LENGTH), v.regex(PASSWORD_PATTERN));

export const session = v.optional(v.pipe(v.string(), v.minLength(20), v.maxLength(2048)));

export const accessToken = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-_=.]+$/));

/** A code that was sent to the user. */
export const confirmationCode = v.pipe(v.string(), v.minLength(1), v.maxLength(2048), v.regex(/^[\S]+$/));

export const attributeName = v.pipe(v.string(), v.minLength(1), v.maxLength(32), v.regex(USER_NAME_PATTERN));

export const groupName = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(USER_NAME_PATTERN));

export const attributeList = v.optional(
  v.array(
    v.strictObject({
      Name: attributeName,
      Value: v.optional(v.string()),
    }),
  ),
);

/** Key-value pairs for the functions of triggers. */
export const metadata = v.optional(
  v.record(v.pipe(v.string(), v.maxLength(131_072)), v.pipe(v.string(), v.maxLength(131_072))),
);

/** Data for analytics and threat protection, of which there are none here: taken, and nothing comes of it. */
export const unheard = v.optional(v.unknown());

export function toAttributes(list: v.InferOutput<typeof attributeList>): Attributes {
  return Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name, Value ?? ""]));
}
