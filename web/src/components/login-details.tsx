// All that the ledger holds of one sign-in and that means something to its user.

import type { LoginFieldsFragment } from "../../../client/generated/operations.ts";
import { browserName } from "../browser-name.ts";
import { texts } from "../texts.ts";
import { Moment } from "./moment.tsx";

interface LoginDetailsProps {
  readonly login: LoginFieldsFragment;
}

export function LoginDetails({ login }: LoginDetailsProps) {
  return (
    <dl className="details">
      <div>
        <dt>{texts.ownLogin.when}</dt>
        <dd>
          <Moment iso={login.loggedInAt} form="exact" />
        </dd>
      </div>
      <div>
        <dt>{texts.ownLogin.browser}</dt>
        <dd>{browserName(login.userAgent)}</dd>
      </div>
      <div>
        <dt>{texts.ownLogin.address}</dt>
        <dd>{login.address ?? texts.unknownAddress}</dd>
      </div>
      <div>
        <dt>{texts.ownLogin.id}</dt>
        <dd className="record-id">{login.id}</dd>
      </div>
    </dl>
  );
}
