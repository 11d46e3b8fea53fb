// Faults of the service that can be switched on, so that code can be tested against them.

/**
 * `rotation-changes-auth-time`: with refresh-token rotation, tokens of a refresh bear the time of the refresh as
 * `auth_time`; reported of the service in https://github.com/authts/oidc-client-ts/issues/2107.
 */
export const FAULTS = ["rotation-changes-auth-time"] as const;

export type Fault = (typeof FAULTS)[number];
