// What a pre-token-generation function changes in the tokens of a user, in the event's versions one and two.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html

import type { JWTPayload } from "jose";
import * as v from "valibot";
import { invalidLambdaResponse } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { UserRecord } from "../store/records.ts";
import type { InvokeTrigger } from "./invoke-trigger.ts";
import { commonEvent, eventAttributes, type Metadata } from "./triggers.ts";

/** What the tokens are for. */
export type TokenSource = "HostedAuth" | "Authentication" | "NewPasswordChallenge" | "RefreshTokens";

interface TokenMoment {
  readonly pool: Pool;
  readonly client: PoolClient;
  readonly user: UserRecord;
  readonly source: TokenSource;
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
  readonly clientMetadata?: Metadata | undefined;
}

interface ClaimChanges {
  readonly claimsToAddOrOverride: Readonly<Record<string, unknown>>;
  readonly claimsToSuppress: readonly string[];
}

export interface TokenCustomization {
  readonly idToken: ClaimChanges;
  readonly accessToken: ClaimChanges & {
    readonly scopesToAdd: readonly string[];
    readonly scopesToSuppress: readonly string[];
  };
  /** `undefined`: the groups the user belongs to. */
  readonly groups: readonly string[] | undefined;
  readonly roles: readonly string[] | undefined;
  readonly preferredRole: string | undefined;
}

/** Gives `undefined` for a pool without such a function. Rejects as every trigger does. */
export type CustomizeTokens = (moment: TokenMoment) => Promise<TokenCustomization | undefined>;

const names = v.nullish(v.array(v.string()), []);

/** Replaces what the request said of groups: what is not in it is gone. Left out, groups stay as they are. */
const groupOverride = v.nullish(
  v.looseObject({
    groupsToOverride: v.nullish(v.array(v.string())),
    iamRolesToOverride: v.nullish(v.array(v.string())),
    preferredRole: v.nullish(v.string()),
  }),
);

const versionOne = v.looseObject({
  claimsOverrideDetails: v.nullish(
    v.looseObject({
      claimsToAddOrOverride: v.nullish(v.record(v.string(), v.string()), {}),
      claimsToSuppress: names,
      groupOverrideDetails: groupOverride,
    }),
  ),
});

const scopes = v.nullish(v.array(v.pipe(v.string(), v.regex(/^\S+$/))), []);

const tokenChanges = {
  claimsToAddOrOverride: v.nullish(v.record(v.string(), v.unknown()), {}),
  claimsToSuppress: names,
};

const versionTwo = v.looseObject({
  claimsAndScopeOverrideDetails: v.nullish(
    v.looseObject({
      idTokenGeneration: v.nullish(v.looseObject(tokenChanges)),
      accessTokenGeneration: v.nullish(
        v.looseObject({ ...tokenChanges, scopesToAdd: scopes, scopesToSuppress: names }),
      ),
      groupOverrideDetails: groupOverride,
    }),
  ),
});

const UNCHANGED = { claimsToAddOrOverride: {}, claimsToSuppress: [] };
const UNCHANGED_ACCESS = { ...UNCHANGED, scopesToAdd: [], scopesToSuppress: [] };

export function createCustomizeTokens(invoke: InvokeTrigger): CustomizeTokens {
  return async (moment) => {
    const { pool, client, user, groups, scopes } = moment;
    const trigger = pool.triggers.preTokenGeneration;
    if (trigger === undefined) return undefined;
    const isTwo = trigger.version === "V2_0";
    const response = await invoke({
      trigger: "PreTokenGeneration",
      functionArn: trigger.function,
      event: {
        ...commonEvent(pool, client, user.userName),
        version: isTwo ? "2" : "1",
        triggerSource: `TokenGeneration_${moment.source}`,
        request: {
          userAttributes: eventAttributes(user),
          groupConfiguration: { groupsToOverride: groups, iamRolesToOverride: [], preferredRole: null },
          ...(isTwo && { scopes }),
          ...(moment.clientMetadata !== undefined && { clientMetadata: moment.clientMetadata }),
        },
        response: isTwo ? { claimsAndScopeOverrideDetails: null } : { claimsOverrideDetails: null },
      },
    });
    return isTwo ? readVersionTwo(response) : readVersionOne(response);
  };
}

function readVersionOne(response: unknown): TokenCustomization {
  const parsed = v.safeParse(versionOne, response);
  if (!parsed.success) throw invalidLambdaResponse("Unrecognizable lambda output");
  const details = parsed.output.claimsOverrideDetails;
  return {
    idToken: details ?? UNCHANGED,
    accessToken: UNCHANGED_ACCESS,
    ...groupChanges(details?.groupOverrideDetails),
  };
}

function readVersionTwo(response: unknown): TokenCustomization {
  const parsed = v.safeParse(versionTwo, response);
  if (!parsed.success) throw invalidLambdaResponse("Unrecognizable lambda output");
  const details = parsed.output.claimsAndScopeOverrideDetails;
  return {
    idToken: details?.idTokenGeneration ?? UNCHANGED,
    accessToken: details?.accessTokenGeneration ?? UNCHANGED_ACCESS,
    ...groupChanges(details?.groupOverrideDetails),
  };
}

function groupChanges(details: v.InferOutput<typeof groupOverride>) {
  if (details === undefined) return { groups: undefined, roles: undefined, preferredRole: undefined };
  return {
    groups: details?.groupsToOverride ?? [],
    roles: details?.iamRolesToOverride ?? undefined,
    preferredRole: details?.preferredRole ?? undefined,
  };
}

/** Claims that no function can add, change or drop; the same list for both kinds of tokens. */
const RESERVED = new Set(
  (
    "acr amr at_hash aud auth_time azp client_id device_key event_id exp iat identities iss jti nbf nonce " +
    "origin_jti scope sub token_use username version"
  ).split(" "),
);

/** `cognito:groups` and its kin are set by the override of groups, but can be suppressed like a claim. */
function isReserved(name: string): boolean {
  return RESERVED.has(name) || name.startsWith("cognito:");
}

/** Applies a function's changes to the claims of one token; what it must not touch stays as it is. */
export function changeClaims(claims: JWTPayload, changes: ClaimChanges): JWTPayload {
  const suppressed = new Set(changes.claimsToSuppress.filter((name) => !isReserved(name)));
  if (changes.claimsToSuppress.includes("cognito:groups")) {
    for (const name of ["cognito:groups", "cognito:roles", "cognito:preferred_role"]) suppressed.add(name);
  }
  const added = Object.entries(changes.claimsToAddOrOverride).filter(([name]) => !isReserved(name));
  return Object.fromEntries([...Object.entries(claims), ...added].filter(([name]) => !suppressed.has(name)));
}

/** The scopes of an access token after a function's changes. */
export function changeScope(scope: string, { accessToken }: TokenCustomization): string {
  const { scopesToAdd, scopesToSuppress } = accessToken;
  const scopes = new Set([...scope.split(" "), ...scopesToAdd]);
  for (const name of scopesToSuppress) scopes.delete(name);
  return [...scopes].filter((name) => name !== "").join(" ");
}
