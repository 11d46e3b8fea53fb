// The operation with which a client ends the sign-in of a refresh token.

import * as v from "valibot";
import { AwsError } from "../../aws/errors.ts";
import { isSameSecret } from "../oauth/client-authentication.ts";
import { isSignedToken } from "../tokens/refresh-token.ts";
import { clientId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";

export const revokeTokenOperation: OperationGroup = (core) =>
  operation(
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
  );
