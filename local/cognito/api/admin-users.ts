// Operations with which an administrator manages users.

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import { notAuthorized } from "../errors.ts";
import { checkAttributes } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";
import { checkPasswordPolicy, generatePassword } from "../passwords/password-policy.ts";
import { hidePassword } from "../passwords/srp-verifier.ts";
import type { UserRecord } from "../store/records.ts";
import type { Letter } from "../users/outbox.ts";
import { attributeList, password, toAttributes, unheard, userName, userPoolId } from "./members.ts";
import { operation, TARGET, type OperationGroup } from "./operation.ts";
import { attributeShapes, userShape, userState } from "./shapes.ts";

const oneUser = { UserPoolId: userPoolId, Username: userName };

const newUser = v.strictObject({
  ...oneUser,
  UserAttributes: attributeList,
  TemporaryPassword: v.optional(password),
  MessageAction: v.optional(v.picklist(["RESEND", "SUPPRESS"])),
  DesiredDeliveryMediums: v.optional(v.array(v.picklist(["SMS", "EMAIL"]))),
  ForceAliasCreation: v.optional(v.boolean()),
  ValidationData: unheard,
  ClientMetadata: unheard,
});

export const adminUserOperations: OperationGroup = (core) => ({
  ...operation("AdminCreateUser", newUser, (input) => ({ User: userShape(createUser(core, input)) })),

  ...operation("AdminGetUser", v.strictObject(oneUser), (input) => {
    const { user } = find(core, input);
    return { Username: user.userName, UserAttributes: attributeShapes(user), ...userState(user) };
  }),

  ...operation(
    "AdminSetUserPassword",
    v.strictObject({ ...oneUser, Password: password, Permanent: v.optional(v.boolean()) }),
    (input) => {
      const { pool, user } = find(core, input);
      checkPasswordPolicy(pool.passwordPolicy, input.Password);
      core.store.commit(
        core.users.change({
          ...user,
          status: input.Permanent === true ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD",
          password: hidePassword(user, input.Password, core.clock()),
        }),
      );
      return {};
    },
  ),

  ...operation("AdminConfirmSignUp", v.strictObject({ ...oneUser, ClientMetadata: unheard }), (input) => {
    const { user } = find(core, input);
    if (user.status !== "UNCONFIRMED") {
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    }
    core.store.commit(core.users.change({ ...user, status: "CONFIRMED" }));
    return {};
  }),

  ...operation("AdminDisableUser", v.strictObject(oneUser), (input) => {
    const { user } = find(core, input);
    core.store.commit(core.users.change({ ...user, isEnabled: false }), ...core.grants.revocations(user));
    return {};
  }),

  ...operation("AdminEnableUser", v.strictObject(oneUser), (input) => {
    const { user } = find(core, input);
    core.store.commit(core.users.change({ ...user, isEnabled: true }));
    return {};
  }),

  ...operation("AdminDeleteUser", v.strictObject(oneUser), (input) => {
    const { user } = find(core, input);
    core.store.commit(core.users.removal(user), ...core.grants.removals(user));
    return {};
  }),

  ...operation("AdminUserGlobalSignOut", v.strictObject(oneUser), (input) => {
    const { user } = find(core, input);
    core.store.commit(...core.grants.revocations(user));
    return {};
  }),
});

function find(
  core: Core,
  { UserPoolId, Username }: { readonly UserPoolId: string; readonly Username: string },
): { pool: Pool; user: UserRecord } {
  const pool = core.registry.pool(UserPoolId);
  return { pool, user: core.users.get(pool, Username) };
}

function createUser(core: Core, input: v.InferOutput<typeof newUser>): UserRecord {
  if (input.MessageAction === "RESEND")
    throw notServed(`${TARGET}.AdminCreateUser with messageAction RESEND`);
  if (input.ForceAliasCreation === true) throw notServed(`${TARGET}.AdminCreateUser with forceAliasCreation`);
  if (input.DesiredDeliveryMediums?.includes("SMS") === true) {
    throw notServed(`${TARGET}.AdminCreateUser with desiredDeliveryMediums SMS`);
  }
  const pool = core.registry.pool(input.UserPoolId);
  const attributes = toAttributes(input.UserAttributes);
  checkAttributes(pool.attributes, attributes);
  const code = input.TemporaryPassword ?? generatePassword(pool.passwordPolicy);
  checkPasswordPolicy(pool.passwordPolicy, code);
  const made = core.users.make(
    pool,
    { userName: input.Username, attributes, status: "FORCE_CHANGE_PASSWORD" },
    "User account already exists",
  );
  const user = { ...made, password: hidePassword(made, code, core.clock()) };
  core.users.checkAlias(pool, user);

  const to = attributes["email"];
  if (to === undefined || input.MessageAction === "SUPPRESS") {
    core.store.commit(core.users.change(user));
    return user;
  }
  const letter: Letter = {
    to,
    userName: user.userName,
    template: pool.invitationMessage,
    code,
    isPassword: true,
  };
  core.store.commit(core.users.change(user), ...core.outbox.changes(letter));
  core.outbox.deliver(letter);
  return user;
}
