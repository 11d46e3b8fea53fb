// The filter of ListUsers: one attribute, equal to a text or beginning with it.
// https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api

import { invalidParameter } from "../errors.ts";
import type { UserRecord } from "../store/records.ts";

const SEARCHABLE_ATTRIBUTES = [
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "preferred_username",
];

export type UserFilter = (user: UserRecord) => boolean;

/** Throws `InvalidParameterException` for a filter that cannot be read or that names another attribute. */
export function parseUserFilter(filter: string | undefined): UserFilter {
  if (filter === undefined || filter.trim() === "") return () => true;
  const [, name, operator, quoted] = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? [];
  if (name === undefined || quoted === undefined) throw invalidParameter("Error while parsing filter.");
  const wanted = quoted.replaceAll(/\\(.)/g, "$1");
  const valueOf = valueReader(name);
  return (user) => {
    const value = valueOf(user);
    return operator === "=" ? value === wanted : value.startsWith(wanted);
  };
}

function valueReader(name: string): (user: UserRecord) => string {
  switch (name) {
    case "username":
      return ({ userName }) => userName;
    case "sub":
      return ({ sub }) => sub;
    case "cognito:user_status":
      return ({ status }) => status;
    case "status":
      return ({ isEnabled }) => (isEnabled ? "Enabled" : "Disabled");
    default:
      if (!SEARCHABLE_ATTRIBUTES.includes(name)) throw invalidParameter(`Invalid search attribute: ${name}`);
      return ({ attributes }) => attributes[name] ?? "";
  }
}
