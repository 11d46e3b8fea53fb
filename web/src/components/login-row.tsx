// One sign-in in the list.

import type { LoginFieldsFragment } from "../../../client/generated/operations.ts";
import { browserName } from "../browser-name.ts";
import { texts } from "../texts.ts";
import { Moment } from "./moment.tsx";

interface LoginRowProps {
  readonly login: LoginFieldsFragment;
  /** Whether it is the one that this page stems from. */
  readonly isOwn: boolean;
}

export function LoginRow({ login, isOwn }: LoginRowProps) {
  return (
    <li className="row" aria-current={isOwn ? "true" : undefined}>
      <span className="row-when">
        <Moment iso={login.loggedInAt} form="row" />
        {isOwn && <span className="badge">{texts.list.current}</span>}
      </span>
      <span className="row-where">
        <span className="row-browser" title={login.userAgent ?? undefined}>
          {browserName(login.userAgent)}
        </span>{" "}
        <span className="row-address">{login.address ?? texts.unknownAddress}</span>
      </span>
    </li>
  );
}
