// Operations with which an administrator manages users.

import * as v from "valibot";
import type { Core } from "../core.ts";
import { notAuthorized } from "../errors.ts";
import type { Pool } from "../model/pool.ts";
import { checkPasswordPolicy } from "../passwords/password-policy.ts";
import { hidePassword } from "../passwords/srp-verifier.ts";
import type { UserRecord } from "../store/records.ts";
import {
  attributeList,
  attributeName,
  metadata,
  password,
  toAttributes,
  userName,
  userPoolId,
} from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { attributeShapes, mfaShape, userState } from "./shapes.ts";

const oneUser = { UserPoolId: userPoolId, Username: userName };

export const adminUserOperations: OperationGroup = (core) => ({
  ...operation("AdminGetUser", v.strictObject(oneUser), (input) => {
    const { user } = find(core, input);
    return {
      Username: user.userName,
      UserAttributes: attributeShapes(user),
      ...userState(user),
      ...mfaShape(user),
    };
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

  ...operation(
    "AdminConfirmSignUp",
    v.strictObject({ ...oneUser, ClientMetadata: metadata }),
    async (input) => {
      const { pool, user } = find(core, input);
      if (user.status !== "UNCONFIRMED") {
        throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
      }
      const confirmed: UserRecord = { ...user, signUpCode: undefined, status: "CONFIRMED" };
      core.store.commit(core.users.change(confirmed));
      await core.triggers.postConfirmation({
        pool,
        client: undefined,
        user: confirmed,
        source: "ConfirmSignUp",
        clientMetadata: input.ClientMetadata,
      });
      return {};
    },
  ),

  ...operation(
    "AdminResetUserPassword",
    v.strictObject({ ...oneUser, ClientMetadata: metadata }),
    (input) => {
      const { pool, user } = find(core, input);
      if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED") {
        throw notAuthorized("User password cannot be reset in the current state.");
      }
      core.passwordResets.require(pool, user);
      return {};
    },
  ),

  ...operation(
    "AdminUpdateUserAttributes",
    v.strictObject({ ...oneUser, UserAttributes: v.nonOptional(attributeList), ClientMetadata: metadata }),
    (input) => {
      core.attributeChanges.update(find(core, input).user, toAttributes(input.UserAttributes));
      return {};
    },
  ),

  ...operation(
    "AdminDeleteUserAttributes",
    v.strictObject({ ...oneUser, UserAttributeNames: v.array(attributeName) }),
    (input) => {
      core.attributeChanges.remove(find(core, input).user, input.UserAttributeNames);
      return {};
    },
  ),

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
