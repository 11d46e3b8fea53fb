// The app client of a call that names a user and shows no token.

import * as v from "valibot";
import type { Core } from "../core.ts";
import type { PoolClient } from "../model/client.ts";
import { clientId, metadata, unheard, userName } from "./members.ts";
import { checkSecretHash } from "./secret-hash.ts";

/** The members that such calls have in common. */
export const callerInput = {
  ClientId: clientId,
  Username: userName,
  SecretHash: v.optional(v.string()),
  ClientMetadata: metadata,
  AnalyticsMetadata: unheard,
  UserContextData: unheard,
};

interface Caller {
  readonly ClientId: string;
  readonly Username: string;
  readonly SecretHash?: string | undefined;
}

/** Throws `ResourceNotFoundException`, and `NotAuthorizedException` for a wrong or missing secret hash. */
export function callingClient({ registry }: Core, { ClientId, Username, SecretHash }: Caller): PoolClient {
  const client = registry.client(ClientId);
  checkSecretHash(client, [Username], SecretHash);
  return client;
}
