// SECRET_HASH: how a client with a secret shows that it knows it, in calls that name a user.
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash

import { createHmac } from "node:crypto";
import { notAuthorized } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import { isSameSecret } from "../oauth/client-authentication.ts";

/** Throws `NotAuthorizedException`. The hash must be that of one of the names, as the call gives them. */
export function checkSecretHash(
  client: PoolClient,
  names: readonly string[],
  secretHash: string | undefined,
): void {
  if (client.secret === undefined) {
    if (secretHash === undefined) return;
    throw notAuthorized(`Client ${client.id} is not configured with secret but SECRET_HASH was received`);
  }
  if (secretHash === undefined) {
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  }
  const { id, secret } = client;
  const isRight = names.some((name) => {
    const expected = createHmac("sha256", secret).update(`${name}${id}`).digest("base64");
    return isSameSecret(secretHash, expected);
  });
  if (!isRight) throw notAuthorized(`Unable to verify secret hash for client ${id}`);
}
