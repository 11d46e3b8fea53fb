// Who calls, taken from the verified token alone: no argument of the API ever names the caller.

import { util, type AppSyncIdentityCognito, type Context } from "@aws-appsync/utils";

/**
 * The claims of an access token that the ledger rests on.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
export type Caller = {
  /** Subject: the user's identifier in the pool. */
  sub: string;
  username: string;
  /** The authentication event the token stems from; the same through every refresh. */
  originJti: string;
  /** When the user authenticated, in seconds since the epoch. */
  authTimeEpochSeconds: number;
  clientId: string;
  /** Authentication methods (RFC 8176); null where the token does not name them. */
  methods: string[] | null;
  isAuditor: boolean;
};

type AccessTokenClaims = {
  token_use?: string;
  sub?: string;
  username?: string;
  origin_jti?: string;
  auth_time?: number;
  exp?: number;
  client_id?: string;
  amr?: string[];
};

/** How far a token's time may be ahead of this clock. */
const CLOCK_SKEW_SECONDS = 60;

/** The group whose members may read everybody's sign-ins. */
const AUDITORS = "auditors";

/**
 * The caller of this field. AppSync accepts ID tokens as well, and tokens of a client that acts for itself have no
 * user: both end the field with errorType `BadToken`, and so does a token that names no authentication event, does
 * not expire, or has a time that is no whole number or lies ahead.
 */
export function callerOf(ctx: Context): Caller {
  const identity = ctx.identity as AppSyncIdentityCognito | null;
  const claims = (identity ? identity.claims : {}) as AccessTokenClaims;
  if (claims.token_use !== "access") {
    util.error("this API takes access tokens; the token sent is of another kind", "BadToken");
  }
  if (!claims.sub || !claims.username || !claims.origin_jti || !claims.auth_time || !claims.client_id) {
    util.error("the access token names no user or no authentication event; sign in again", "BadToken");
  }
  if (!isWholeNumber(claims.exp) || !isWholeNumber(claims.auth_time)) {
    util.error("the access token has no times in whole seconds; sign in again", "BadToken");
  }
  if (claims.auth_time > util.time.nowEpochSeconds() + CLOCK_SKEW_SECONDS) {
    util.error("the access token names an authentication that lies ahead; sign in again", "BadToken");
  }
  const groups = identity?.groups ? identity.groups : [];
  return {
    sub: claims.sub,
    username: claims.username,
    originJti: claims.origin_jti,
    authTimeEpochSeconds: claims.auth_time,
    clientId: claims.client_id,
    methods: claims.amr ? claims.amr : null,
    isAuditor: groups.includes(AUDITORS),
  };
}

function isWholeNumber(value: number | undefined): boolean {
  return value !== undefined && value >= 0 && Math.floor(value) === value;
}
