import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  GetUserCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { AwsError } from "../../../local/aws/errors.ts";
import { createInvokeTrigger, type LambdaPort } from "../../../local/cognito/triggers/invoke-trigger.ts";
import { openFunctions, temporaryFolder } from "../lambda/functions.ts";
import { PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";
import { claimsOf, codeFor, exchange, refresh, signInOnPage, tokensFor } from "./sign-in.ts";

const NEW_PASSWORD = "Another Horse 8 Battery";

function arn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}

interface TriggerEvent {
  readonly triggerSource: string;
  readonly [member: string]: unknown;
}

type Handler = (event: TriggerEvent) => unknown;

/** Functions by name. Each gives the `response` of its event; one that throws fails as in Lambda. */
function functions(handlers: Readonly<Record<string, Handler>>) {
  const events: TriggerEvent[] = [];
  const lambda: LambdaPort = {
    invoke(functionArn, payload) {
      const handler = handlers[functionArn.split(":").at(-1) ?? ""];
      if (handler === undefined) {
        return Promise.reject(new AwsError("ResourceNotFoundException", "Function not found", 404));
      }
      const event = JSON.parse(payload) as TriggerEvent;
      events.push(event);
      try {
        const response = handler(event) ?? event["response"];
        return Promise.resolve({ payload: JSON.stringify({ ...event, response }) });
      } catch (error) {
        const errorMessage = error instanceof Error ? error.message : String(error);
        const errorPayload = JSON.stringify({ errorType: "Error", errorMessage, trace: [] });
        return Promise.resolve({ payload: errorPayload, functionError: "Unhandled" });
      }
    },
  };
  return { lambda, events };
}

/** A pool whose triggers are these functions, named as in `LambdaConfig`. */
async function start(handlers: Readonly<Record<string, Handler>>, setup: PoolSetup = {}) {
  const { lambda, events } = functions(handlers);
  const config = Object.fromEntries(Object.keys(handlers).map((name) => [name, arn(name)]));
  const { V2, ...named } = config;
  const LambdaConfig =
    V2 === undefined
      ? named
      : { ...named, PreTokenGenerationConfig: { LambdaArn: V2, LambdaVersion: "V2_0" } };
  const pool = await startPool({ ...setup, lambda, pool: { LambdaConfig, ...setup.pool } });
  return { pool, events };
}

function signIn(
  pool: RunningPool,
  USERNAME = "ada",
  ClientMetadata?: Record<string, string>,
  password = PASSWORD,
) {
  return pool.api.send(
    new InitiateAuthCommand({
      ClientId: pool.apiClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD: password },
      ClientMetadata,
    }),
  );
}

function signUp(pool: RunningPool, more: object = {}) {
  return pool.api.send(
    new SignUpCommand({
      ClientId: pool.apiClientId,
      Username: "Ada",
      Password: PASSWORD,
      UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
      ...more,
    }),
  );
}

function fails(message: string): Handler {
  return () => {
    throw new Error(message);
  };
}

describe("PreSignUp", () => {
  test("is told of the sign-up as documented", async () => {
    const { pool, events } = await start({ PreSignUp: () => undefined });
    await signUp(pool, {
      ValidationData: [{ Name: "captcha", Value: "7" }],
      ClientMetadata: { from: "test" },
    });
    expect(events).toEqual([
      {
        version: "1",
        region: "us-east-1",
        userPoolId: pool.poolId,
        userName: "Ada",
        callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: pool.apiClientId },
        triggerSource: "PreSignUp_SignUp",
        request: {
          userAttributes: { email: "ada@example.org" },
          validationData: { captcha: "7" },
          clientMetadata: { from: "test" },
        },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      },
    ]);
  });

  test("may confirm the user and verify the address, which takes it from the user who has it", async () => {
    const { pool, events } = await start({
      PreSignUp: ({ triggerSource }) =>
        triggerSource === "PreSignUp_SignUp" ? { autoConfirmUser: true, autoVerifyEmail: true } : undefined,
      PostConfirmation: () => undefined,
    });
    await pool.addUser("bob", { email: "ada@example.org", email_verified: "true" });
    expect(await signUp(pool)).toMatchObject({ UserConfirmed: true });
    expect(pool.mail).toEqual([]);
    expect(
      claimsOf((await signIn(pool, "ada@example.org")).AuthenticationResult?.IdToken ?? ""),
    ).toMatchObject({
      "cognito:username": "Ada",
      email_verified: true,
    });
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual([
      "PreSignUp_AdminCreateUser",
      "PreSignUp_SignUp",
      "PostConfirmation_ConfirmSignUp",
    ]);
  });

  test("an address it verifies belongs to the new user alone while the sign-up is not confirmed yet", async () => {
    const { pool } = await start({
      PreSignUp: ({ triggerSource }) =>
        triggerSource === "PreSignUp_SignUp" ? { autoVerifyEmail: true } : undefined,
    });
    await pool.addUser("bob", { email: "ada@example.org", email_verified: "true" });
    await signUp(pool);
    const { Users = [] } = await pool.api.send(new ListUsersCommand({ UserPoolId: pool.poolId }));
    const verified = Users.filter(({ Attributes = [] }) =>
      Attributes.some(({ Name, Value }) => Name === "email_verified" && Value === "true"),
    );
    expect(verified.map(({ Username }) => Username)).toEqual(["Ada"]);
  });

  test("refuses a sign-up by failing; nothing is stored then", async () => {
    const { pool } = await start({ PreSignUp: fails("No sign-ups on Sundays.") });
    await expect(signUp(pool)).rejects.toMatchObject({
      name: "UserLambdaValidationException",
      message: "PreSignUp failed with error No sign-ups on Sundays.",
    });
    const ada = { UserPoolId: pool.poolId, Username: "Ada" };
    await expect(pool.api.send(new AdminGetUserCommand(ada))).rejects.toMatchObject({
      name: "UserNotFoundException",
    });
    await expect(pool.api.send(new AdminCreateUserCommand(ada))).rejects.toMatchObject({
      name: "UserLambdaValidationException",
    });
  });

  test("is not listened to where an administrator creates the user", async () => {
    const { pool, events } = await start({ PreSignUp: () => ({ autoConfirmUser: true }) });
    const created = await pool.api.send(
      new AdminCreateUserCommand({ UserPoolId: pool.poolId, Username: "ada" }),
    );
    expect(created.User?.UserStatus).toBe("FORCE_CHANGE_PASSWORD");
    expect(events).toMatchObject([
      {
        triggerSource: "PreSignUp_AdminCreateUser",
        callerContext: { clientId: "CLIENT_ID_NOT_APPLICABLE" },
      },
    ]);
  });

  test("two sign-ups of one name that wait for it at once: one wins", async () => {
    const { pool } = await start({ PreSignUp: () => undefined });
    const outcomes = await Promise.allSettled([signUp(pool), signUp(pool), signUp(pool)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("PostConfirmation", () => {
  test("follows each way of confirming, with the user as it is then", async () => {
    const { pool, events } = await start({ PostConfirmation: () => undefined });
    await signUp(pool);
    const ada = { ClientId: pool.apiClientId, Username: "ada" };
    const ClientMetadata = { from: "test" };
    await pool.api.send(
      new ConfirmSignUpCommand({ ...ada, ConfirmationCode: pool.mail[0]?.code, ClientMetadata }),
    );
    await pool.api.send(new ForgotPasswordCommand(ada));
    await pool.api.send(
      new ConfirmForgotPasswordCommand({
        ...ada,
        ConfirmationCode: pool.mail[1]?.code,
        Password: NEW_PASSWORD,
      }),
    );
    await signUp(pool, { Username: "bob" });
    await pool.api.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.poolId, Username: "bob" }));
    expect(events).toMatchObject([
      {
        triggerSource: "PostConfirmation_ConfirmSignUp",
        userName: "Ada",
        request: {
          userAttributes: {
            email: "ada@example.org",
            email_verified: "true",
            "cognito:user_status": "CONFIRMED",
          },
          clientMetadata: { from: "test" },
        },
        response: {},
      },
      { triggerSource: "PostConfirmation_ConfirmForgotPassword", userName: "Ada" },
      { triggerSource: "PostConfirmation_ConfirmSignUp", userName: "bob" },
    ]);
  });

  test("cannot undo the confirmation by failing", async () => {
    const { pool } = await start({ PostConfirmation: fails("no") });
    await signUp(pool);
    const confirm = new ConfirmSignUpCommand({
      ClientId: pool.apiClientId,
      Username: "ada",
      ConfirmationCode: pool.mail[0]?.code,
    });
    await expect(pool.api.send(confirm)).rejects.toMatchObject({
      name: "UserLambdaValidationException",
      message: "PostConfirmation failed with error no.",
    });
    expect((await signIn(pool)).AuthenticationResult).toBeDefined();
  });
});

describe("PreAuthentication", () => {
  test("is told of each attempt, with the right password or a wrong one, and may refuse it", async () => {
    const { pool, events } = await start({
      PreAuthentication: ({ userName }) => {
        if (userName === "bob") throw new Error("Not you");
      },
    });
    await pool.addUser("ada");
    await pool.addUser("bob");
    await signIn(pool, "ada", { device: "laptop" });
    await expect(signIn(pool, "bob")).rejects.toMatchObject({
      name: "UserLambdaValidationException",
      message: "PreAuthentication failed with error Not you.",
    });
    expect(events[0]).toMatchObject({
      triggerSource: "PreAuthentication_Authentication",
      userName: "ada",
      request: {
        userAttributes: { email: "ada@example.org", "cognito:user_status": "CONFIRMED" },
        validationData: { device: "laptop" },
      },
    });
    expect(events[0]?.["request"]).not.toHaveProperty("userNotFound");
    expect((await signInOnPage(pool, "bob")).text).toContain("PreAuthentication failed with error Not you.");
  });

  test("is told of unknown users where the client hides users, and only there", async () => {
    const hiding = await start(
      { PreAuthentication: () => undefined },
      { api: { PreventUserExistenceErrors: "ENABLED" } },
    );
    await signIn(hiding.pool, "eve").catch(() => undefined);
    expect(hiding.events).toMatchObject([{ userName: "eve", request: { userNotFound: true } }]);
    const legacy = await start({ PreAuthentication: () => undefined });
    await signIn(legacy.pool, "eve").catch(() => undefined);
    expect(legacy.events).toEqual([]);
  });
});

test("guesses that wait for PreAuthentication at once learn no more than those made one after the other", async () => {
  let waiting = 0;
  let release: (() => void) | undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const pool = await startPool({
    pool: { LambdaConfig: { PreAuthentication: arn("slow") } },
    lambda: {
      async invoke(_functionArn, payload) {
        waiting += 1;
        await released;
        return { payload };
      },
    },
  });
  await pool.addUser("ada");
  const guesses = ["1", "2", "3", "4", "5", "6", PASSWORD, "7"];
  const answers = [];
  for (const [index, guess] of guesses.entries()) {
    const answer = signIn(pool, "ada", undefined, guess).then(
      () => "tokens",
      (error: unknown) => (error as Error).message,
    );
    answers.push(answer);
    await vi.waitFor(() => {
      expect(waiting).toBe(index + 1);
    });
  }
  release?.();
  expect(await Promise.all(answers)).toEqual([
    ...Array<string>(5).fill("Incorrect username or password."),
    ...Array<string>(3).fill("Password attempts exceeded"),
  ]);
});

describe("PostAuthentication", () => {
  test.each([
    ["disabled", AdminDisableUserCommand, "User is disabled."],
    ["deleted", AdminDeleteUserCommand, "Incorrect username or password."],
  ])("a user who is %s while it runs gets no tokens", async (_what, Command, message) => {
    const pool = await startPool({
      pool: { LambdaConfig: { PostAuthentication: arn("slow") } },
      lambda: {
        async invoke(_functionArn, payload) {
          await pool.api.send(new Command({ UserPoolId: pool.poolId, Username: "ada" }));
          return { payload };
        },
      },
    });
    await pool.addUser("ada");
    await expect(signIn(pool)).rejects.toMatchObject({ name: "NotAuthorizedException", message });
  });

  test("follows every factor and precedes the tokens; only answers to challenges hand it metadata", async () => {
    const { pool, events } = await start({ PostAuthentication: () => undefined });
    await pool.api.send(
      new AdminCreateUserCommand({
        UserPoolId: pool.poolId,
        Username: "ada",
        TemporaryPassword: PASSWORD,
        UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
      }),
    );
    const { Session } = await signIn(pool, "ada", { from: "initiate" });
    expect(events).toEqual([]);
    await pool.api.send(
      new RespondToAuthChallengeCommand({
        ClientId: pool.apiClientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session,
        ChallengeResponses: { USERNAME: "ada", NEW_PASSWORD: PASSWORD },
        ClientMetadata: { from: "respond" },
      }),
    );
    await signIn(pool, "ada", { from: "initiate" });
    const [first, second] = events;
    expect(first).toMatchObject({
      triggerSource: "PostAuthentication_Authentication",
      request: { newDeviceUsed: false, clientMetadata: { from: "respond" } },
    });
    expect(second?.["request"]).not.toHaveProperty("clientMetadata");
  });

  test("keeps the user out by failing, with the API and on the page", async () => {
    const { pool } = await start({ PostAuthentication: fails("closed") });
    await pool.addUser("ada");
    await expect(signIn(pool)).rejects.toMatchObject({
      message: "PostAuthentication failed with error closed.",
    });
    const { text, location } = await signInOnPage(pool, "ada");
    expect(text).toContain("PostAuthentication failed with error closed.");
    expect(location).toBeUndefined();
  });
});

describe("PreTokenGeneration", () => {
  const idToken = async (pool: RunningPool) =>
    claimsOf((await signIn(pool)).AuthenticationResult?.IdToken ?? "");

  test("version one changes the ID token, and groups in both", async () => {
    const { pool, events } = await start({
      PreTokenGeneration: () => ({
        claimsOverrideDetails: {
          claimsToAddOrOverride: { department: "engines", email: "hidden@example.org", sub: "forged" },
          claimsToSuppress: ["email_verified", "auth_time"],
          groupOverrideDetails: {
            groupsToOverride: ["readers"],
            iamRolesToOverride: ["arn:aws:iam::000000000000:role/reader"],
            preferredRole: "arn:aws:iam::000000000000:role/reader",
          },
        },
      }),
    });
    const sub = await pool.addUser("ada");
    const GroupName = "auditors";
    await pool.api.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: "ada", GroupName }),
    );
    const { AuthenticationResult } = await signIn(pool);
    const id = claimsOf(AuthenticationResult?.IdToken ?? "");
    expect(id).toMatchObject({
      sub,
      department: "engines",
      email: "hidden@example.org",
      "cognito:groups": ["readers"],
      "cognito:roles": ["arn:aws:iam::000000000000:role/reader"],
      "cognito:preferred_role": "arn:aws:iam::000000000000:role/reader",
      auth_time: expect.any(Number) as number,
    });
    expect(id).not.toHaveProperty("email_verified");
    const access = claimsOf(AuthenticationResult?.AccessToken ?? "");
    expect(access).toMatchObject({ sub, "cognito:groups": ["readers"] });
    expect(access).not.toHaveProperty("department");
    expect(events).toMatchObject([
      {
        version: "1",
        triggerSource: "TokenGeneration_Authentication",
        request: {
          userAttributes: { sub, "cognito:user_status": "CONFIRMED", email: "ada@example.org" },
          groupConfiguration: { groupsToOverride: ["auditors"], iamRolesToOverride: [] },
        },
        response: { claimsOverrideDetails: null },
      },
    ]);
  });

  test("version two changes both tokens with values of any kind, and the scopes", async () => {
    const { pool, events } = await start({
      V2: (event) => ({
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { floor: 3, tags: ["a", 1, true] } },
          accessTokenGeneration: {
            claimsToAddOrOverride: {
              plan: { name: "large" },
              aud: (event["callerContext"] as { clientId: string }).clientId,
              client_id: "forged",
            },
            claimsToSuppress: ["origin_jti", "username"],
            scopesToAdd: ["ledger/logins"],
            scopesToSuppress: ["aws.cognito.signin.user.admin"],
          },
        },
      }),
    });
    await pool.addUser("ada");
    const { AuthenticationResult } = await signIn(pool);
    expect(claimsOf(AuthenticationResult?.IdToken ?? "")).toMatchObject({ floor: 3, tags: ["a", 1, true] });
    expect(claimsOf(AuthenticationResult?.AccessToken ?? "")).toMatchObject({
      plan: { name: "large" },
      aud: pool.apiClientId,
      client_id: pool.apiClientId,
      scope: "ledger/logins",
      username: "ada",
      origin_jti: expect.any(String) as string,
    });
    expect(events).toMatchObject([
      {
        version: "2",
        request: { scopes: ["aws.cognito.signin.user.admin"] },
        response: { claimsAndScopeOverrideDetails: null },
      },
    ]);
  });

  test("the scopes it leaves in a token are those that count", async () => {
    const API_SCOPE = "aws.cognito.signin.user.admin";
    const { pool } = await start({
      V2: ({ userName }) => ({
        claimsAndScopeOverrideDetails: {
          accessTokenGeneration:
            userName === "ada" ? { scopesToSuppress: [API_SCOPE] } : { scopesToAdd: [API_SCOPE] },
        },
      }),
    });
    await pool.addUser("ada");
    await pool.addUser("bob");
    const { AuthenticationResult } = await signIn(pool);
    const getUser = new GetUserCommand({ AccessToken: AuthenticationResult?.AccessToken });
    await expect(pool.api.send(getUser)).rejects.toMatchObject({
      message: "Access Token does not have required scopes",
    });
    const { access_token: AccessToken } = await tokensFor(pool, "bob");
    expect(await pool.api.send(new GetUserCommand({ AccessToken }))).toMatchObject({ Username: "bob" });
  });

  test("an empty override of groups takes them away, none at all leaves them", async () => {
    let details: unknown = null;
    const { pool } = await start({ PreTokenGeneration: () => ({ claimsOverrideDetails: details }) });
    await pool.addUser("ada");
    const GroupName = "auditors";
    await pool.api.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: "ada", GroupName }),
    );
    expect(await idToken(pool)).toMatchObject({ "cognito:groups": ["auditors"] });
    details = { claimsToSuppress: ["email"] };
    expect(await idToken(pool)).toMatchObject({ "cognito:groups": ["auditors"] });
    details = { groupOverrideDetails: {} };
    expect(await idToken(pool)).not.toHaveProperty("cognito:groups");
  });

  test("is told what the tokens are for; at_hash is that of the access token as changed", async () => {
    const { pool, events } = await start({
      V2: () => ({
        claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { more: "x" } } },
      }),
    });
    await pool.addUser("ada");
    const tokens = await tokensFor(pool, "ada");
    expect(claimsOf(tokens.access_token)).toMatchObject({ more: "x" });
    await refresh(pool, tokens.refresh_token);
    const RefreshToken = (await signIn(pool)).AuthenticationResult?.RefreshToken;
    await pool.api.send(
      new GetTokensFromRefreshTokenCommand({
        ClientId: pool.apiClientId,
        RefreshToken,
        ClientMetadata: { from: "refresh" },
      }),
    );
    expect(events.map(({ triggerSource }) => triggerSource)).toEqual([
      "TokenGeneration_HostedAuth",
      "TokenGeneration_RefreshTokens",
      "TokenGeneration_Authentication",
      "TokenGeneration_RefreshTokens",
    ]);
    expect(events.at(-1)).toMatchObject({ request: { clientMetadata: { from: "refresh" } } });
  });

  test("of two refreshes that wait for it with one token, one gets tokens", async () => {
    let waiting = 0;
    const pool = await startPool({
      api: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } },
      pool: { LambdaConfig: { PreTokenGeneration: arn("slow") } },
      lambda: {
        async invoke(_functionArn, payload) {
          if (payload.includes("TokenGeneration_RefreshTokens")) {
            waiting += 1;
            await vi.waitFor(() => {
              expect(waiting).toBe(2);
            });
          }
          return { payload };
        },
      },
    });
    await pool.addUser("ada");
    const RefreshToken = (await signIn(pool)).AuthenticationResult?.RefreshToken;
    const refreshed = new GetTokensFromRefreshTokenCommand({ ClientId: pool.apiClientId, RefreshToken });
    const outcomes = [1, 2].map(async () => {
      const answer = pool.api.send(refreshed).then(() => "tokens");
      return answer.catch((error: unknown) => (error as Error).name);
    });
    expect((await Promise.all(outcomes)).sort()).toEqual(["RefreshTokenReuseException", "tokens"]);
  });

  test("a refresh that it refuses costs the client with rotation nothing", async () => {
    let isOpen = true;
    const { pool } = await start(
      {
        PreTokenGeneration: () => {
          if (!isOpen) throw new Error("closed");
        },
      },
      { web: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } } },
    );
    await pool.addUser("ada");
    const { refresh_token } = await tokensFor(pool, "ada");
    isOpen = false;
    expect((await refresh(pool, refresh_token)).status).toBe(400);
    expect((await exchange(pool, await codeFor(pool, "ada"))).status).toBe(400);
    isOpen = true;
    expect((await refresh(pool, refresh_token)).status).toBe(200);
  });

  test.each([
    [
      "claims that are no text in version one",
      { claimsOverrideDetails: { claimsToAddOrOverride: { n: 1 } } },
    ],
    ["a list that is none", { claimsOverrideDetails: { claimsToSuppress: "email" } }],
  ])("an answer with %s is not recognized", async (_what, response) => {
    const { pool } = await start({ PreTokenGeneration: () => response });
    await pool.addUser("ada");
    await expect(signIn(pool)).rejects.toMatchObject({
      name: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
    });
  });
});

describe("a function that", () => {
  const signInOf = async (lambda: LambdaPort) => {
    const pool = await startPool({ lambda, pool: { LambdaConfig: { PreAuthentication: arn("fn") } } });
    await pool.addUser("ada");
    return signIn(pool);
  };

  test("is not there", async () => {
    const missing = () =>
      Promise.reject(new AwsError("ResourceNotFoundException", "Function not found", 404));
    await expect(signInOf({ invoke: missing })).rejects.toMatchObject({
      name: "UnexpectedLambdaException",
      message: "PreAuthentication invocation failed due to configuration.",
    });
  });

  test("is throttled", async () => {
    const throttled = () => Promise.reject(new AwsError("TooManyRequestsException", "Rate exceeded", 429));
    await expect(signInOf({ invoke: throttled })).rejects.toMatchObject({
      name: "UnexpectedLambdaException",
      message: "PreAuthentication invocation failed due to error TooManyRequestsException.",
    });
  });

  test.each(["null", '"text"', "[]", "{}", '{"response":7}', "not JSON"])("answers %s", async (payload) => {
    await expect(signInOf({ invoke: () => Promise.resolve({ payload }) })).rejects.toMatchObject({
      name: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
    });
  });

  test("does not answer in time is called three times, then given up", async () => {
    const invoke = vi.fn(() => new Promise<never>(() => undefined));
    const trigger = createInvokeTrigger({ invoke }, 10);
    await expect(trigger({ trigger: "PreSignUp", functionArn: arn("fn"), event: {} })).rejects.toMatchObject({
      name: "UnexpectedLambdaException",
      message: "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    });
    expect(invoke).toHaveBeenCalledTimes(3);
  });

  test("is named through CreateUserPool is called as well", async () => {
    const { lambda, events } = functions({ fn: fails("not today") });
    const running = await startPool({ lambda });
    const LambdaConfig = { PreSignUp: arn("fn") };
    const { UserPool } = await running.api.send(
      new CreateUserPoolCommand({ PoolName: "mine", LambdaConfig }),
    );
    const { UserPoolClient } = await running.api.send(
      new CreateUserPoolClientCommand({ UserPoolId: UserPool?.Id, ClientName: "app" }),
    );
    await expect(signUp(running, { ClientId: UserPoolClient?.ClientId })).rejects.toMatchObject({
      message: "PreSignUp failed with error not today.",
    });
    expect(events).toMatchObject([{ userPoolId: UserPool?.Id }]);
    expect(UserPool?.LambdaConfig).toEqual(LambdaConfig);
  });
});

test("functions of the local Lambda are called in their worker threads", async () => {
  const folder = temporaryFolder();
  const code = `exports.handler = async (event) => {
    if (event.userName === "eve") throw new Error("Go away");
    event.response.claimsOverrideDetails = { claimsToAddOrOverride: { from: event.triggerSource } };
    return event;
  };`;
  const lambda = await openFunctions(folder.dir, { fn: { code } });
  onTestFinished(async () => {
    await lambda.close();
    folder.remove();
  });
  const pool = await startPool({ lambda, pool: { LambdaConfig: { PreTokenGeneration: arn("fn") } } });
  await pool.addUser("ada");
  await pool.addUser("eve");
  const { AuthenticationResult } = await signIn(pool);
  expect(claimsOf(AuthenticationResult?.IdToken ?? "")).toMatchObject({
    from: "TokenGeneration_Authentication",
  });
  await expect(signIn(pool, "eve")).rejects.toMatchObject({
    name: "UserLambdaValidationException",
    message: "PreTokenGeneration failed with error Go away.",
  });
});
