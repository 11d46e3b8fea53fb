// The sign-in before this one: whoever does not remember it should wonder.

import type { LoginFieldsFragment } from "../../../client/generated/operations.ts";
import { browserName } from "../browser-name.ts";
import { texts } from "../texts.ts";
import { Moment } from "./moment.tsx";

interface LastLoginProps {
  /** `null` at the first sign-in. */
  readonly login: LoginFieldsFragment | null;
}

export function LastLogin({ login }: LastLoginProps) {
  if (login === null) return <p className="lead">{texts.greeting.firstLogin}</p>;
  const { address, userAgent, loggedInAt } = login;
  return (
    <p className="lead">
      {texts.greeting.lastLogin} <Moment iso={loggedInAt} form="sentence" />
      {address !== null && ` ${texts.greeting.lastLoginFrom(address)}`}
      {userAgent !== null && ` ${texts.greeting.lastLoginWith(browserName(userAgent))}`}.
    </p>
  );
}
