// Operations of a user on the own account.

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import { incorrectUserNameOrPassword, invalidParameter, notAuthorized } from "../errors.ts";
import { checkWritable } from "../model/attributes.ts";
import { checkPasswordPolicy } from "../passwords/password-policy.ts";
import { hidePassword, isPassword } from "../passwords/srp-verifier.ts";
import type { Bearer } from "../tokens/access-token.ts";
import { API_SCOPE } from "../tokens/claims.ts";
import {
  accessToken,
  attributeList,
  attributeName,
  confirmationCode,
  metadata,
  password,
  toAttributes,
} from "./members.ts";
import { operation, TARGET, type OperationGroup } from "./operation.ts";
import { attributeShapes, deliveryShape, mfaShape } from "./shapes.ts";

const bearerInput = { AccessToken: accessToken };

export const ownAccountOperations: OperationGroup = (core) => ({
  ...operation("GetUser", v.strictObject(bearerInput), async ({ AccessToken }) => {
    const { user, client } = await bearerOf(core, AccessToken);
    const readable = client.readableAttributes;
    return {
      Username: user.userName,
      UserAttributes: attributeShapes(user).filter(
        ({ Name }) => Name === "sub" || (readable?.has(Name) ?? true),
      ),
      ...mfaShape(user),
    };
  }),

  ...operation("GetUserAuthFactors", v.strictObject(bearerInput), async ({ AccessToken }) => {
    const { user } = await bearerOf(core, AccessToken);
    return { Username: user.userName, ...mfaShape(user), ConfiguredUserAuthFactors: ["PASSWORD"] };
  }),

  ...operation(
    "UpdateUserAttributes",
    v.strictObject({
      ...bearerInput,
      UserAttributes: v.nonOptional(attributeList),
      ClientMetadata: metadata,
    }),
    async ({ AccessToken, UserAttributes }) => {
      const { user, client } = await bearerOf(core, AccessToken);
      const attributes = toAttributes(UserAttributes);
      checkWritable(client.writableAttributes, attributes);
      const delivery = core.attributeChanges.update(user, attributes);
      return { CodeDeliveryDetailsList: delivery === undefined ? [] : [deliveryShape(delivery)] };
    },
  ),

  ...operation(
    "DeleteUserAttributes",
    v.strictObject({ ...bearerInput, UserAttributeNames: v.array(attributeName) }),
    async ({ AccessToken, UserAttributeNames }) => {
      const { user, client } = await bearerOf(core, AccessToken);
      checkWritable(
        client.writableAttributes,
        Object.fromEntries(UserAttributeNames.map((name) => [name, ""])),
      );
      core.attributeChanges.remove(user, UserAttributeNames);
      return {};
    },
  ),

  ...operation(
    "GetUserAttributeVerificationCode",
    v.strictObject({ ...bearerInput, AttributeName: attributeName, ClientMetadata: metadata }),
    async ({ AccessToken, AttributeName }) => {
      const { user } = await bearerOf(core, AccessToken);
      checkVerifiable(AttributeName, "GetUserAttributeVerificationCode");
      return { CodeDeliveryDetails: deliveryShape(core.attributeChanges.sendCode(user)) };
    },
  ),

  ...operation(
    "VerifyUserAttribute",
    v.strictObject({ ...bearerInput, AttributeName: attributeName, Code: confirmationCode }),
    async ({ AccessToken, AttributeName, Code }) => {
      const { user } = await bearerOf(core, AccessToken);
      checkVerifiable(AttributeName, "VerifyUserAttribute");
      core.attributeChanges.verify(user, Code);
      return {};
    },
  ),

  ...operation(
    "ChangePassword",
    v.strictObject({ ...bearerInput, PreviousPassword: v.optional(password), ProposedPassword: password }),
    async ({ AccessToken, PreviousPassword, ProposedPassword }) => {
      const { pool, user } = await bearerOf(core, AccessToken);
      const attempts = `change password ${user.sub}`;
      core.limiter.check(attempts);
      if (!isPassword(user, PreviousPassword ?? "", user.password)) {
        core.limiter.wrong(attempts);
        throw incorrectUserNameOrPassword();
      }
      core.limiter.right(attempts);
      checkPasswordPolicy(pool.passwordPolicy, ProposedPassword);
      core.store.commit(
        core.users.change({ ...user, password: hidePassword(user, ProposedPassword, core.clock()) }),
      );
      return {};
    },
  ),

  ...operation("DeleteUser", v.strictObject(bearerInput), async ({ AccessToken }) => {
    const { user } = await bearerOf(core, AccessToken);
    core.store.commit(core.users.removal(user), ...core.grants.removals(user));
    return {};
  }),

  ...operation("GlobalSignOut", v.strictObject(bearerInput), async ({ AccessToken }) => {
    const { user } = await bearerOf(core, AccessToken);
    core.store.commit(...core.grants.revocations(user));
    return {};
  }),
});

/** Codes are sent to e-mail addresses only, and nothing else but a phone number could be verified by one on AWS. */
function checkVerifiable(name: string, operationName: string): void {
  if (name === "phone_number") throw notServed(`${TARGET}.${operationName} for phone_number`);
  if (name !== "email") throw invalidParameter(`The attribute ${name} cannot be verified.`);
}

/** Who stands behind an access token that opens the own account. Rejects with `NotAuthorizedException`. */
export async function bearerOf(core: Core, token: string): Promise<Bearer> {
  const bearer = await core.checkAccessToken(token);
  if (!bearer.scopes.includes(API_SCOPE)) throw notAuthorized("Access Token does not have required scopes");
  return bearer;
}
