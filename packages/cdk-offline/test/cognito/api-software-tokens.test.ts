import {
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AssociateSoftwareTokenCommand,
  GetUserCommand,
  SetUserMFAPreferenceCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { invalidSession, OPTIONAL, REQUIRED, respond, signIn, start, tokenUser } from "./challenges.ts";
import { oneTimeCode, wrongCode } from "./one-time-code.ts";

describe("a software token", () => {
  test("is asked for, with its name, once the user wants that; GetUser says so", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const { ChallengeName, ChallengeParameters, Session } = await signIn(pool);
    expect({ ChallengeName, ChallengeParameters }).toEqual({
      ChallengeName: "SOFTWARE_TOKEN_MFA",
      ChallengeParameters: { USER_ID_FOR_SRP: "ada", FRIENDLY_DEVICE_NAME: "phone" },
    });
    const { AuthenticationResult } = await respond(pool, "SOFTWARE_TOKEN_MFA", Session, {
      USERNAME: "ada",
      SOFTWARE_TOKEN_MFA_CODE: oneTimeCode(pool, secret),
    });
    const AccessToken = AuthenticationResult?.AccessToken ?? "";
    const user = await pool.api.send(new GetUserCommand({ AccessToken }));
    expect(user).toMatchObject({
      PreferredMfaSetting: "SOFTWARE_TOKEN_MFA",
      UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
    });
    expect(JSON.stringify(user)).not.toContain(secret);
    const Username = "ada";
    await pool.api.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: pool.poolId,
        Username,
        SoftwareTokenMfaSettings: { Enabled: false },
      }),
    );
    expect((await signIn(pool)).AuthenticationResult).toBeDefined();
    const described = await pool.api.send(new AdminGetUserCommand({ UserPoolId: pool.poolId, Username }));
    expect(described.UserMFASettingList).toBeUndefined();
  });

  test("a session that asks for a code ends when the user is no longer asked for codes", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const { Session } = await signIn(pool);
    await pool.api.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: pool.poolId,
        Username: "ada",
        SoftwareTokenMfaSettings: { Enabled: false },
      }),
    );
    await expect(
      respond(pool, "SOFTWARE_TOKEN_MFA", Session, {
        USERNAME: "ada",
        SOFTWARE_TOKEN_MFA_CODE: oneTimeCode(pool, secret),
      }),
    ).rejects.toMatchObject(invalidSession);
  });

  test("a code is good once, one step early or late, in no other step, and for no other user", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const answer = async (SOFTWARE_TOKEN_MFA_CODE: string) => {
      const { Session } = await signIn(pool);
      return respond(pool, "SOFTWARE_TOKEN_MFA", Session, { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE });
    };
    const mismatch = { name: "CodeMismatchException", message: "Invalid code received for user" };
    await expect(answer(oneTimeCode(pool, secret, -2))).rejects.toMatchObject(mismatch);
    await expect(answer(oneTimeCode(pool, secret, 2))).rejects.toMatchObject(mismatch);
    await answer(oneTimeCode(pool, secret, -1));
    await answer(oneTimeCode(pool, secret, 1));
    for (const step of [1, 0]) {
      await expect(answer(oneTimeCode(pool, secret, step))).rejects.toMatchObject({
        name: "ExpiredCodeException",
        message: "Your software token has already been used once.",
      });
    }
    const other = await tokenUser(pool, "bob");
    await expect(answer(oneTimeCode(pool, other))).rejects.toMatchObject(mismatch);
  });

  test("a code used before a restart is not good after it", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const code = oneTimeCode(pool, secret, 1);
    const responses = { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: code };
    await respond(pool, "SOFTWARE_TOKEN_MFA", (await signIn(pool)).Session, responses);
    pool.cognito.close();
    const again = await start({ pool: OPTIONAL, dir: pool.dir, kept: pool.kept, startAfterMs: 60_000 });
    const { Session } = await signIn(again);
    await expect(respond(again, "SOFTWARE_TOKEN_MFA", Session, responses)).rejects.toMatchObject({
      name: "ExpiredCodeException",
    });
  });

  test("guessing codes is slowed down, by new sessions too", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const answer = async (SOFTWARE_TOKEN_MFA_CODE: string) => {
      const { Session } = await signIn(pool);
      return respond(pool, "SOFTWARE_TOKEN_MFA", Session, { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE });
    };
    for (let i = 0; i < 5; i += 1) await answer(wrongCode(pool, secret)).catch(() => undefined);
    await expect(answer(oneTimeCode(pool, secret))).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Password attempts exceeded",
    });
  });

  test("a code that was used does not give fresh guesses", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const { Session } = await signIn(pool);
    const used = { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: oneTimeCode(pool, secret) };
    await respond(pool, "SOFTWARE_TOKEN_MFA", Session, used);
    const { Session: guessing } = await signIn(pool);
    const wrong = { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: wrongCode(pool, secret) };
    const messages = [];
    for (const answer of [wrong, wrong, wrong, wrong, used, wrong, wrong]) {
      const refused = respond(pool, "SOFTWARE_TOKEN_MFA", guessing, answer);
      messages.push(await refused.catch((error: unknown) => (error as Error).message));
    }
    expect(messages.slice(4)).toEqual([
      "Your software token has already been used once.",
      "Invalid code received for user",
      "Password attempts exceeded",
    ]);
  });

  test("another device does not end that codes are asked for", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const { Session } = await signIn(pool);
    const SOFTWARE_TOKEN_MFA_CODE = oneTimeCode(pool, secret);
    const answer = { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE };
    const { AuthenticationResult } = await respond(pool, "SOFTWARE_TOKEN_MFA", Session, answer);
    const AccessToken = AuthenticationResult?.AccessToken ?? "";
    const { SecretCode = "" } = await pool.api.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    const UserCode = oneTimeCode(pool, SecretCode);
    await pool.api.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
    expect((await signIn(pool)).ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
  });

  test("that is required is set up with the session; a second session cannot set up another one", async () => {
    const pool = await start({ pool: REQUIRED });
    await pool.addUser("ada");
    const [{ ChallengeName, ChallengeParameters, Session }, other] = [await signIn(pool), await signIn(pool)];
    expect({ ChallengeName, ChallengeParameters }).toEqual({
      ChallengeName: "MFA_SETUP",
      ChallengeParameters: { USER_ID_FOR_SRP: "ada", MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    });
    const begun = await pool.api.send(new AssociateSoftwareTokenCommand({ Session }));
    await expect(respond(pool, "MFA_SETUP", begun.Session, { USERNAME: "ada" })).rejects.toMatchObject(
      invalidSession,
    );
    const verify = new VerifySoftwareTokenCommand({
      Session: begun.Session,
      UserCode: oneTimeCode(pool, begun.SecretCode ?? ""),
    });
    const verified = await pool.api.send(verify);
    const signedIn = await respond(pool, "MFA_SETUP", verified.Session, { USERNAME: "ada" });
    expect(signedIn.AuthenticationResult?.AccessToken).toBeDefined();
    const overtaking = new AssociateSoftwareTokenCommand({ Session: other.Session });
    await expect(pool.api.send(overtaking)).rejects.toMatchObject(invalidSession);
    await expect(pool.api.send(verify)).rejects.toMatchObject({ name: "NotAuthorizedException" });
  });

  test("is not to be had where the pool has second factors off", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const AccessToken = (await signIn(pool)).AuthenticationResult?.AccessToken ?? "";
    await expect(pool.api.send(new AssociateSoftwareTokenCommand({ AccessToken }))).rejects.toMatchObject({
      name: "SoftwareTokenMFANotFoundException",
    });
    await expect(
      pool.api.send(
        new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true } }),
      ),
    ).rejects.toMatchObject({ message: "User has not set up software token mfa" });
    await expect(
      pool.api.send(new SetUserMFAPreferenceCommand({ AccessToken, SMSMfaSettings: { Enabled: true } })),
    ).rejects.toMatchObject({ name: "NotImplementedException" });
  });

  test("H11 a secret that was given out survives a restart before it is confirmed", async () => {
    const pool = await start({ pool: OPTIONAL });
    await pool.addUser("ada");
    const AccessToken = (await signIn(pool)).AuthenticationResult?.AccessToken ?? "";
    const { SecretCode = "" } = await pool.api.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    pool.cognito.close();
    const again = await start({ pool: OPTIONAL, dir: pool.dir, kept: pool.kept });
    const UserCode = oneTimeCode(again, SecretCode);
    await again.api.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
  });
});
