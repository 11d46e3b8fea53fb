// Continues a sign-in: a refresh token is exchanged for fresh tokens of the same sign-in.

import { notAuthorized, userDisabled } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import type { UserRecord } from "../store/records.ts";
import type { Metadata } from "../triggers/triggers.ts";
import type { Users } from "../users/users.ts";
import type { Grants } from "./grants.ts";
import type { IssuedTokens, IssueTokens } from "./issue-tokens.ts";

interface Refresh {
  readonly client: PoolClient;
  readonly refreshToken: string;
  /** Whether it is asked for at the token endpoint rather than with the user-pool API. */
  readonly isOAuth: boolean;
  readonly clientMetadata?: Metadata | undefined;
  /** Called with the user before anything happens; throws to refuse. */
  readonly check?: ((user: UserRecord) => void) | undefined;
}

interface Refreshed {
  readonly tokens: IssuedTokens;
  /** The one that replaces the refresh token, for a client with rotation. */
  readonly refreshToken: string | undefined;
}

/** Rejects with `NotAuthorizedException`, `RefreshTokenReuseException`, and the errors of the token trigger. */
export type RefreshSignIn = (refresh: Refresh) => Promise<Refreshed>;

export function createRefreshSignIn(grants: Grants, users: Users, issueTokens: IssueTokens): RefreshSignIn {
  return async ({ client, refreshToken, isOAuth, clientMetadata, check }) => {
    const grant = grants.find(client, refreshToken);
    const user = users.withSub(grant.sub);
    if (user === undefined) throw notAuthorized("Invalid Refresh Token");
    check?.(user);
    if (!user.isEnabled) throw userDisabled();
    const tokens = await issueTokens({
      client,
      user,
      grant,
      isOAuth,
      source: "RefreshTokens",
      clientMetadata,
    });
    // Only now: a function that fails must not cost the client the token it has.
    return { tokens, refreshToken: grants.rotate(client, refreshToken) };
  };
}
