// AdminCreateUser: an administrator makes an account, whose temporary password is mailed to the user.
// https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-create-user-accounts.html

import * as v from "valibot";
import { AwsError, notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import { checkAttributes } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";
import { checkPasswordPolicy, generatePassword } from "../passwords/password-policy.ts";
import { hidePassword } from "../passwords/srp-verifier.ts";
import type { UserRecord } from "../store/records.ts";
import type { Change } from "../store/store.ts";
import type { Letter } from "../users/outbox.ts";
import { attributeList, metadata, password, toAttributes, userName, userPoolId } from "./members.ts";
import { operation, TARGET, type OperationGroup } from "./operation.ts";
import { userShape } from "./shapes.ts";

const newUser = v.strictObject({
  UserPoolId: userPoolId,
  Username: userName,
  UserAttributes: attributeList,
  TemporaryPassword: v.optional(password),
  MessageAction: v.optional(v.picklist(["RESEND", "SUPPRESS"])),
  DesiredDeliveryMediums: v.optional(v.array(v.picklist(["SMS", "EMAIL"]))),
  ForceAliasCreation: v.optional(v.boolean()),
  ValidationData: attributeList,
  ClientMetadata: metadata,
});

type NewUser = v.InferOutput<typeof newUser>;

export const createUserOperation: OperationGroup = (core) =>
  operation("AdminCreateUser", newUser, async (input) => {
    if (input.DesiredDeliveryMediums?.includes("SMS") === true) {
      throw notServed(`${TARGET}.AdminCreateUser with desiredDeliveryMediums SMS`);
    }
    const pool = core.registry.pool(input.UserPoolId);
    const user =
      input.MessageAction === "RESEND" ? inviteAgain(core, pool, input) : await create(core, pool, input);
    return { User: userShape(user) };
  });

async function create(core: Core, pool: Pool, input: NewUser): Promise<UserRecord> {
  const attributes = toAttributes(input.UserAttributes);
  checkAttributes(pool.attributes, attributes);
  const code = temporaryPassword(pool, input);
  const make = (): UserRecord =>
    core.users.make(
      pool,
      { userName: input.Username, attributes, status: "FORCE_CHANGE_PASSWORD" },
      "User account already exists",
    );
  const checkAlias = (user: UserRecord): void => {
    if (input.ForceAliasCreation !== true) core.users.checkAlias(pool, user);
  };
  checkAlias(make()); // refuses before anybody is told of the user
  await core.triggers.preSignUp({
    pool,
    client: undefined,
    user: { userName: input.Username, attributes },
    source: "AdminCreateUser",
    validationData: input.ValidationData && toAttributes(input.ValidationData),
    clientMetadata: input.ClientMetadata,
  });
  const made = make();
  const user = { ...made, password: hidePassword(made, code, core.clock()) };
  checkAlias(user);
  const takeover = core.users.aliasTakeover(pool, user);
  if (input.MessageAction === "SUPPRESS") core.store.commit(...takeover, core.users.change(user));
  else invite(core, user, { pool, code, takeover });
  return user;
}

/** Sends another temporary password in place of the first. */
function inviteAgain(core: Core, pool: Pool, input: NewUser): UserRecord {
  const user = core.users.get(pool, input.Username);
  if (user.status !== "FORCE_CHANGE_PASSWORD") {
    throw new AwsError(
      "UnsupportedUserStateException",
      `Resend not possible. ${user.userName} status is not FORCE_CHANGE_PASSWORD`,
    );
  }
  const code = temporaryPassword(pool, input);
  const invited = { ...user, password: hidePassword(user, code, core.clock()) };
  invite(core, invited, { pool, code, takeover: [] });
  return invited;
}

function temporaryPassword({ passwordPolicy }: Pool, { TemporaryPassword }: NewUser): string {
  const code = TemporaryPassword ?? generatePassword(passwordPolicy);
  checkPasswordPolicy(passwordPolicy, code);
  return code;
}

interface Invitation {
  readonly pool: Pool;
  readonly code: string;
  /** Changes that come with it. */
  readonly takeover: readonly Change[];
}

/** Stores the user and, where there is an address, sends the password. */
function invite(core: Core, user: UserRecord, { pool, code, takeover }: Invitation): void {
  const to = user.attributes["email"];
  if (to === undefined) {
    core.store.commit(...takeover, core.users.change(user));
    return;
  }
  const letter: Letter = {
    to,
    userName: user.userName,
    template: pool.invitationMessage,
    code,
    isPassword: true,
  };
  core.store.commit(...takeover, core.users.change(user), ...core.outbox.changes(letter));
  core.outbox.deliver(letter);
}
