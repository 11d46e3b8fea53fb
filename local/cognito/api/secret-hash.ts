// SECRET_HASH: how a client with a secret shows that it knows it, in calls that name a user.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash

import { createHmac } from "node:crypto";
import { notAuthorized } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import { isSameSecret } from "../oauth/client-authentication.ts";

/** Throws `NotAuthorizedException`. `userName` is the name as the call gives it. */
export function checkSecretHash(client: PoolClient, userName: string, secretHash: string | undefined): void {
  if (client.secret === undefined) {
    if (secretHash === undefined) return;
    throw notAuthorized(`Client ${client.id} is not configured with secret but SECRET_HASH was received`);
  }
  if (secretHash === undefined) {
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  }
  const expected = createHmac("sha256", client.secret).update(`${userName}${client.id}`).digest("base64");
  if (!isSameSecret(secretHash, expected)) {
    throw notAuthorized(`Unable to verify secret hash for client ${client.id}`);
  }
}
