// Where a sign-in by the user-pool API goes on once the password was right: to the next challenge, or to tokens.
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html

import type { Core } from "../core.ts";
import {
  incorrectUserNameOrPassword,
  passwordResetRequired,
  userDisabled,
  userNotConfirmed,
} from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import { nextStep } from "../passwords/next-step.ts";
import type { UserRecord } from "../store/records.ts";
import { API_SCOPE } from "../tokens/claims.ts";
import type { IssuedTokens } from "../tokens/issue-tokens.ts";
import type { TokenSource } from "../triggers/token-customization.ts";
import type { Metadata } from "../triggers/triggers.ts";
import type { Challenges } from "./challenges.ts";

export interface SignIn {
  readonly client: PoolClient;
  readonly user: UserRecord;
  readonly source: TokenSource;
  /** Handed to the post-authentication and token triggers; only responses to challenges carry it that far. */
  readonly clientMetadata?: Metadata | undefined;
}

/** Gives the next challenge or, when there is none, the tokens. Rejects for users who cannot sign in as they are. */
export async function advance(core: Core, challenges: Challenges, signIn: SignIn): Promise<object> {
  const { client, user, source } = signIn;
  const known = { sub: user.sub, passwordSetAtMs: user.password?.setAtMs ?? 0, source };
  switch (nextStep(core.registry.poolOf(client), user)) {
    case "confirm-sign-up":
      throw userNotConfirmed();
    case "reset-password":
      throw passwordResetRequired();
    case "new-password":
      return {
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: challenges.issue(client, { name: "NEW_PASSWORD_REQUIRED", ...known }),
        ChallengeParameters: {
          USER_ID_FOR_SRP: user.userName,
          requiredAttributes: JSON.stringify(
            core.newPasswords.missingAttributes(user).map((name) => `userAttributes.${name}`),
          ),
          userAttributes: JSON.stringify(user.attributes),
        },
      };
    case "software-token":
      return {
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        Session: challenges.issue(client, { name: "SOFTWARE_TOKEN_MFA", ...known }),
        ChallengeParameters: {
          USER_ID_FOR_SRP: user.userName,
          ...(user.softwareToken?.friendlyName !== undefined && {
            FRIENDLY_DEVICE_NAME: user.softwareToken.friendlyName,
          }),
        },
      };
    case "enroll-software-token":
      return {
        ChallengeName: "MFA_SETUP",
        Session: challenges.issue(client, { name: "MFA_SETUP", isVerified: false, ...known }),
        ChallengeParameters: {
          USER_ID_FOR_SRP: user.userName,
          MFAS_CAN_SETUP: JSON.stringify(["SOFTWARE_TOKEN_MFA"]),
        },
      };
    case "done":
      return finish(core, signIn);
  }
}

/** Gives the tokens of a user for whom nothing is left to do. */
export async function finish(core: Core, signIn: SignIn): Promise<object> {
  const { client, source, clientMetadata } = signIn;
  const pool = core.registry.poolOf(client);
  await core.triggers.postAuthentication({ pool, client, user: signIn.user, clientMetadata });
  // While the function ran, an administrator may have changed the account or ended it.
  const user = core.users.withSub(signIn.user.sub);
  if (user === undefined) throw incorrectUserNameOrPassword();
  if (!user.isEnabled) throw userDisabled();
  const authTimeSeconds = Math.floor(core.clock() / 1000);
  const { grant, refreshToken } = core.grants.start({ client, user, scope: API_SCOPE, authTimeSeconds });
  const tokens = await core.issueTokens({ client, user, grant, isOAuth: false, source, clientMetadata });
  return authenticationResult(tokens, refreshToken);
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AuthenticationResultType.html */
export function authenticationResult(tokens: IssuedTokens, refreshToken: string | undefined): object {
  return {
    ChallengeParameters: {},
    AuthenticationResult: {
      AccessToken: tokens.accessToken,
      ExpiresIn: tokens.expiresInSeconds,
      IdToken: tokens.idToken,
      RefreshToken: refreshToken,
      TokenType: "Bearer",
    },
  };
}
