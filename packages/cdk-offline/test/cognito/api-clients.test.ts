import { createHmac } from "node:crypto";
import {
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  ConfirmSignUpCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetUserCommand,
  GlobalSignOutCommand,
  InitiateAuthCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  type AuthFlowType,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { claimsOf, tokensFor } from "./sign-in.ts";

const WITH_PASSWORD = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

function initiate(
  pool: RunningPool,
  AuthParameters: Record<string, string>,
  AuthFlow: AuthFlowType = "USER_PASSWORD_AUTH",
  ClientId = pool.apiClientId,
) {
  return pool.api.send(new InitiateAuthCommand({ ClientId, AuthFlow, AuthParameters }));
}

async function signIn(pool: RunningPool, name = "ada") {
  const { AuthenticationResult } = await initiate(pool, { USERNAME: name, PASSWORD });
  return {
    accessToken: AuthenticationResult?.AccessToken ?? "",
    idToken: AuthenticationResult?.IdToken ?? "",
    refreshToken: AuthenticationResult?.RefreshToken ?? "",
  };
}

describe("InitiateAuth", () => {
  test("gives tokens for a password, and new ones of the same sign-in for the refresh token", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const tokens = await signIn(pool, "ada@example.org");
    pool.wait(10_000);
    const { AuthenticationResult } = await initiate(
      pool,
      { REFRESH_TOKEN: tokens.refreshToken },
      "REFRESH_TOKEN_AUTH",
    );
    expect(AuthenticationResult).toMatchObject({ ExpiresIn: 3600, TokenType: "Bearer" });
    expect(AuthenticationResult?.RefreshToken).toBeUndefined();
    const [before, after] = [tokens.accessToken, AuthenticationResult?.AccessToken ?? ""].map(claimsOf);
    for (const kept of ["origin_jti", "event_id", "auth_time", "scope"]) {
      expect(after?.[kept]).toBe(before?.[kept]);
    }
  });

  test("I9 answers an unknown user as a wrong password only for a client that hides users", async () => {
    const hiding = await startPool({ api: { PreventUserExistenceErrors: "ENABLED" } });
    await hiding.addUser("ada");
    const refused = { name: "NotAuthorizedException", message: "Incorrect username or password." };
    const wrong = { PASSWORD: "Wrong password 1" };
    await expect(initiate(hiding, { USERNAME: "ada", ...wrong })).rejects.toMatchObject(refused);
    await expect(initiate(hiding, { USERNAME: "eve", ...wrong })).rejects.toMatchObject(refused);
    const legacy = await startPool();
    await expect(initiate(legacy, { USERNAME: "eve", ...wrong })).rejects.toMatchObject({
      name: "UserNotFoundException",
      message: "User does not exist.",
    });
  });

  test("limits wrong passwords with the service's text, together with the page", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    for (let i = 0; i < 5; i++)
      await initiate(pool, { USERNAME: "ada", PASSWORD: "x" }).catch(() => undefined);
    await expect(initiate(pool, { USERNAME: "ada", PASSWORD })).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Password attempts exceeded",
    });
    await expect(tokensFor(pool, "ada")).rejects.toThrow("Password attempts exceeded");
  });

  test("keeps to the flows that the client allows", async () => {
    const pool = await startPool({ api: { ExplicitAuthFlows: [] } });
    await pool.addUser("ada");
    const parameters = { USERNAME: "ada", PASSWORD };
    await expect(initiate(pool, parameters)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "USER_PASSWORD_AUTH flow not enabled for this client",
    });
    const asAdministrator = new AdminInitiateAuthCommand({
      UserPoolId: pool.poolId,
      ClientId: pool.apiClientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: parameters,
    });
    await expect(pool.api.send(asAdministrator)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Auth flow not enabled for this client",
    });
    await expect(initiate(pool, { REFRESH_TOKEN: "x" }, "REFRESH_TOKEN_AUTH")).rejects.toMatchObject({
      message: "REFRESH_TOKEN_AUTH flow not enabled for this client",
    });
  });

  test("refuses by name the custom flow, and as the service does a flow of the other operation", async () => {
    const pool = await startPool({ api: { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] } });
    await expect(initiate(pool, { USERNAME: "ada" }, "CUSTOM_AUTH")).rejects.toMatchObject({
      name: "NotImplementedException",
      message: "the flow CUSTOM_AUTH of InitiateAuth is not served by the local runtime",
    });
    await expect(
      initiate(pool, { USERNAME: "ada", PASSWORD }, "ADMIN_USER_PASSWORD_AUTH"),
    ).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Initiate Auth method not supported.",
    });
  });

  test("says what is missing or wrong", async () => {
    const pool = await startPool();
    await expect(initiate(pool, { USERNAME: "ada" })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Missing required parameter PASSWORD",
    });
    await expect(initiate(pool, {}, "USER_PASSWORD_AUTH", "nobody")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "User pool client nobody does not exist.",
    });
    await expect(initiate(pool, { REFRESH_TOKEN: "x" }, "REFRESH_TOKEN_AUTH")).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "Invalid Refresh Token",
    });
  });

  test("wants the SECRET_HASH of a client with a secret, of the user name as given", async () => {
    const pool = await startPool({ web: { ExplicitAuthFlows: WITH_PASSWORD } });
    await pool.addUser("Ada");
    const id = pool.webClientId;
    const hash = (name: string): string =>
      createHmac("sha256", pool.webClientSecret).update(`${name}${id}`).digest("base64");
    const attempt = (more: Record<string, string>, flow?: AuthFlowType) =>
      initiate(pool, { USERNAME: "ada", PASSWORD, ...more }, flow, id);
    await expect(attempt({})).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: `Client ${id} is configured with secret but SECRET_HASH was not received`,
    });
    await expect(attempt({ SECRET_HASH: hash("bob") })).rejects.toMatchObject({
      message: `Unable to verify secret hash for client ${id}`,
    });
    const { AuthenticationResult } = await attempt({ SECRET_HASH: hash("ada") });
    const refreshed = { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? "", SECRET_HASH: hash("Ada") };
    await expect(attempt(refreshed, "REFRESH_TOKEN_AUTH")).resolves.toHaveProperty("AuthenticationResult");
  });

  test("the administrator's flow gives the same tokens", async () => {
    const pool = await startPool();
    const sub = await pool.addUser("ada");
    const { AuthenticationResult } = await pool.api.send(
      new AdminInitiateAuthCommand({
        UserPoolId: pool.poolId,
        ClientId: pool.apiClientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "ada", PASSWORD },
      }),
    );
    expect(claimsOf(AuthenticationResult?.AccessToken ?? "")).toMatchObject({ sub, username: "ada" });
  });
});

describe("SignUp and ConfirmSignUp", () => {
  const signUp = (pool: RunningPool, more: object = {}) =>
    pool.api.send(
      new SignUpCommand({
        ClientId: pool.apiClientId,
        Username: "Ada",
        Password: PASSWORD,
        UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
        ...more,
      }),
    );
  const confirm = (pool: RunningPool, ConfirmationCode: string, Username = "ada") =>
    pool.api.send(new ConfirmSignUpCommand({ ClientId: pool.apiClientId, Username, ConfirmationCode }));

  test("a user who has given the code may sign in", async () => {
    const pool = await startPool();
    const answer = await signUp(pool);
    expect(answer).toMatchObject({
      UserConfirmed: false,
      CodeDeliveryDetails: { Destination: "a***@e***", DeliveryMedium: "EMAIL", AttributeName: "email" },
    });
    await expect(signIn(pool)).rejects.toMatchObject({
      name: "UserNotConfirmedException",
      message: "User is not confirmed.",
    });
    await expect(confirm(pool, "0")).rejects.toMatchObject({
      name: "CodeMismatchException",
      message: "Invalid verification code provided, please try again.",
    });
    await confirm(pool, pool.mail[0]?.code ?? "");
    expect(claimsOf((await signIn(pool)).idToken)).toMatchObject({
      sub: answer.UserSub,
      "cognito:username": "Ada",
      email_verified: true,
    });
  });

  test("a second code replaces the first", async () => {
    const pool = await startPool();
    await signUp(pool);
    const again = new ResendConfirmationCodeCommand({ ClientId: pool.apiClientId, Username: "ada" });
    expect((await pool.api.send(again)).CodeDeliveryDetails?.Destination).toBe("a***@e***");
    expect(pool.mail).toHaveLength(2);
    await confirm(pool, pool.mail[1]?.code ?? "");
    await expect(pool.api.send(again)).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "User is already confirmed.",
    });
  });

  test.each<[string, object, string, string]>([
    ["a name that is taken", { Username: "BOB" }, "UsernameExistsException", "User already exists"],
    [
      "a missing attribute",
      { UserAttributes: [] },
      "InvalidParameterException",
      "Attributes did not conform to the schema: email: The attribute is required",
    ],
    [
      "an address said to be verified",
      {
        UserAttributes: [
          { Name: "email", Value: "a@example.org" },
          { Name: "email_verified", Value: "true" },
        ],
      },
      "NotAuthorizedException",
      "A client attempted to write unauthorized attribute",
    ],
    [
      "a weak password",
      { Password: "weak" },
      "InvalidPasswordException",
      "Password did not conform with policy: Password not long enough",
    ],
  ])("refuse %s", async (_what, more, code, message) => {
    const pool = await startPool();
    await pool.addUser("bob");
    await expect(signUp(pool, more)).rejects.toMatchObject({ name: code, message });
    expect(pool.mail).toEqual([]);
  });

  test("are refused where only administrators create users", async () => {
    const pool = await startPool({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
    await expect(signUp(pool)).rejects.toMatchObject({
      name: "NotAuthorizedException",
      message: "SignUp is not permitted for this user pool",
    });
  });

  test("tell whether a name exists only to a client that may know", async () => {
    const legacy = await startPool();
    await expect(confirm(legacy, "123456", "eve")).rejects.toMatchObject({
      name: "UserNotFoundException",
      message: "Username/client id combination not found.",
    });
    const hiding = await startPool({ api: { PreventUserExistenceErrors: "ENABLED" } });
    await expect(confirm(hiding, "123456", "eve")).rejects.toMatchObject({ name: "CodeMismatchException" });
    const resend = new ResendConfirmationCodeCommand({ ClientId: hiding.apiClientId, Username: "eve" });
    await expect(hiding.api.send(resend)).resolves.toHaveProperty("CodeDeliveryDetails");
    expect(hiding.mail).toEqual([]);
  });

  test("I9 codes are sent again a few times only, and guessed a few times only, whoever has the name", async () => {
    const pool = await startPool({ api: { PreventUserExistenceErrors: "ENABLED" } });
    await signUp(pool, { Username: "ada" });
    const errors = async (call: () => Promise<unknown>) => {
      const names = [];
      for (let i = 0; i < 6; i += 1) {
        const answer = call().then(
          () => "sent",
          (error: unknown) => (error as Error).name,
        );
        names.push(await answer);
      }
      return names;
    };
    for (const Username of ["ada", "eve"]) {
      const resend = new ResendConfirmationCodeCommand({ ClientId: pool.apiClientId, Username });
      expect(await errors(() => pool.api.send(resend))).toEqual([
        ...Array<string>(5).fill("sent"),
        "LimitExceededException",
      ]);
      expect(await errors(() => confirm(pool, "x", Username))).toEqual([
        ...Array<string>(5).fill("CodeMismatchException"),
        "LimitExceededException",
      ]);
    }
  });

  test("I9 no code goes to a user who is disabled, which a client that hides users is not told", async () => {
    for (const [PreventUserExistenceErrors, answer] of [
      ["ENABLED", "sent"],
      ["LEGACY", "NotAuthorizedException"],
    ]) {
      const pool = await startPool({ api: { PreventUserExistenceErrors } });
      await signUp(pool, { Username: "ada" });
      await pool.api.send(new AdminDisableUserCommand({ UserPoolId: pool.poolId, Username: "ada" }));
      const resend = new ResendConfirmationCodeCommand({ ClientId: pool.apiClientId, Username: "ada" });
      const outcome = pool.api.send(resend).then(
        () => "sent",
        (error: unknown) => (error as Error).name,
      );
      expect(await outcome).toBe(answer);
      expect(pool.mail).toHaveLength(1);
    }
  });

  test("without automatic verification no code is sent", async () => {
    const pool = await startPool({ pool: { AutoVerifiedAttributes: [] } });
    expect((await signUp(pool)).CodeDeliveryDetails).toBeUndefined();
    expect(pool.mail).toEqual([]);
  });
});

describe("a user's calls for the own account", () => {
  const getUser = (pool: RunningPool, AccessToken: string) =>
    pool.api.send(new GetUserCommand({ AccessToken }));

  test("GetUser shows what the client may read", async () => {
    const pool = await startPool({ api: { ReadAttributes: ["name"] } });
    const sub = await pool.addUser("ada", { email: "a@example.org", name: "Ada" });
    expect(await getUser(pool, (await signIn(pool)).accessToken)).toMatchObject({
      Username: "ada",
      UserAttributes: [
        { Name: "sub", Value: sub },
        { Name: "name", Value: "Ada" },
      ],
    });
  });

  test("refuse ID tokens, tokens without the API's scope, forged, expired and revoked ones", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { accessToken, idToken, refreshToken } = await signIn(pool);
    const refused = (token: string, message: string) =>
      expect(getUser(pool, token)).rejects.toMatchObject({ name: "NotAuthorizedException", message });
    await refused(idToken, "Invalid Access Token");
    await refused("x", "Invalid Access Token");
    await refused(`${accessToken.slice(0, -6)}AAAAAA`, "Invalid Access Token");
    await refused((await tokensFor(pool, "ada")).access_token, "Access Token does not have required scopes");
    await pool.api.send(new RevokeTokenCommand({ Token: refreshToken, ClientId: pool.apiClientId }));
    await refused(accessToken, "Access Token has been revoked");
    const later = await signIn(pool);
    pool.wait(3_601_000);
    await refused(later.accessToken, "Access Token has expired");
  });

  test("GlobalSignOut ends every sign-in of the user, and nobody else's", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    await pool.addUser("bob");
    const [first, second, bob] = [await signIn(pool), await signIn(pool), await signIn(pool, "bob")];
    await pool.api.send(new GlobalSignOutCommand({ AccessToken: first.accessToken }));
    for (const { accessToken, refreshToken } of [first, second]) {
      await expect(getUser(pool, accessToken)).rejects.toMatchObject({
        message: "Access Token has been revoked",
      });
      await expect(
        initiate(pool, { REFRESH_TOKEN: refreshToken }, "REFRESH_TOKEN_AUTH"),
      ).rejects.toMatchObject({ message: "Refresh Token has been revoked" });
    }
    await expect(getUser(pool, bob.accessToken)).resolves.toMatchObject({ Username: "bob" });
    await expect(getUser(pool, (await signIn(pool)).accessToken)).resolves.toMatchObject({ Username: "ada" });
  });

  test("RevokeToken takes refresh tokens only, from their client only", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { accessToken, refreshToken } = await signIn(pool);
    const revoke = (input: object) =>
      pool.api.send(new RevokeTokenCommand({ Token: refreshToken, ClientId: pool.apiClientId, ...input }));
    await expect(revoke({ Token: accessToken })).rejects.toMatchObject({
      name: "UnsupportedTokenTypeException",
    });
    await expect(revoke({ ClientId: pool.webClientId })).rejects.toMatchObject({
      name: "UnauthorizedException",
      $metadata: { httpStatusCode: 401 },
    });
    await revoke({ ClientId: pool.webClientId, ClientSecret: pool.webClientSecret });
    await expect(getUser(pool, accessToken)).resolves.toMatchObject({ Username: "ada" });
  });
});

describe("pools and clients are described", () => {
  test("DescribeUserPool, with the service's defaults filled in", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { UserPool } = await pool.api.send(new DescribeUserPoolCommand({ UserPoolId: pool.poolId }));
    expect(UserPool).toMatchObject({
      Id: pool.poolId,
      Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${pool.poolId}`,
      Domain: "notes-app",
      AliasAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
      MfaConfiguration: "OFF",
      EstimatedNumberOfUsers: 1,
      UserPoolTier: "ESSENTIALS",
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: false, RequireUppercase: true } },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
    });
    const email = UserPool?.SchemaAttributes?.find(({ Name }) => Name === "email");
    expect(email).toMatchObject({ AttributeDataType: "String", Required: true, Mutable: true });
    expect(UserPool?.CreationDate).toBeInstanceOf(Date);
  });

  test("DescribeUserPoolClient, with the secret", async () => {
    const pool = await startPool();
    const { UserPoolClient } = await pool.api.send(
      new DescribeUserPoolClientCommand({ UserPoolId: pool.poolId, ClientId: pool.webClientId }),
    );
    expect(UserPoolClient).toMatchObject({
      ClientId: pool.webClientId,
      UserPoolId: pool.poolId,
      ClientSecret: expect.stringMatching(/^[a-z0-9]{51}$/) as string,
      AllowedOAuthFlows: ["code"],
      AccessTokenValidity: 5,
      TokenValidityUnits: { AccessToken: "minutes" },
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
      EnableTokenRevocation: true,
    });
    const other = new DescribeUserPoolClientCommand({
      UserPoolId: "us-east-1_x",
      ClientId: pool.webClientId,
    });
    await expect(pool.api.send(other)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("ListUserPools and ListUserPoolClients, page by page", async () => {
    const pool = await startPool();
    const { UserPools } = await pool.api.send(new ListUserPoolsCommand({ MaxResults: 10 }));
    expect(UserPools?.map(({ Id }) => Id)).toEqual([pool.poolId]);
    const list = (NextToken?: string) =>
      pool.api.send(
        new ListUserPoolClientsCommand({
          UserPoolId: pool.poolId,
          MaxResults: 1,
          ...(NextToken && { NextToken }),
        }),
      );
    const first = await list();
    const second = await list(first.NextToken);
    expect(second.NextToken).toBeUndefined();
    const ids = [first, second].flatMap(({ UserPoolClients }) =>
      UserPoolClients?.map(({ ClientId }) => ClientId),
    );
    expect(new Set(ids)).toEqual(new Set([pool.webClientId, pool.apiClientId]));
  });
});
