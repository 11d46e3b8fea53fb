import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { SessionError, isSessionLost } from "../../client/errors.ts";
import { openSession, type Session } from "../../client/session.ts";
import { json } from "cdk-offline/testing";
import { startLedgerStub, type LedgerStub } from "./ledger-stub.ts";

let stub: LedgerStub;
beforeEach(async () => {
  stub = await startLedgerStub();
});
afterEach(() => stub.close());

async function opened(clock?: () => number): Promise<Session> {
  const session = await openSession(stub.origin, clock === undefined ? {} : { clock });
  if (session === null) throw new Error("the stub has a session");
  return session;
}

async function failure(work: Promise<unknown>): Promise<SessionError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SessionError) return error;
  throw new Error("it did not fail with a SessionError", { cause: error });
}

describe("opening a session", () => {
  test("tells who is signed in and where the API is", async () => {
    const session = await opened();
    expect(session.user).toEqual({ id: stub.state.user.id, username: "ada", groups: [] });
    expect(session.graphqlUrl).toBe(stub.graphqlUrl);
    expect(session.realtimeUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/graphql\/realtime$/);
    expect(await session.accessToken()).toBe("token-1");
    expect(stub.calls).toEqual(["/auth/session"]);
  });

  test("tells whether the sign-in is on record", async () => {
    expect((await opened()).isRecorded).toBe(true);
    stub.state.isRecorded = false;
    expect((await opened()).isRecorded).toBe(false);
  });

  test("answers null when nobody is signed in", async () => {
    stub.state.isSignedIn = false;
    expect(await openSession(stub.origin)).toBeNull();
    expectTypeOf(openSession).returns.resolves.toEqualTypeOf<Session | null>();
  });

  test("shows no token in what a log would print of it", async () => {
    const session = await opened();
    expect(JSON.stringify(session)).not.toContain("token-1");
    expect(Object.values(session)).not.toContain("token-1");
  });

  test.each([
    [403, "refused"],
    [400, "refused"],
    [429, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ] as const)(
    "an answer with status %i is an error of code %s that keeps the request id",
    async (status, code) => {
      stub.state.intercept = () => json(status, { error: "ledger_unavailable", requestId: "request-9" });
      const error = await failure(openSession(stub.origin));
      expect(error).toMatchObject({ code, requestId: "request-9" });
      expect(error.message).toContain(`/auth/session answered ${status} (ledger_unavailable)`);
    },
  );

  test("an error page in HTML is an error as well", async () => {
    stub.state.intercept = () => ({ status: 502, body: "<html>Bad gateway</html>" });
    expect(await failure(openSession(stub.origin))).toMatchObject({
      code: "unavailable",
      requestId: undefined,
    });
  });

  test("a server that is not there is unreachable, and the cause is kept", async () => {
    await stub.close();
    const error = await failure(openSession(stub.origin));
    expect(error.code).toBe("unreachable");
    expect(error.cause).toBeInstanceOf(Error);
  });

  test.each([
    ["an address of another scheme", { graphqlUrl: "javascript:alert(1)" }, "graphqlUrl"],
    ["a user without a name", { user: { id: "1", username: "", groups: [] } }, "user.username"],
    ["no lifetime", { expiresInSeconds: undefined }, "expiresInSeconds"],
  ])("refuses %s and names the place, never the value", async (_, change, path) => {
    stub.state.intercept = () =>
      json(200, {
        accessToken: "secret-token",
        expiresInSeconds: 300,
        user: stub.state.user,
        graphqlUrl: stub.graphqlUrl,
        realtimeUrl: "ws://127.0.0.1/realtime",
        ...change,
      });
    const error = await failure(openSession(stub.origin));
    expect(error.code).toBe("malformed");
    expect(error.message).toContain(`(${path})`);
    expect(error.message).not.toMatch(/secret|alert/);
  });

  test("refuses an answer that is not JSON", async () => {
    stub.state.intercept = () => ({ status: 200, body: "<!doctype html>" });
    expect((await failure(openSession(stub.origin))).code).toBe("malformed");
  });

  test("does not follow a redirect", async () => {
    stub.state.intercept = () => ({ status: 302, headers: { location: "http://127.0.0.1:1/" } });
    expect((await failure(openSession(stub.origin))).code).toBe("unreachable");
  });
});

describe("the access token", () => {
  test("is the same one until half a minute before it expires, then it is renewed", async () => {
    let now = 1_000_000;
    const session = await opened(() => now);
    now += 269_000;
    expect(await session.accessToken()).toBe("token-1");
    now += 2_000;
    expect(await session.accessToken()).toBe("token-2");
    expect(await session.accessToken()).toBe("token-2");
  });

  test("is renewed once for any number of callers at the same time", async () => {
    let now = 0;
    const session = await opened(() => now);
    now = 299_000;
    const tokens = await Promise.all([
      session.accessToken(),
      session.renew().then(() => session.accessToken()),
      session.accessToken(),
    ]);
    expect(tokens).toEqual(["token-2", "token-2", "token-2"]);
    expect(stub.calls).toEqual(["/auth/session", "/auth/session"]);
  });

  test("can be renewed again after a renewal that failed", async () => {
    const session = await opened();
    stub.state.intercept = () => json(503, {});
    expect((await failure(session.renew())).code).toBe("unavailable");
    stub.state.intercept = () => undefined;
    await session.renew();
    expect(await session.accessToken()).toBe("token-2");
  });

  test("is not to be had once the session has ended", async () => {
    const session = await opened();
    stub.state.isSignedIn = false;
    const error = await failure(session.renew());
    expect(error.code).toBe("session_lost");
    expect(isSessionLost(error)).toBe(true);
  });

  test("is never that of another user who has signed in with the same browser since", async () => {
    const session = await opened();
    stub.state.user = { id: "another", username: "bob", groups: ["auditors"] };
    expect((await failure(session.renew())).code).toBe("session_lost");
    expect(await session.accessToken()).toBe("token-1");
  });
});

describe("signing out", () => {
  test("ends the session and tells where to go on", async () => {
    const session = await opened();
    expect(await session.logout()).toEqual({ logoutUrl: `${stub.origin}/` });
    expect(await openSession(stub.origin)).toBeNull();
  });

  test("a session that had already ended is lost", async () => {
    const session = await opened();
    stub.state.intercept = () => json(401, { error: "no_session", requestId: "request-9" });
    expect((await failure(session.logout())).code).toBe("session_lost");
  });

  test("an address that is not of the web is refused", async () => {
    const session = await opened();
    stub.state.intercept = () => json(200, { logoutUrl: "javascript:alert(1)" });
    expect((await failure(session.logout())).code).toBe("malformed");
  });
});
