import { createHmac, getDiffieHellman } from "node:crypto";
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import {
  FLOWS,
  initiate,
  invalidSession,
  OPTIONAL,
  respond,
  signIn,
  start,
  tokenUser,
} from "./challenges.ts";
import { oneTimeCode } from "./one-time-code.ts";
import { NEW_PASSWORD, PASSWORD, type RunningPool } from "./running-pool.ts";
import { claimsOf } from "./sign-in.ts";
import { srpClient } from "./srp-client.ts";

const PRIME = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`);

async function temporaryUser(pool: RunningPool): Promise<void> {
  const Username = "ada";
  await pool.api.send(
    new AdminCreateUserCommand({
      UserPoolId: pool.poolId,
      Username,
      TemporaryPassword: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: "ada@example.org" },
        { Name: "email_verified", Value: "true" },
      ],
    }),
  );
}

describe("USER_SRP_AUTH", () => {
  const srp = async (pool: RunningPool, name: string, password: string) => {
    const client = srpClient();
    const { ChallengeName, ChallengeParameters = {} } = await initiate(
      pool,
      { USERNAME: name, SRP_A: client.publicValue },
      "USER_SRP_AUTH",
    );
    expect(ChallengeName).toBe("PASSWORD_VERIFIER");
    const poolName = pool.poolId.split("_")[1] ?? "";
    return { ChallengeParameters, answer: client.prove(ChallengeParameters, poolName, password) };
  };

  test("takes the right proof every time, whatever the numbers look like, and no other one", async () => {
    const pool = await start();
    const sub = await pool.addUser("Ada");
    for (let i = 0; i < 20; i += 1) {
      const { answer } = await srp(pool, "ada@example.org", PASSWORD);
      const { AuthenticationResult } = await respond(pool, "PASSWORD_VERIFIER", undefined, answer);
      expect(claimsOf(AuthenticationResult?.AccessToken ?? "")).toMatchObject({ sub, username: "Ada" });
    }
    const refused = { name: "NotAuthorizedException", message: "Incorrect username or password." };
    const { answer } = await srp(pool, "ada", "wrong");
    await expect(respond(pool, "PASSWORD_VERIFIER", undefined, answer)).rejects.toMatchObject(refused);
    const { answer: bent } = await srp(pool, "ada", PASSWORD);
    const otherTime = { ...bent, TIMESTAMP: "Sun Nov 1 20:00:01 UTC 2026" };
    await expect(respond(pool, "PASSWORD_VERIFIER", undefined, otherTime)).rejects.toMatchObject(refused);
  });

  test("a proof is good once", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const { answer } = await srp(pool, "ada", PASSWORD);
    await respond(pool, "PASSWORD_VERIFIER", undefined, answer);
    await expect(respond(pool, "PASSWORD_VERIFIER", undefined, answer)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid session for the user, session can only be used once.",
    });
  });

  test.each([
    ["zero", "0"],
    ["the prime", PRIME.toString(16)],
    ["twice the prime", (2n * PRIME).toString(16)],
    ["no number", "xyz"],
    ["a number without end", "f".repeat(801)],
  ])("refuses %s as the client's public value", async (_what, SRP_A) => {
    const pool = await start();
    await pool.addUser("ada");
    await expect(initiate(pool, { USERNAME: "ada", SRP_A }, "USER_SRP_AUTH")).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  test("takes one that no power of the generator equals, and finds no proof in it", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const SRP_A = (PRIME - 1n).toString(16);
    const { ChallengeParameters = {} } = await initiate(pool, { USERNAME: "ada", SRP_A }, "USER_SRP_AUTH");
    const answer = srpClient().prove(ChallengeParameters, pool.poolId.split("_")[1] ?? "", PASSWORD);
    await expect(respond(pool, "PASSWORD_VERIFIER", undefined, answer)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
  });

  test("I9 an unknown user has the same salt each time, and no password fits", async () => {
    const pool = await start({ api: { PreventUserExistenceErrors: "ENABLED" } });
    const [first, second, other] = [
      await srp(pool, "eve", PASSWORD),
      await srp(pool, "eve", PASSWORD),
      await srp(pool, "bob", PASSWORD),
    ];
    const [salt, sameSalt, otherSalt] = [first, second, other].map((one) => one.ChallengeParameters["SALT"]);
    expect(salt).toMatch(/^[0-9a-f]{32}$/);
    expect(sameSalt).toBe(salt);
    expect(otherSalt).not.toBe(salt);
    await expect(respond(pool, "PASSWORD_VERIFIER", undefined, first.answer)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
  });

  test("I9 an unknown user has one salt in every spelling of the name, as a user has", async () => {
    const pool = await start({ api: { PreventUserExistenceErrors: "ENABLED" } });
    const salts = ["eve", "EVE"].map(async (name) => {
      const { ChallengeParameters } = await srp(pool, name, PASSWORD);
      return ChallengeParameters["SALT"];
    });
    const [small, large] = await Promise.all(salts);
    expect(small).toBe(large);
  });

  test("a proof is of the user whom the response names", async () => {
    const pool = await start();
    await pool.addUser("ada");
    await pool.addUser("bob");
    const { answer } = await srp(pool, "ada", PASSWORD);
    for (const USERNAME of ["bob", "nobody"]) {
      await expect(
        respond(pool, "PASSWORD_VERIFIER", undefined, { ...answer, USERNAME }),
      ).rejects.toMatchObject(invalidSession);
    }
    const byAlias = { ...answer, USERNAME: "ada@example.org" };
    expect(await respond(pool, "PASSWORD_VERIFIER", undefined, byAlias)).toHaveProperty(
      "AuthenticationResult",
    );
  });

  test("challenges begun before the lock, or before a new password, are no way around either", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const begun = [];
    for (let i = 0; i < 5; i += 1) begun.push(await srp(pool, "ada", "wrong"));
    const late = [await srp(pool, "ada", PASSWORD), await srp(pool, "ada", "wrong")];
    const other = await srp(pool, "ada", PASSWORD);
    for (const { answer } of begun) {
      await respond(pool, "PASSWORD_VERIFIER", undefined, answer).catch(() => undefined);
    }
    // The same for a right and for a wrong one: the answer must not tell them apart.
    for (const { answer } of late) {
      await expect(respond(pool, "PASSWORD_VERIFIER", undefined, answer)).rejects.toMatchObject({
        message: "Password attempts exceeded",
      });
    }
    pool.wait(60_000);
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    await pool.api.send(new AdminSetUserPasswordCommand({ ...ada, Password: NEW_PASSWORD, Permanent: true }));
    await expect(respond(pool, "PASSWORD_VERIFIER", undefined, other.answer)).rejects.toMatchObject({
      message: "Incorrect username or password.",
    });
  });

  test("wrong proofs are counted with wrong passwords", async () => {
    const pool = await start();
    await pool.addUser("ada");
    for (let i = 0; i < 5; i += 1) {
      const { answer } = await srp(pool, "ada", "wrong");
      await respond(pool, "PASSWORD_VERIFIER", undefined, answer).catch(() => undefined);
    }
    await expect(signIn(pool)).rejects.toMatchObject({ message: "Password attempts exceeded" });
  });
});

describe("NEW_PASSWORD_REQUIRED", () => {
  test("names the user and asks again until the password fits; a session is spent by success only", async () => {
    const pool = await start();
    await temporaryUser(pool);
    const { ChallengeName, ChallengeParameters, Session } = await signIn(pool);
    expect(ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
    expect(ChallengeParameters).toEqual({
      USER_ID_FOR_SRP: "ada",
      requiredAttributes: "[]",
      userAttributes: JSON.stringify({ email: "ada@example.org", email_verified: "true" }),
    });
    const answer = (NEW: string) =>
      respond(pool, "NEW_PASSWORD_REQUIRED", Session, { USERNAME: "ada", NEW_PASSWORD: NEW });
    await expect(answer("short")).rejects.toMatchObject({ name: "InvalidPasswordException" });
    expect((await answer(NEW_PASSWORD)).AuthenticationResult?.RefreshToken).toBeDefined();
    await expect(answer(PASSWORD)).rejects.toMatchObject({
      message: "Invalid session for the user, session can only be used once.",
    });
    expect((await signIn(pool, "ada", NEW_PASSWORD)).AuthenticationResult).toBeDefined();
  });

  test("a required attribute that has a value cannot be changed on the way", async () => {
    const pool = await start();
    await temporaryUser(pool);
    const { Session } = await signIn(pool);
    await expect(
      respond(pool, "NEW_PASSWORD_REQUIRED", Session, {
        USERNAME: "ada",
        NEW_PASSWORD,
        "userAttributes.email": "eve@example.org",
      }),
    ).rejects.toMatchObject({ message: "Cannot modify an already provided email" });
  });

  test("one of two sessions wins: the other cannot set the password any more", async () => {
    const pool = await start();
    await temporaryUser(pool);
    const [first, second] = [await signIn(pool), await signIn(pool)];
    const responses = { USERNAME: "ada", NEW_PASSWORD };
    await respond(pool, "NEW_PASSWORD_REQUIRED", first.Session, responses);
    await expect(respond(pool, "NEW_PASSWORD_REQUIRED", second.Session, responses)).rejects.toMatchObject(
      invalidSession,
    );
  });

  test("the administrator's operations do the same", async () => {
    const pool = await start();
    await temporaryUser(pool);
    const call = { UserPoolId: pool.poolId, ClientId: pool.apiClientId };
    const { Session } = await pool.api.send(
      new AdminInitiateAuthCommand({
        ...call,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ada", PASSWORD },
      }),
    );
    const { AuthenticationResult } = await pool.api.send(
      new AdminRespondToAuthChallengeCommand({
        ...call,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses: { USERNAME: "ada", NEW_PASSWORD },
      }),
    );
    expect(AuthenticationResult?.IdToken).toBeDefined();
  });
});

describe("a session", () => {
  test("is good for the client's time, three minutes by default, and says when that is over", async () => {
    const pool = await start();
    await temporaryUser(pool);
    const { Session } = await signIn(pool);
    expect(Session?.length).toBeLessThanOrEqual(2048);
    pool.wait(180_000);
    await expect(
      respond(pool, "NEW_PASSWORD_REQUIRED", Session, { USERNAME: "ada", NEW_PASSWORD }),
    ).rejects.toMatchObject({ message: "Invalid session for the user, session is expired." });
    const patient = await start({ api: { AuthSessionValidity: 15 } });
    await temporaryUser(patient);
    const later = await signIn(patient);
    patient.wait(899_000);
    const responses = { USERNAME: "ada", NEW_PASSWORD };
    await respond(patient, "NEW_PASSWORD_REQUIRED", later.Session, responses);
  });

  test("belongs to its user, its client and its challenge", async () => {
    const pool = await start({ web: { ExplicitAuthFlows: FLOWS } });
    await temporaryUser(pool);
    await pool.addUser("bob");
    const { Session } = await signIn(pool);
    const responses = { USERNAME: "ada", NEW_PASSWORD };
    for (const attempt of [
      respond(pool, "NEW_PASSWORD_REQUIRED", Session, { ...responses, USERNAME: "bob" }),
      respond(pool, "NEW_PASSWORD_REQUIRED", "x".repeat(100), responses),
      respond(pool, "NEW_PASSWORD_REQUIRED", undefined, responses),
      respond(pool, "SOFTWARE_TOKEN_MFA", Session, { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: "123456" }),
      respond(pool, "MFA_SETUP", Session, { USERNAME: "ada" }),
      respond(
        pool,
        "NEW_PASSWORD_REQUIRED",
        Session,
        {
          ...responses,
          SECRET_HASH: createHmac("sha256", pool.webClientSecret)
            .update(`ada${pool.webClientId}`)
            .digest("base64"),
        },
        pool.webClientId,
      ),
    ]) {
      await expect(attempt).rejects.toMatchObject(invalidSession);
    }
    await respond(pool, "NEW_PASSWORD_REQUIRED", Session, responses);
  });

  test("ends with the account or its password", async () => {
    const pool = await start({ pool: OPTIONAL });
    const secret = await tokenUser(pool);
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    const answer = (Session: string | undefined) =>
      respond(pool, "SOFTWARE_TOKEN_MFA", Session, {
        USERNAME: "ada",
        SOFTWARE_TOKEN_MFA_CODE: oneTimeCode(pool, secret),
      });
    const { Session: before } = await signIn(pool);
    pool.wait(1);
    const Password = NEW_PASSWORD;
    await pool.api.send(new AdminSetUserPasswordCommand({ ...ada, Password, Permanent: true }));
    await expect(answer(before)).rejects.toMatchObject(invalidSession);
    const { Session } = await signIn(pool, "ada", NEW_PASSWORD);
    await pool.api.send(new AdminDisableUserCommand(ada));
    await expect(answer(Session)).rejects.toMatchObject({ message: "User is disabled." });
  });
});

describe("USER_AUTH", () => {
  test("offers the factors, or goes on with the one that is preferred", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const offered = await initiate(pool, { USERNAME: "ada" }, "USER_AUTH");
    expect(offered).toMatchObject({
      ChallengeName: "SELECT_CHALLENGE",
      AvailableChallenges: ["PASSWORD", "PASSWORD_SRP"],
    });
    const answer = { USERNAME: "ada", ANSWER: "PASSWORD", PASSWORD };
    const chosen = await respond(pool, "SELECT_CHALLENGE", offered.Session, answer);
    expect(chosen.AuthenticationResult?.AccessToken).toBeDefined();
    await expect(respond(pool, "SELECT_CHALLENGE", offered.Session, answer)).rejects.toMatchObject({
      message: "Invalid session for the user, session can only be used once.",
    });
    const preferred = { USERNAME: "ada", PASSWORD, PREFERRED_CHALLENGE: "PASSWORD" };
    expect((await initiate(pool, preferred, "USER_AUTH")).AuthenticationResult).toBeDefined();
    const unavailable = { USERNAME: "ada", PREFERRED_CHALLENGE: "EMAIL_OTP" };
    expect((await initiate(pool, unavailable, "USER_AUTH")).ChallengeName).toBe("SELECT_CHALLENGE");
  });

  test("refuses by name to step up", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const parameters = { USERNAME: "ada", TARGET_ACR_VALUES: "urn:example:high" };
    await expect(initiate(pool, parameters, "USER_AUTH")).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "the parameter TARGET_ACR_VALUES of USER_AUTH is not served by the local runtime",
    });
  });

  test("I9 offers them to an unknown user too, where the client hides users", async () => {
    const hiding = await start({ api: { PreventUserExistenceErrors: "ENABLED" } });
    const { Session } = await initiate(hiding, { USERNAME: "eve" }, "USER_AUTH");
    const answer = { USERNAME: "eve", ANSWER: "PASSWORD", PASSWORD };
    await expect(respond(hiding, "SELECT_CHALLENGE", Session, answer)).rejects.toMatchObject({
      message: "Incorrect username or password.",
    });
    const legacy = await start();
    await expect(initiate(legacy, { USERNAME: "eve" }, "USER_AUTH")).rejects.toMatchObject({
      name: "UserNotFoundException",
    });
  });
});

test("AdminResetUserPassword takes the password away until a code has brought another one", async () => {
  const pool = await start();
  await pool.addUser("ada");
  const ada = { UserPoolId: pool.poolId, Username: "ada" };
  await pool.api.send(new AdminResetUserPasswordCommand(ada));
  expect((await pool.api.send(new AdminGetUserCommand(ada))).UserStatus).toBe("RESET_REQUIRED");
  await expect(signIn(pool)).rejects.toMatchObject({
    name: "PasswordResetRequiredException",
    message: "Password reset required for the user",
  });
  expect(pool.mail).toMatchObject([{ to: "ada@example.org" }]);
});

test("challenges that are not served are refused by name", async () => {
  const pool = await start();
  await expect(
    respond(pool, "SMS_MFA", "x".repeat(30), { USERNAME: "ada", SMS_MFA_CODE: "123456" }),
  ).rejects.toMatchObject({
    name: "NotImplementedException",
    message: "the challenge SMS_MFA is not served by the local runtime",
  });
});
