import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
  type ICognitoStorage,
} from "amazon-cognito-identity-js";
import {
  AdminCreateUserCommand,
  GetTokensFromRefreshTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { oneTimeCode, wrongCode } from "./one-time-code.ts";
import { NEW_PASSWORD, PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";
import { claimsOf } from "./sign-in.ts";

const FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];

function start(setup: PoolSetup = {}): Promise<RunningPool> {
  return startPool({ ...setup, api: { ExplicitAuthFlows: FLOWS, ...setup.api } });
}

/** The client library's storage, of one browser. */
function memory(): ICognitoStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => {
      items.clear();
    },
  };
}

function userOf(pool: RunningPool, name: string): CognitoUser {
  const storage = memory();
  const userPool = new CognitoUserPool({
    UserPoolId: pool.poolId,
    ClientId: pool.apiClientId,
    endpoint: pool.origin,
    Storage: storage,
  });
  return new CognitoUser({ Username: name, Pool: userPool, Storage: storage });
}

/** One that sends the password as it is, which takes the library less long than SRP. */
function plainUserOf(pool: RunningPool, name: string): CognitoUser {
  const user = userOf(pool, name);
  user.setAuthenticationFlowType("USER_PASSWORD_AUTH");
  return user;
}

type Outcome =
  | { readonly kind: "session"; readonly session: CognitoUserSession }
  | { readonly kind: "new password"; readonly attributes: unknown; readonly required: unknown }
  | { readonly kind: "code" | "setup" };

function signIn(user: CognitoUser, password = PASSWORD): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    user.authenticateUser(new AuthenticationDetails({ Username: user.getUsername(), Password: password }), {
      onSuccess: (session) => {
        resolve({ kind: "session", session });
      },
      onFailure: reject,
      newPasswordRequired: (attributes, required) => {
        resolve({ kind: "new password", attributes, required });
      },
      totpRequired: () => {
        resolve({ kind: "code" });
      },
      mfaSetup: () => {
        resolve({ kind: "setup" });
      },
    });
  });
}

async function sessionOf(outcome: Promise<Outcome>): Promise<CognitoUserSession> {
  const result = await outcome;
  if (result.kind !== "session") throw new Error(`the sign-in asks for more: ${result.kind}`);
  return result.session;
}

function sendCode(user: CognitoUser, code: string): Promise<CognitoUserSession> {
  return new Promise((resolve, reject) => {
    user.sendMFACode(code, { onSuccess: resolve, onFailure: reject }, "SOFTWARE_TOKEN_MFA");
  });
}

function associate(user: CognitoUser): Promise<string> {
  return new Promise((resolve, reject) => {
    user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject });
  });
}

function verify(user: CognitoUser, code: string): Promise<CognitoUserSession> {
  return new Promise((resolve, reject) => {
    user.verifySoftwareToken(code, "phone", { onSuccess: resolve, onFailure: reject });
  });
}

describe("amazon-cognito-identity-js, unmodified", () => {
  test("signs in by SRP, by user name and by e-mail address, and refuses a wrong password", async () => {
    const pool = await start();
    const sub = await pool.addUser("Ada");
    for (const name of ["ada", "ada@EXAMPLE.org"]) {
      const session = await sessionOf(signIn(userOf(pool, name)));
      expect(session.getIdToken().payload).toMatchObject({ sub, "cognito:username": "Ada" });
      expect(session.isValid()).toBe(true);
    }
    await expect(signIn(userOf(pool, "ada"), "wrong password")).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Incorrect username or password.",
    });
    await expect(signIn(userOf(pool, "eve"))).rejects.toMatchObject({ code: "UserNotFoundException" });
  });

  test("I9 finds no difference between an unknown user and a wrong password where the client hides users", async () => {
    const pool = await start({ api: { PreventUserExistenceErrors: "ENABLED" } });
    await pool.addUser("ada");
    for (const name of ["ada", "eve"]) {
      await expect(signIn(userOf(pool, name), "wrong password")).rejects.toMatchObject({
        code: "NotAuthorizedException",
        message: "Incorrect username or password.",
      });
    }
  });

  test("signs in with USER_PASSWORD_AUTH", async () => {
    const pool = await start();
    await pool.addUser("ada");
    expect((await sessionOf(signIn(plainUserOf(pool, "ada")))).isValid()).toBe(true);
  });

  test("replaces a temporary password, giving the attributes that are missing", async () => {
    const pool = await start({
      pool: {
        Schema: [
          { Name: "email", Required: true, Mutable: true },
          { Name: "name", Required: true, Mutable: true },
        ],
      },
    });
    await pool.api.send(
      new AdminCreateUserCommand({
        UserPoolId: pool.poolId,
        Username: "ada",
        TemporaryPassword: PASSWORD,
        UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
      }),
    );
    const user = userOf(pool, "ada");
    expect(await signIn(user)).toEqual({
      kind: "new password",
      attributes: { email: "ada@example.org" },
      required: ["name"],
    });
    const complete = (password: string, attributes: object) =>
      new Promise<CognitoUserSession>((resolve, reject) => {
        user.completeNewPasswordChallenge(password, attributes, { onSuccess: resolve, onFailure: reject });
      });
    await expect(complete(NEW_PASSWORD, {})).rejects.toMatchObject({
      code: "InvalidParameterException",
      message: "Invalid attributes given, name is missing",
    });
    await expect(complete("short", { name: "Ada" })).rejects.toMatchObject({
      code: "InvalidPasswordException",
    });
    const session = await complete(NEW_PASSWORD, { name: "Ada" });
    expect(session.getIdToken().payload).toMatchObject({ name: "Ada" });
    await sessionOf(signIn(plainUserOf(pool, "ada"), NEW_PASSWORD));
  });

  test("sets up a software token where the pool requires one, and signs in with its codes", async () => {
    const pool = await start({
      pool: { MfaConfiguration: "ON", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] },
    });
    await pool.addUser("ada");
    const first = userOf(pool, "ada");
    expect(await signIn(first)).toEqual({ kind: "setup" });
    const secret = await associate(first);
    await expect(verify(first, wrongCode(pool, secret))).rejects.toMatchObject({
      code: "EnableSoftwareTokenMFAException",
      message: "Code mismatch",
    });
    expect((await verify(first, oneTimeCode(pool, secret))).isValid()).toBe(true);

    pool.wait(60_000);
    const second = plainUserOf(pool, "ada");
    expect(await signIn(second)).toEqual({ kind: "code" });
    await expect(sendCode(second, wrongCode(pool, secret))).rejects.toMatchObject({
      code: "CodeMismatchException",
    });
    const session = await sendCode(second, oneTimeCode(pool, secret));
    expect(claimsOf(session.getAccessToken().getJwtToken())).toMatchObject({ username: "ada" });
  });

  test("refreshes the session, and ends it everywhere", async () => {
    const pool = await start();
    await pool.addUser("ada");
    const user = plainUserOf(pool, "ada");
    const session = await sessionOf(signIn(user));
    const refresh = () =>
      new Promise<CognitoUserSession>((resolve, reject) => {
        user.refreshSession(
          session.getRefreshToken(),
          (error: Error | null, refreshed: CognitoUserSession) => {
            if (error === null) resolve(refreshed);
            else reject(error);
          },
        );
      });
    const refreshed = await refresh();
    const [before, after] = [session, refreshed].map((one) => claimsOf(one.getAccessToken().getJwtToken()));
    expect(after?.["origin_jti"]).toBe(before?.["origin_jti"]);
    expect(after?.["jti"]).not.toBe(before?.["jti"]);
    await new Promise((resolve, reject) => {
      user.globalSignOut({ onSuccess: resolve, onFailure: reject });
    });
    // Asked with the SDK: the library would try for seconds.
    const again = new GetTokensFromRefreshTokenCommand({
      ClientId: pool.apiClientId,
      RefreshToken: session.getRefreshToken().getToken(),
    });
    await expect(pool.api.send(again)).rejects.toMatchObject({ message: "Refresh Token has been revoked" });
  });

  test("signs up, confirms, forgets the password and sets a new one", async () => {
    const pool = await start();
    const userPool = new CognitoUserPool({
      UserPoolId: pool.poolId,
      ClientId: pool.apiClientId,
      endpoint: pool.origin,
      Storage: memory(),
    });
    await new Promise((resolve, reject) => {
      const email = new CognitoUserAttribute({ Name: "email", Value: "ada@example.org" });
      userPool.signUp("ada", PASSWORD, [email], [], (error, result) => {
        if (result !== undefined) resolve(result);
        else reject(error ?? new Error("nothing came back"));
      });
    });
    const user = plainUserOf(pool, "ada");
    await new Promise((resolve, reject) => {
      user.confirmRegistration(pool.mail[0]?.code ?? "", false, (error: Error | null, result: unknown) => {
        if (error === null) resolve(result);
        else reject(error);
      });
    });
    const delivery = await new Promise((resolve, reject) => {
      user.forgotPassword({ onSuccess: resolve, onFailure: reject, inputVerificationCode: resolve });
    });
    expect(delivery).toMatchObject({ CodeDeliveryDetails: { Destination: "a***@e***" } });
    await new Promise((resolve, reject) => {
      user.confirmPassword(pool.mail[1]?.code ?? "", NEW_PASSWORD, { onSuccess: resolve, onFailure: reject });
    });
    await expect(signIn(plainUserOf(pool, "ada"))).rejects.toMatchObject({ code: "NotAuthorizedException" });
    await sessionOf(signIn(plainUserOf(pool, "ada"), NEW_PASSWORD));
  });
});
