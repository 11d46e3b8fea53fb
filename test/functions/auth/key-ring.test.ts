// The keys of the cookies while an operator changes them: nobody is signed out, and no sign-in is lost.

import type { APIGatewayProxyResult } from "aws-lambda";
import { beforeEach, describe, expect, test } from "vitest";
import {
  clientSecretWith,
  errorOf,
  SEAL_KEY,
  SESSION_COOKIE,
  startAuthSystem,
  type AuthSystem,
} from "../parts/auth-system.ts";
import { CLIENT_SECRET } from "../parts/user-pool.ts";

const HOURS = 3_600_000;
const SECOND_KEY = "2".repeat(43);
const THIRD_KEY = "3".repeat(43);

let system: AuthSystem;
beforeEach(async () => {
  const startedAtMs = Date.now();
  system = await startAuthSystem(() => startedAtMs);
});

/** As `npm run rotate` does, and the ten seconds after which the new key seals. */
function rotate(sealKey: string): void {
  system.secrets.put("client", clientSecretWith(sealKey));
  system.clockOffsetMs += 10_000;
}

const reads = () => system.aws.calls.filter((call) => call === "GetSecretValue").length;
const statusOf = ({ statusCode }: APIGatewayProxyResult) => statusCode;

/** Which key a cookie is sealed with. */
function keyIdOf(cookie: string | undefined): unknown {
  const [header = ""] = (cookie ?? "").split(".");
  return (JSON.parse(Buffer.from(header, "base64url").toString()) as { kid?: unknown }).kid;
}

describe("a change of the key", () => {
  test("leaves sessions and transactions from before it good, for an instance that starts after it too", async () => {
    const [signedIn, signingIn] = [system.newBrowser(), system.newBrowser()];
    await signedIn.signIn();
    const callback = await signingIn.startSignIn();
    rotate(SECOND_KEY);
    const cold = system.newBrowser(system.newInstance());
    for (const [name, value] of signedIn.cookies) cold.cookies.set(name, value);
    expect(statusOf(await cold.post("/auth/session"))).toBe(200);
    expect(statusOf(await signedIn.post("/auth/session"))).toBe(200);
    expect(statusOf(await signingIn.send({ target: callback }))).toBe(303);
  });

  test("is used ten seconds later, so that every instance may have read the secret again by then", async () => {
    const before = system.newBrowser(system.newInstance());
    await before.signIn();
    system.secrets.put("client", clientSecretWith(SECOND_KEY));
    const cold = system.newInstance();
    const at = system.newBrowser(cold);
    await at.signIn();
    expect(keyIdOf(at.cookies.get(SESSION_COOKIE))).toBe(keyIdOf(before.cookies.get(SESSION_COOKIE)));
    system.clockOffsetMs += 10_000;
    const after = system.newBrowser(cold);
    await after.signIn();
    expect(keyIdOf(after.cookies.get(SESSION_COOKIE))).not.toBe(keyIdOf(before.cookies.get(SESSION_COOKIE)));
  });

  test("is learnt of from the first cookie that was made with it, by one reading for all who bring one", async () => {
    const warm = system.newInstance();
    await system.newBrowser(warm).signIn();
    rotate(SECOND_KEY);
    const [one, other] = [system.newBrowser(system.newInstance()), system.newBrowser(system.newInstance())];
    await Promise.all([one.signIn(), other.signIn()]);
    const before = reads();
    const answers = await Promise.all(
      [one, other].map((browser) => {
        const through = system.newBrowser(warm);
        through.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? "");
        return through.post("/auth/session");
      }),
    );
    expect(answers.map(statusOf)).toEqual([200, 200]);
    expect(reads() - before).toBe(2); // both versions, once
  });

  test("that was the second ends what the first made, and nothing that may still live", async () => {
    const first = system.newBrowser();
    await first.signIn();
    rotate(SECOND_KEY);
    const second = system.newBrowser(system.newInstance());
    await second.signIn();
    rotate(THIRD_KEY);
    const cold = system.newInstance();
    for (const [browser, status] of [
      [first, 401],
      [second, 200],
    ] as const) {
      const through = system.newBrowser(cold);
      through.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? "");
      expect(statusOf(await through.post("/auth/session"))).toBe(status);
    }
  });

  test("that an instance has not noticed makes its cookies live no longer than their key is sure to open", async () => {
    const warm = system.newInstance();
    await system.newBrowser(warm).signIn();
    system.clockOffsetMs += 50_000;
    system.secrets.put("client", clientSecretWith(SECOND_KEY));
    const late = system.newBrowser(warm);
    await late.signIn();
    expect(statusOf(await late.post("/auth/session"))).toBe(200);
    system.clockOffsetMs = 12 * HOURS;
    expect(statusOf(await late.post("/auth/session"))).toBe(401);
  });
});

describe("a key that nobody knows", () => {
  const made = (kid: unknown) => {
    const header = { alg: "dir", enc: "A256GCM", kid };
    return `${Buffer.from(JSON.stringify(header)).toString("base64url")}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`;
  };
  const bring = async (kid: unknown, handler = system.handler) => {
    const browser = system.newBrowser(handler);
    browser.cookies.set(SESSION_COOKIE, made(kid));
    return browser.post("/auth/session");
  };

  test("has the secret read once in ten seconds, however many there are", async () => {
    await system.handler({ target: "/auth/login" });
    system.clockOffsetMs += 10_000;
    const before = reads();
    for (let n = 0; n < 20; n += 1) {
      expect(statusOf(await bring(`key-${String(n).padStart(7, "0")}`))).toBe(401);
    }
    expect(reads() - before).toBe(2);
    system.clockOffsetMs += 10_000;
    await bring("key-another");
    expect(reads() - before).toBe(4);
  });

  test.each([undefined, "", "short", "x".repeat(12), "with space!", 5, null])(
    "and is no key identifier (%j) has nothing read",
    async (kid) => {
      await system.handler({ target: "/auth/login" });
      system.clockOffsetMs += 10_000;
      const before = reads();
      expect(statusOf(await bring(kid))).toBe(401);
      expect(reads()).toBe(before);
    },
  );

  test("signs nobody out while the secret cannot be read: it may be one that has come meanwhile", async () => {
    await system.handler({ target: "/auth/login" });
    system.clockOffsetMs += 10_000;
    const { GetSecretValue } = system.aws.operations;
    delete system.aws.operations["GetSecretValue"];
    const answer = await bring("key-unknown");
    expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
    expect(answer.multiValueHeaders).toBeUndefined();
    if (GetSecretValue !== undefined) system.aws.operations["GetSecretValue"] = GetSecretValue;
  });
});

describe("the client's secret", () => {
  test.each([
    ["no JSON", "{"],
    ["a text", '"x"'],
    ["without a key", JSON.stringify({ clientSecret: CLIENT_SECRET })],
    ["with a key that can be guessed", JSON.stringify({ clientSecret: CLIENT_SECRET, sealKey: "short" })],
    ["without the client's own", JSON.stringify({ clientSecret: "", sealKey: SEAL_KEY })],
  ])("is refused where it is %s", async (_, text) => {
    system.secrets.put("client", text);
    const answer = await system.newInstance()({ target: "/auth/login" });
    expect([answer.statusCode, errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
    expect(system.log.entries().at(-1)).toMatchObject({ level: "ERROR", cause: { code: "secret_invalid" } });
  });

  test("that makes sense again is used though its former version does not", async () => {
    system.secrets.put("client", "{");
    system.secrets.put("client", clientSecretWith(SECOND_KEY));
    const browser = system.newBrowser(system.newInstance());
    await browser.signIn();
    expect(statusOf(await browser.post("/auth/session"))).toBe(200);
  });

  test("that a deployment has changed is the one that the user pool is shown", async () => {
    const handler = system.newInstance();
    await handler({ target: "/auth/login" });
    const changed = JSON.stringify({ clientSecret: "another", sealKey: SEAL_KEY });
    system.secrets.put("client", changed);
    system.clockOffsetMs += 60_000;
    const answer = await system.newBrowser(handler).signIn();
    expect([answer.statusCode, errorOf(answer)]).toEqual([502, "login_failed"]);
  });
});
