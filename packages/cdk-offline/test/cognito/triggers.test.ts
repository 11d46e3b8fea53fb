import {
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  ListUsersCommand,
  RespondToAuthChallengeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test, vi } from "vitest";
import { arn, fails, signIn, signUp, start } from "./pool-with-triggers.ts";
import { NEW_PASSWORD, PASSWORD, startPool } from "./running-pool.ts";
import { claimsOf, signInOnPage } from "./sign-in.ts";

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
