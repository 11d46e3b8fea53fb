import { Amplify, ConsoleLogger, fetchAuthSession } from "@aws-amplify/core";
import {
  cognitoUserPoolsTokenProvider,
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  confirmUserAttribute,
  deleteUser,
  fetchMFAPreference,
  fetchUserAttributes,
  getCurrentUser,
  resetPassword,
  setUpTOTP,
  signIn,
  signOut,
  signUp,
  updateMFAPreference,
  updatePassword,
  updateUserAttribute,
  verifyTOTPSetup,
} from "@aws-amplify/auth/cognito";
import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { afterEach, describe, expect, test } from "vitest";
import { oneTimeCode, wrongCode } from "./one-time-code.ts";
import { NEW_PASSWORD, PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";

const WITH_TOKENS = { MfaConfiguration: "OPTIONAL", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] };

// The library warns of every endpoint that is not AWS's.
ConsoleLogger.LOG_LEVEL = "ERROR";

async function start(setup: PoolSetup = {}): Promise<RunningPool> {
  const ExplicitAuthFlows = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
  ];
  const pool = await startPool({ ...setup, api: { ExplicitAuthFlows } });
  const Cognito = {
    userPoolId: pool.poolId,
    userPoolClientId: pool.apiClientId,
    userPoolEndpoint: pool.origin,
  };
  Amplify.configure({ Auth: { Cognito } }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } });
  cognitoUserPoolsTokenProvider.setAuthConfig({ Cognito });
  return pool;
}

afterEach(async () => {
  await signOut();
});

describe("@aws-amplify/auth, unmodified", () => {
  test("signs up, confirms, signs in by SRP, reads attributes and session, refreshes, signs out", async () => {
    const pool = await start();
    const signedUp = await signUp({
      username: "ada",
      password: PASSWORD,
      options: { userAttributes: { email: "ada@example.org" } },
    });
    expect(signedUp.nextStep.signUpStep).toBe("CONFIRM_SIGN_UP");
    await confirmSignUp({ username: "ada", confirmationCode: pool.mail[0]?.code ?? "" });
    expect(await signIn({ username: "ada", password: PASSWORD })).toMatchObject({
      isSignedIn: true,
      nextStep: { signInStep: "DONE" },
    });
    expect(await getCurrentUser()).toMatchObject({ username: "ada", userId: signedUp.userId });
    expect(await fetchUserAttributes()).toEqual({
      sub: signedUp.userId,
      email: "ada@example.org",
      email_verified: "true",
    });
    const before = (await fetchAuthSession()).tokens?.accessToken.payload;
    const after = (await fetchAuthSession({ forceRefresh: true })).tokens?.accessToken.payload;
    expect(after?.["origin_jti"]).toBe(before?.["origin_jti"]);
    expect(after?.["jti"]).not.toBe(before?.["jti"]);
    await signOut();
    await expect(getCurrentUser()).rejects.toMatchObject({ name: "UserUnAuthenticatedException" });
  });

  test.each(["USER_PASSWORD_AUTH", "USER_SRP_AUTH"] as const)(
    "with %s replaces a temporary password",
    async (authFlowType) => {
      const pool = await start();
      await pool.api.send(
        new AdminCreateUserCommand({
          UserPoolId: pool.poolId,
          Username: "ada",
          TemporaryPassword: PASSWORD,
          UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
        }),
      );
      const { nextStep } = await signIn({ username: "ada", password: PASSWORD, options: { authFlowType } });
      expect(nextStep.signInStep).toBe("CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
      expect(await confirmSignIn({ challengeResponse: NEW_PASSWORD })).toMatchObject({ isSignedIn: true });
    },
  );

  test.each(["PASSWORD", "PASSWORD_SRP"] as const)(
    "signs in with USER_AUTH, preferring %s",
    async (preferredChallenge) => {
      const pool = await start();
      await pool.addUser("ada");
      const options = { authFlowType: "USER_AUTH", preferredChallenge } as const;
      expect(await signIn({ username: "ada", password: PASSWORD, options })).toMatchObject({
        isSignedIn: true,
      });
    },
  );

  test("chooses among the factors that USER_AUTH offers", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const { nextStep } = await signIn({ username: "ada", options: { authFlowType: "USER_AUTH" } });
    expect(nextStep).toMatchObject({
      signInStep: "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION",
      availableChallenges: ["PASSWORD", "PASSWORD_SRP"],
    });
    const chosen = await confirmSignIn({ challengeResponse: "PASSWORD_SRP" });
    expect(chosen.nextStep.signInStep).toBe("CONFIRM_SIGN_IN_WITH_PASSWORD");
    expect(await confirmSignIn({ challengeResponse: PASSWORD })).toMatchObject({ isSignedIn: true });
  });

  test("sets up a software token, signs in with it, and does without it again", async () => {
    const pool = await start({ pool: WITH_TOKENS });
    await pool.addUser("ada");
    await signIn({ username: "ada", password: PASSWORD });
    expect(await fetchMFAPreference()).toEqual({});
    const { sharedSecret } = await setUpTOTP();
    await expect(verifyTOTPSetup({ code: wrongCode(pool, sharedSecret) })).rejects.toMatchObject({
      name: "EnableSoftwareTokenMFAException",
    });
    await verifyTOTPSetup({ code: oneTimeCode(pool, sharedSecret) });
    await updateMFAPreference({ totp: "PREFERRED" });
    expect(await fetchMFAPreference()).toEqual({ preferred: "TOTP", enabled: ["TOTP"] });
    await signOut({ global: true });

    pool.wait(60_000);
    const { nextStep } = await signIn({
      username: "ada",
      password: PASSWORD,
      options: { authFlowType: "USER_PASSWORD_AUTH" },
    });
    expect(nextStep.signInStep).toBe("CONFIRM_SIGN_IN_WITH_TOTP_CODE");
    await expect(confirmSignIn({ challengeResponse: wrongCode(pool, sharedSecret) })).rejects.toMatchObject({
      name: "CodeMismatchException",
    });
    const code = oneTimeCode(pool, sharedSecret);
    expect(await confirmSignIn({ challengeResponse: code })).toMatchObject({ isSignedIn: true });

    await updateMFAPreference({ totp: "DISABLED" });
    await signOut();
    expect(await signIn({ username: "ada", password: PASSWORD })).toMatchObject({ isSignedIn: true });
  });

  test("sets up the software token that the pool requires in the middle of the sign-in", async () => {
    const pool = await start({ pool: { ...WITH_TOKENS, MfaConfiguration: "ON" } });
    await pool.addUser("ada");
    const { nextStep } = await signIn({ username: "ada", password: PASSWORD });
    if (nextStep.signInStep !== "CONTINUE_SIGN_IN_WITH_TOTP_SETUP") throw new Error(nextStep.signInStep);
    const { sharedSecret } = nextStep.totpSetupDetails;
    const code = oneTimeCode(pool, sharedSecret);
    expect(await confirmSignIn({ challengeResponse: code })).toMatchObject({ isSignedIn: true });
  });

  test("resets a forgotten password", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const { nextStep } = await resetPassword({ username: "ada" });
    expect(nextStep).toMatchObject({
      resetPasswordStep: "CONFIRM_RESET_PASSWORD_WITH_CODE",
      codeDeliveryDetails: { destination: "a***@e***", deliveryMedium: "EMAIL" },
    });
    await confirmResetPassword({
      username: "ada",
      newPassword: NEW_PASSWORD,
      confirmationCode: pool.mail[0]?.code ?? "",
    });
    expect(await signIn({ username: "ada", password: NEW_PASSWORD })).toMatchObject({ isSignedIn: true });
  });

  test("changes address and password, and deletes the account", async () => {
    const pool = await start();
    await pool.addUser("ada");
    await signIn({ username: "ada", password: PASSWORD });
    const changed = await updateUserAttribute({
      userAttribute: { attributeKey: "email", value: "countess@example.org" },
    });
    expect(changed.nextStep.updateAttributeStep).toBe("CONFIRM_ATTRIBUTE_WITH_CODE");
    // The pool keeps the old address until the code has come back.
    expect(await fetchUserAttributes()).toMatchObject({ email: "ada@example.org", email_verified: "true" });
    const confirmationCode = pool.mail[0]?.code ?? "";
    await confirmUserAttribute({ userAttributeKey: "email", confirmationCode });
    expect(await fetchUserAttributes()).toMatchObject({
      email: "countess@example.org",
      email_verified: "true",
    });
    await updatePassword({ oldPassword: PASSWORD, newPassword: NEW_PASSWORD });
    await signOut();
    await signIn({ username: "countess@example.org", password: NEW_PASSWORD });
    await deleteUser();
    await expect(signIn({ username: "ada", password: NEW_PASSWORD })).rejects.toMatchObject({
      name: "UserNotFoundException",
    });
  });
});
