// The sign-ins that tokens were issued for: what a refresh token continues, and what a revocation ends.

import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { notAuthorized, refreshTokenReused } from "../errors.ts";
import type { Fault } from "../faults.ts";
import type { PoolClient } from "../model/client.ts";
import type { GrantRecord, UserRecord } from "../store/records.ts";
import type { Change, Store } from "../store/store.ts";
import { hashRefreshToken, makeRefreshToken } from "./refresh-token.ts";

/** The longest an access token can outlive the refresh token of its sign-in. */
const KEPT_AFTER_EXPIRY_MS = 24 * 60 * 60_000;
/** Of one sign-in; those replaced long ago are forgotten. */
const MOST_REFRESH_TOKENS = 20;

interface NewGrant {
  readonly client: PoolClient;
  readonly user: UserRecord;
  /** Separated by spaces. */
  readonly scope: string;
  readonly authTimeSeconds: number;
}

export interface Grants {
  start(grant: NewGrant): { grant: GrantRecord; refreshToken: string };
  /**
   * Finds what a refresh token of this client continues. Throws `NotAuthorizedException`, and
   * `RefreshTokenReuseException` for a token that was replaced and whose grace period is over.
   */
  find(client: PoolClient, refreshToken: string): GrantRecord;
  /** Replaces a refresh token, for a client with rotation; gives `undefined` for one without. Throws as `find`. */
  rotate(client: PoolClient, refreshToken: string): string | undefined;
  /** Ends the sign-in of a refresh token; an unknown token or one of another client changes nothing. */
  revoke(client: PoolClient, refreshToken: string): void;
  /** The changes that end every sign-in of a user. */
  revocations(user: UserRecord): readonly Change[];
  /** The changes that forget every sign-in of a user. */
  removals(user: UserRecord): readonly Change[];
  /** The sign-in of an access token that has this `event_id`, unless it has been ended. */
  findActive(eventId: string): GrantRecord | undefined;
}

export function createGrants(store: Store, clock: Clock, faults: ReadonlySet<Fault>): Grants {
  const table = store.table("grants");
  forgetExpired();
  const byRefreshToken = table.index(({ refreshTokens }) => refreshTokens.map(({ hash }) => hash));
  const byEvent = table.index(({ eventId }) => [eventId]);
  const byUser = table.index(({ sub }) => [sub]);

  function forgetExpired(): void {
    const expired = [...table.rows()].filter(
      ({ expiresAtMs }) => expiresAtMs + KEPT_AFTER_EXPIRY_MS < clock(),
    );
    if (expired.length > 0) {
      store.commit(...expired.map(({ id }): Change => ({ table: "grants", key: id, value: null })));
    }
  }

  const change = (grant: GrantRecord): Change => ({ table: "grants", key: grant.id, value: grant });

  const withToken = (client: PoolClient, hash: string): GrantRecord | undefined =>
    byRefreshToken.find(hash).find(({ clientId }) => clientId === client.id);

  const found = (client: PoolClient, refreshToken: string): GrantRecord => {
    const hash = hashRefreshToken(refreshToken);
    const grant = withToken(client, hash);
    if (grant === undefined) throw notAuthorized("Invalid Refresh Token");
    if (grant.isRevoked) throw notAuthorized("Refresh Token has been revoked");
    if (grant.expiresAtMs <= clock()) throw notAuthorized("Refresh Token has expired");
    const { validUntilMs = Infinity } = grant.refreshTokens.find((token) => token.hash === hash) ?? {};
    if (validUntilMs <= clock()) throw refreshTokenReused();
    return grant;
  };

  return {
    start({ client, user, scope, authTimeSeconds }) {
      const refreshToken = makeRefreshToken();
      const grant: GrantRecord = {
        id: randomUUID(),
        eventId: randomUUID(),
        poolId: client.poolId,
        clientId: client.id,
        sub: user.sub,
        authTimeSeconds,
        scope,
        refreshTokens: [{ hash: hashRefreshToken(refreshToken) }],
        expiresAtMs: clock() + client.lifetimes.refreshTokenSeconds * 1000,
        isRevoked: false,
      };
      store.commit(change(grant));
      return { grant, refreshToken };
    },

    find(client, refreshToken) {
      const grant = found(client, refreshToken);
      const isFaulty = client.rotationGraceSeconds !== undefined && faults.has("rotation-changes-auth-time");
      return isFaulty ? { ...grant, authTimeSeconds: Math.floor(clock() / 1000) } : grant;
    },

    rotate(client, refreshToken) {
      const grant = found(client, refreshToken);
      if (client.rotationGraceSeconds === undefined) return undefined;
      const validUntilMs = clock() + client.rotationGraceSeconds * 1000;
      const hash = hashRefreshToken(refreshToken);
      const next = makeRefreshToken();
      const refreshTokens = [
        ...grant.refreshTokens.map((token) => (token.hash === hash ? { validUntilMs, ...token } : token)),
        { hash: hashRefreshToken(next) },
      ];
      store.commit(change({ ...grant, refreshTokens: refreshTokens.slice(-MOST_REFRESH_TOKENS) }));
      return next;
    },

    revoke(client, refreshToken) {
      const grant = withToken(client, hashRefreshToken(refreshToken));
      if (grant !== undefined && !grant.isRevoked) store.commit(change({ ...grant, isRevoked: true }));
    },

    revocations: ({ sub }) =>
      byUser
        .find(sub)
        .filter(({ isRevoked }) => !isRevoked)
        .map((grant) => change({ ...grant, isRevoked: true })),

    removals: ({ sub }) => byUser.find(sub).map(({ id }) => ({ table: "grants", key: id, value: null })),

    findActive: (eventId) => byEvent.find(eventId).find(({ isRevoked }) => !isRevoked),
  };
}
