import {
  AdminDeleteUserAttributesCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  DeleteUserAttributesCommand,
  DeleteUserCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserAttributeVerificationCodeCommand,
  GetUserAuthFactorsCommand,
  GetUserCommand,
  InitiateAuthCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { NEW_PASSWORD, PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";
import { claimsOf } from "./sign-in.ts";

function initiate(pool: RunningPool, USERNAME: string, password = PASSWORD) {
  return pool.api.send(
    new InitiateAuthCommand({
      ClientId: pool.apiClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD: password },
    }),
  );
}

/** A pool with a user who is signed in. */
async function signedIn(setup: PoolSetup = {}, attributes?: Readonly<Record<string, string>>) {
  const pool = await startPool(setup);
  await pool.addUser("ada", attributes);
  const { AuthenticationResult } = await initiate(pool, "ada");
  return {
    pool,
    AccessToken: AuthenticationResult?.AccessToken ?? "",
    refreshToken: AuthenticationResult?.RefreshToken ?? "",
  };
}

async function attributesOf(pool: RunningPool, Username = "ada"): Promise<Record<string, string>> {
  const { UserAttributes = [] } = await pool.api.send(
    new AdminGetUserCommand({ UserPoolId: pool.poolId, Username }),
  );
  return Object.fromEntries(UserAttributes.map(({ Name = "", Value = "" }) => [Name, Value]));
}

function update(pool: RunningPool, AccessToken: string, attributes: Readonly<Record<string, string>>) {
  const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
  return pool.api.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes }));
}

describe("a user's own attributes", () => {
  test("are set and removed", async () => {
    const { pool, AccessToken } = await signedIn();
    expect(await update(pool, AccessToken, { name: "Ada", locale: "en" })).toMatchObject({
      CodeDeliveryDetailsList: [],
    });
    expect(await attributesOf(pool)).toMatchObject({ name: "Ada", locale: "en" });
    const UserAttributeNames = ["locale"];
    await pool.api.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames }));
    expect(await attributesOf(pool)).not.toHaveProperty("locale");
  });

  test.each<[string, PoolSetup, Record<string, string>, string, string]>([
    [
      "one that the client may not write",
      { api: { WriteAttributes: ["email", "name"] } },
      { locale: "de" },
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    ],
    [
      "that an address is verified",
      {},
      { email_verified: "true" },
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    ],
    ["the subject", {}, { sub: "x" }, "InvalidParameterException", "user.sub: Attribute cannot be updated."],
    [
      "one that cannot be changed",
      { pool: { Schema: [{ Name: "badge", AttributeDataType: "String", Mutable: false }] } },
      { "custom:badge": "x" },
      "InvalidParameterException",
      "user.custom:badge: Attribute cannot be updated.",
    ],
    [
      "one that the pool does not have",
      {},
      { "custom:none": "x" },
      "InvalidParameterException",
      "Attributes did not conform to the schema: custom:none: Attribute does not exist in the schema.",
    ],
    [
      "an address that is none",
      {},
      { email: "ada" },
      "InvalidParameterException",
      "Invalid email address format.",
    ],
  ])("refuse %s", async (_what, setup, attributes, name, message) => {
    const { pool, AccessToken } = await signedIn(setup);
    const before = await attributesOf(pool);
    await expect(update(pool, AccessToken, attributes)).rejects.toMatchObject({ name, message });
    expect(await attributesOf(pool)).toEqual(before);
  });

  test("one of the pool's own that says something is verified is like any other", async () => {
    const Schema = [{ Name: "age_verified", AttributeDataType: "String", Mutable: true }];
    const { pool, AccessToken } = await signedIn({ pool: { Schema } });
    await update(pool, AccessToken, { "custom:age_verified": "yes" });
    expect(await attributesOf(pool)).toMatchObject({ "custom:age_verified": "yes" });
  });

  test("a required one cannot be removed", async () => {
    const { pool, AccessToken } = await signedIn();
    await expect(
      pool.api.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames: ["email"] })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("a new address waits for its code where the pool keeps the old one; a later code replaces the first", async () => {
    const { pool, AccessToken } = await signedIn();
    const { CodeDeliveryDetailsList } = await update(pool, AccessToken, { email: "new@example.org" });
    expect(CodeDeliveryDetailsList).toEqual([
      { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "n***@e***" },
    ]);
    expect(await attributesOf(pool)).toMatchObject({ email: "ada@example.org", email_verified: "true" });
    await initiate(pool, "ada@example.org");

    const AttributeName = "email";
    await pool.api.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }));
    expect(pool.mail.map(({ to }) => to)).toEqual(["new@example.org", "new@example.org"]);
    const verify = (Code = "") =>
      pool.api.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }));
    if (pool.mail[0]?.code !== pool.mail[1]?.code) {
      await expect(verify(pool.mail[0]?.code)).rejects.toMatchObject({ name: "CodeMismatchException" });
    }
    await verify(pool.mail[1]?.code);
    expect(await attributesOf(pool)).toMatchObject({ email: "new@example.org", email_verified: "true" });
    await expect(verify(pool.mail[1]?.code)).rejects.toMatchObject({ name: "ExpiredCodeException" });
    await initiate(pool, "new@example.org");
  });

  test("a new address counts at once, unverified, where the pool does not keep the old one", async () => {
    const { pool, AccessToken } = await signedIn({ pool: { UserAttributeUpdateSettings: {} } });
    await update(pool, AccessToken, { email: "new@example.org" });
    expect(await attributesOf(pool)).toMatchObject({ email: "new@example.org", email_verified: "false" });
    const Code = pool.mail[0]?.code ?? "";
    await pool.api.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code }));
    expect(await attributesOf(pool)).toMatchObject({ email_verified: "true" });
  });

  test("somebody else's verified address is refused when its code comes back", async () => {
    const { pool, AccessToken } = await signedIn();
    await pool.addUser("bob");
    await update(pool, AccessToken, { email: "bob@example.org" });
    const Code = pool.mail[0]?.code ?? "";
    await expect(
      pool.api.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code })),
    ).rejects.toMatchObject({ name: "AliasExistsException" });
  });

  test("H11 a code that was sent survives a restart", async () => {
    const { pool, AccessToken } = await signedIn();
    await update(pool, AccessToken, { email: "new@example.org" });
    pool.cognito.close();
    const again = await startPool({ dir: pool.dir, kept: pool.kept });
    const Code = pool.mail[0]?.code ?? "";
    await again.api.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code }));
    expect(await attributesOf(again)).toMatchObject({ email: "new@example.org" });
  });

  test("only addresses can be verified: phone numbers are refused by name", async () => {
    const { pool, AccessToken } = await signedIn();
    const ask = (AttributeName: string) =>
      pool.api.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName }));
    await expect(ask("phone_number")).rejects.toMatchObject({ name: "NotImplementedException" });
    await expect(ask("name")).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("an administrator may say that an address is verified, and remove attributes", async () => {
    const { pool } = await signedIn();
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    await pool.api.send(
      new AdminUpdateUserAttributesCommand({
        ...ada,
        UserAttributes: [
          { Name: "email", Value: "new@example.org" },
          { Name: "email_verified", Value: "true" },
          { Name: "name", Value: "Ada" },
        ],
      }),
    );
    expect(pool.mail).toEqual([]);
    expect(await attributesOf(pool)).toMatchObject({ email: "new@example.org", email_verified: "true" });
    await pool.api.send(new AdminDeleteUserAttributesCommand({ ...ada, UserAttributeNames: ["name"] }));
    expect(await attributesOf(pool)).not.toHaveProperty("name");
  });
});

test("ChangePassword wants the old password, keeps to the policy and slows down guessing", async () => {
  const { pool, AccessToken } = await signedIn();
  const change = (PreviousPassword: string, ProposedPassword: string) =>
    pool.api.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }));
  await expect(change("wrong", NEW_PASSWORD)).rejects.toMatchObject({
    name: "NotAuthorizedException",
    message: "Incorrect username or password.",
  });
  await expect(change(PASSWORD, "short")).rejects.toMatchObject({ name: "InvalidPasswordException" });
  await change(PASSWORD, NEW_PASSWORD);
  await expect(initiate(pool, "ada")).rejects.toMatchObject({ name: "NotAuthorizedException" });
  await initiate(pool, "ada", NEW_PASSWORD);
  for (let i = 0; i < 5; i += 1) await change("wrong", PASSWORD).catch(() => undefined);
  await expect(change(NEW_PASSWORD, PASSWORD)).rejects.toMatchObject({
    name: "LimitExceededException",
    message: "Attempt limit exceeded, please try after some time.",
  });
});

test("DeleteUser removes the account with its sign-ins", async () => {
  const { pool, AccessToken } = await signedIn();
  await pool.api.send(new DeleteUserCommand({ AccessToken }));
  await expect(pool.api.send(new GetUserCommand({ AccessToken }))).rejects.toMatchObject({
    name: "NotAuthorizedException",
  });
  await expect(initiate(pool, "ada")).rejects.toMatchObject({ name: "UserNotFoundException" });
});

test("GetUserAuthFactors names the factors of a user", async () => {
  const { pool, AccessToken } = await signedIn();
  expect(await pool.api.send(new GetUserAuthFactorsCommand({ AccessToken }))).toMatchObject({
    Username: "ada",
    ConfiguredUserAuthFactors: ["PASSWORD"],
  });
});

describe("a forgotten password", () => {
  const forgot = (pool: RunningPool, Username = "ada") =>
    pool.api.send(new ForgotPasswordCommand({ ClientId: pool.apiClientId, Username }));
  const confirm = (pool: RunningPool, ConfirmationCode: string, more: object = {}) =>
    pool.api.send(
      new ConfirmForgotPasswordCommand({
        ClientId: pool.apiClientId,
        Username: "ada",
        Password: NEW_PASSWORD,
        ConfirmationCode,
        ...more,
      }),
    );

  test("is replaced with the code, which a refused password does not spend; then the code is spent", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    for (let i = 0; i < 6; i += 1) await initiate(pool, "ada", "wrong").catch(() => undefined);
    expect((await forgot(pool, "ADA@example.org")).CodeDeliveryDetails).toMatchObject({
      Destination: "a***@e***",
    });
    const code = pool.mail[0]?.code ?? "";
    await expect(confirm(pool, code, { Password: "short" })).rejects.toMatchObject({
      name: "InvalidPasswordException",
    });
    await expect(confirm(pool, "x")).rejects.toMatchObject({
      name: "CodeMismatchException",
      message: "Invalid verification code provided, please try again.",
    });
    await confirm(pool, code);
    // It unlocks the account as well.
    await initiate(pool, "ada", NEW_PASSWORD);
    await expect(confirm(pool, code)).rejects.toMatchObject({ name: "ExpiredCodeException" });
  });

  test("has an hour, survives a restart, and slows down guessing", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    await forgot(pool);
    pool.cognito.close();
    const again = await startPool({ dir: pool.dir, kept: pool.kept });
    for (let i = 0; i < 5; i += 1) await confirm(again, "x").catch(() => undefined);
    await expect(confirm(again, pool.mail[0]?.code ?? "")).rejects.toMatchObject({
      name: "LimitExceededException",
    });
    again.wait(3_600_000);
    await expect(confirm(again, pool.mail[0]?.code ?? "")).rejects.toMatchObject({
      name: "ExpiredCodeException",
    });
  });

  test("asking for codes without end is refused", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    for (let i = 0; i < 5; i += 1) await forgot(pool);
    await expect(forgot(pool)).rejects.toMatchObject({ name: "LimitExceededException" });
  });

  test("I9 tells whether a user exists, is disabled or has an address only to a client that may know", async () => {
    const legacy = await startPool();
    await expect(forgot(legacy, "eve")).rejects.toMatchObject({ name: "UserNotFoundException" });
    await legacy.addUser("bare", { email: "bare@example.org" });
    await expect(forgot(legacy, "bare")).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Cannot reset password for the user as there is no registered/verified email or phone_number",
    });
    const hiding = await startPool({ api: { PreventUserExistenceErrors: "ENABLED" } });
    await hiding.addUser("bare", { email: "bare@example.org" });
    await hiding.addUser("off");
    await hiding.api.send(new AdminDisableUserCommand({ UserPoolId: hiding.poolId, Username: "off" }));
    for (const name of ["eve", "bare", "off"]) {
      expect((await forgot(hiding, name)).CodeDeliveryDetails).toMatchObject({ DeliveryMedium: "EMAIL" });
    }
    expect(hiding.mail).toEqual([]);
    for (const Username of ["eve", "off"]) {
      await expect(confirm(hiding, "123456", { Username })).rejects.toMatchObject({
        name: "CodeMismatchException",
      });
    }
  });

  test("I9 guessing codes for a name that nobody has is slowed down as for one that somebody has", async () => {
    const pool = await startPool({ api: { PreventUserExistenceErrors: "ENABLED" } });
    await pool.addUser("ada");
    await forgot(pool);
    const answers = async (Username: string) => {
      const names = [];
      for (let i = 0; i < 6; i += 1) {
        names.push(await confirm(pool, "x", { Username }).catch((error: unknown) => (error as Error).name));
      }
      return names;
    };
    const expected = [...Array<string>(5).fill("CodeMismatchException"), "LimitExceededException"];
    expect(await answers("ada")).toEqual(expected);
    expect(await answers("eve")).toEqual(expected);
  });

  test("is a matter for administrators where the pool says so", async () => {
    const AccountRecoverySetting = { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] };
    const pool = await startPool({ pool: { AccountRecoverySetting } });
    await pool.addUser("ada");
    await expect(forgot(pool)).rejects.toMatchObject({ name: "NotAuthorizedException" });
  });
});

describe("GetTokensFromRefreshToken", () => {
  const refresh = (pool: RunningPool, RefreshToken: string, more: object = {}) =>
    pool.api.send(
      new GetTokensFromRefreshTokenCommand({ ClientId: pool.apiClientId, RefreshToken, ...more }),
    );
  const ROTATION = { Feature: "ENABLED", RetryGracePeriodSeconds: 10 };

  test("continues the sign-in", async () => {
    const { pool, AccessToken, refreshToken } = await signedIn();
    const { AuthenticationResult } = await refresh(pool, refreshToken);
    expect(AuthenticationResult?.RefreshToken).toBeUndefined();
    const [before, after] = [AccessToken, AuthenticationResult?.AccessToken ?? ""].map(claimsOf);
    for (const kept of ["origin_jti", "event_id", "auth_time"]) expect(after?.[kept]).toBe(before?.[kept]);
  });

  test("replaces the token of a client with rotation; the old one works for the grace period, then is called reused", async () => {
    const { pool, AccessToken, refreshToken } = await signedIn({ api: { RefreshTokenRotation: ROTATION } });
    pool.wait(60_000);
    const { AuthenticationResult } = await refresh(pool, refreshToken);
    const [before, after] = [AccessToken, AuthenticationResult?.AccessToken ?? ""].map(claimsOf);
    expect(after?.["auth_time"]).toBe(before?.["auth_time"]);
    await refresh(pool, refreshToken);
    pool.wait(10_000);
    await expect(refresh(pool, refreshToken)).rejects.toMatchObject({ name: "RefreshTokenReuseException" });
    await refresh(pool, AuthenticationResult?.RefreshToken ?? "");
    const byOtherFlow = new InitiateAuthCommand({
      ClientId: pool.apiClientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? "" },
    });
    await expect(pool.api.send(byOtherFlow)).rejects.toMatchObject({
      message: "REFRESH_TOKEN_AUTH flow not enabled for this client",
    });
  });

  test("with the fault switched on, rotation changes auth_time and nothing else of the sign-in's identity", async () => {
    const { pool, AccessToken, refreshToken } = await signedIn({
      api: { RefreshTokenRotation: ROTATION },
      faults: new Set(["rotation-changes-auth-time"]),
    });
    pool.wait(60_000);
    const { AuthenticationResult } = await refresh(pool, refreshToken);
    const [before, after] = [AccessToken, AuthenticationResult?.AccessToken ?? ""].map(claimsOf);
    const idToken = claimsOf(AuthenticationResult?.IdToken ?? "");
    expect(Number(after?.["auth_time"])).toBeGreaterThanOrEqual(Number(before?.["auth_time"]) + 60);
    expect(idToken["auth_time"]).toBe(after?.["auth_time"]);
    for (const kept of ["origin_jti", "event_id", "sub"]) expect(after?.[kept]).toBe(before?.[kept]);
  });

  test("the fault leaves clients without rotation alone", async () => {
    const { pool, AccessToken, refreshToken } = await signedIn({
      faults: new Set(["rotation-changes-auth-time"]),
    });
    pool.wait(60_000);
    const { AuthenticationResult } = await refresh(pool, refreshToken);
    const after = claimsOf(AuthenticationResult?.AccessToken ?? "");
    expect(after["auth_time"]).toBe(claimsOf(AccessToken)["auth_time"]);
  });

  test("wants the secret of a client that has one", async () => {
    const { pool, refreshToken } = await signedIn();
    for (const more of [
      { ClientId: pool.webClientId },
      { ClientId: pool.webClientId, ClientSecret: "wrong" },
      { ClientSecret: "surplus" },
    ]) {
      await expect(refresh(pool, refreshToken, more)).rejects.toMatchObject({
        name: "NotAuthorizedException",
      });
    }
    // Another client's token.
    await expect(
      refresh(pool, refreshToken, { ClientId: pool.webClientId, ClientSecret: pool.webClientSecret }),
    ).rejects.toMatchObject({ name: "NotAuthorizedException", message: "Invalid Refresh Token" });
  });
});
