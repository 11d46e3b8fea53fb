// Operations on the second factor of a user: setting up a software token, and choosing whether it is asked for.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import { invalidParameter, invalidSession, softwareTokenNotEnabledForPool } from "../errors.ts";
import { nextStep } from "../passwords/next-step.ts";
import type { UserRecord } from "../store/records.ts";
import type { Challenges } from "./challenges.ts";
import { accessToken, session, userName, userPoolId } from "./members.ts";
import { operation, TARGET } from "./operation.ts";
import { bearerOf } from "./own-account.ts";

const either = { AccessToken: v.optional(accessToken), Session: session };

const settings = v.optional(
  v.strictObject({ Enabled: v.optional(v.boolean()), PreferredMfa: v.optional(v.boolean()) }),
);

const preference = {
  SoftwareTokenMfaSettings: settings,
  SMSMfaSettings: settings,
  EmailMfaSettings: settings,
  WebAuthnMfaSettings: v.optional(v.unknown()),
};

const userCode = v.pipe(v.string(), v.minLength(6), v.maxLength(6), v.regex(/^[0-9]+$/));

export function softwareTokenOperations(core: Core, challenges: Challenges) {
  return {
    ...operation("AssociateSoftwareToken", v.strictObject(either), (input) =>
      input.Session === undefined
        ? associateForBearer(core, input.AccessToken)
        : associateForSession(core, challenges, input.Session),
    ),

    ...operation(
      "VerifySoftwareToken",
      v.strictObject({
        ...either,
        UserCode: userCode,
        FriendlyDeviceName: v.optional(v.pipe(v.string(), v.maxLength(131_072))),
      }),
      (input) => {
        const shown = { code: input.UserCode, friendlyName: input.FriendlyDeviceName };
        return input.Session === undefined
          ? verifyForBearer(core, input.AccessToken, shown)
          : verifyForSession(core, challenges, input.Session, shown);
      },
    ),

    ...operation(
      "SetUserMFAPreference",
      v.strictObject({ AccessToken: accessToken, ...preference }),
      async ({ AccessToken, ...input }) => {
        const { user } = await bearerOf(core, AccessToken);
        prefer(core, user, input, "SetUserMFAPreference");
        return {};
      },
    ),

    ...operation(
      "AdminSetUserMFAPreference",
      v.strictObject({ UserPoolId: userPoolId, Username: userName, ...preference }),
      ({ UserPoolId, Username, ...input }) => {
        const user = core.users.get(core.registry.pool(UserPoolId), Username);
        prefer(core, user, input, "AdminSetUserMFAPreference");
        return {};
      },
    ),
  };
}

interface Shown {
  readonly code: string;
  readonly friendlyName: string | undefined;
}

async function associateForBearer(core: Core, token: string | undefined): Promise<object> {
  const { user } = await bearerOf(core, givenToken(token));
  checkSoftwareTokenEnabled(core, user);
  const secret = core.softwareTokens.begin();
  core.store.commit(core.users.change({ ...user, pendingSoftwareToken: secret }));
  return { SecretCode: secret };
}

/** In the middle of a sign-in to a pool that requires a second factor. */
function associateForSession(core: Core, challenges: Challenges, given: string): object {
  const { clientId, ...challenge } = challenges.find(undefined, "MFA_SETUP", given);
  enrollingUser(core, challenge.sub);
  const secret = core.softwareTokens.begin();
  challenges.spend(given);
  const next = challenges.issue(core.registry.client(clientId), { ...challenge, secret });
  return { SecretCode: secret, Session: next };
}

async function verifyForBearer(core: Core, token: string | undefined, shown: Shown): Promise<object> {
  const { user } = await bearerOf(core, givenToken(token));
  const secret = user.pendingSoftwareToken;
  if (secret === undefined) throw invalidParameter("User has not set up software token mfa");
  core.softwareTokens.enroll(user, { secret, ...shown });
  return { Status: "SUCCESS" };
}

function verifyForSession(core: Core, challenges: Challenges, given: string, shown: Shown): object {
  const { clientId, ...challenge } = challenges.find(undefined, "MFA_SETUP", given);
  if (challenge.secret === undefined) throw invalidParameter("User has not set up software token mfa");
  const user = enrollingUser(core, challenge.sub);
  core.softwareTokens.enroll(user, { secret: challenge.secret, ...shown });
  challenges.spend(given);
  const next = challenges.issue(core.registry.client(clientId), { ...challenge, isVerified: true });
  return { Status: "SUCCESS", Session: next };
}

/** A user who has a software token by now sets up no other one with a password alone. */
function enrollingUser(core: Core, sub: string): UserRecord {
  const user = core.users.withSub(sub);
  if (user?.isEnabled !== true) throw invalidSession();
  if (nextStep(core.registry.pool(user.poolId), user) !== "enroll-software-token") throw invalidSession();
  return user;
}

type Preference = v.InferOutput<v.StrictObjectSchema<typeof preference, undefined>>;

function prefer(core: Core, user: UserRecord, input: Preference, name: string): void {
  for (const member of ["SMSMfaSettings", "EmailMfaSettings"] as const) {
    if (input[member]?.Enabled === true) throw notServed(`${TARGET}.${name} with ${member}`);
  }
  if (input.WebAuthnMfaSettings !== undefined) throw notServed(`${TARGET}.${name} with WebAuthnMfaSettings`);
  const chosen = input.SoftwareTokenMfaSettings;
  if (chosen === undefined) return;
  const { Enabled = false, PreferredMfa = false } = chosen;
  const { softwareToken } = user;
  if (softwareToken === undefined) {
    if (!Enabled && !PreferredMfa) return;
    throw invalidParameter("User has not set up software token mfa");
  }
  if (PreferredMfa && !Enabled) {
    throw invalidParameter("Software token MFA must be enabled to be the preferred one.");
  }
  const changed = { ...softwareToken, isEnabled: Enabled, isPreferred: PreferredMfa };
  core.store.commit(core.users.change({ ...user, softwareToken: changed }));
}

function givenToken(token: string | undefined): string {
  if (token === undefined) throw invalidParameter("Either an access token or a session must be given.");
  return token;
}

function checkSoftwareTokenEnabled(core: Core, { poolId }: UserRecord): void {
  const { mfa, softwareTokenEnabled } = core.registry.pool(poolId);
  if (mfa === "OFF" || !softwareTokenEnabled) throw softwareTokenNotEnabledForPool();
}
