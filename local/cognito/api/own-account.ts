// Operations of a user on the own account, and of a client on the tokens it holds.

import * as v from "valibot";
import { AwsError } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import { notAuthorized } from "../errors.ts";
import { isSameSecret } from "../oauth/client-authentication.ts";
import type { Bearer } from "../tokens/access-token.ts";
import { API_SCOPE } from "../tokens/claims.ts";
import { isSignedToken } from "../tokens/refresh-token.ts";
import { clientId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { attributeShapes } from "./shapes.ts";

const bearerInput = v.strictObject({ AccessToken: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-_=.]+$/)) });

export const ownAccountOperations: OperationGroup = (core) => ({
  ...operation("GetUser", bearerInput, async ({ AccessToken }) => {
    const { user, client } = await bearerOf(core, AccessToken);
    const readable = client.readableAttributes;
    return {
      Username: user.userName,
      UserAttributes: attributeShapes(user).filter(
        ({ Name }) => Name === "sub" || (readable?.has(Name) ?? true),
      ),
    };
  }),

  ...operation("GlobalSignOut", bearerInput, async ({ AccessToken }) => {
    const { user } = await bearerOf(core, AccessToken);
    core.store.commit(...core.grants.revocations(user));
    return {};
  }),

  ...operation(
    "RevokeToken",
    v.strictObject({ Token: v.string(), ClientId: clientId, ClientSecret: v.optional(v.string()) }),
    ({ Token, ClientId, ClientSecret }) => {
      const client = core.registry.findClient(ClientId);
      if (client === undefined || !isSameSecret(ClientSecret, client.secret)) {
        throw new AwsError("UnauthorizedException", "Invalid client credentials", 401);
      }
      if (!client.revocationEnabled) {
        throw new AwsError(
          "UnsupportedOperationException",
          "Token revocation is not enabled for this client",
        );
      }
      if (isSignedToken(Token)) {
        throw new AwsError("UnsupportedTokenTypeException", "Only refresh tokens can be revoked");
      }
      core.grants.revoke(client, Token);
      return {};
    },
  ),
});

async function bearerOf(core: Core, accessToken: string): Promise<Bearer> {
  const bearer = await core.checkAccessToken(accessToken);
  if (!bearer.scopes.includes(API_SCOPE)) throw notAuthorized("Access Token does not have required scopes");
  return bearer;
}
