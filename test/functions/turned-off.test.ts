// Each defence of the sign-in surface, turned off by itself: with it an attack fails, without it the same attack succeeds.
// So it is this defence that stops it. Where two stop the same attack, the attack is one that gets past the other.

import { describe, expect, test } from "vitest";
import type { createAuth } from "../../functions/auth/endpoints.ts";
import type { createLogins } from "../../functions/logins/logins.ts";
import {
  locationOf,
  ORIGIN,
  SESSION_COOKIE,
  setCookies,
  startAuthSystem,
  TX_PREFIX,
  type AuthSystem,
} from "./parts/auth-system.ts";
import { graphqlError } from "./parts/graphql-endpoint.ts";
import { claims, startLogins } from "./parts/logins-system.ts";
import { buildWith, type Change } from "./parts/without.ts";

interface Defence {
  readonly name: string;
  readonly off: readonly Change[];
  /** Another defence that stops the attack too, and is therefore off with and without this one. */
  readonly both?: readonly Change[];
  /** Whether the attack on this build of the function succeeds. */
  readonly attack: (create?: typeof createAuth) => Promise<boolean>;
}

const hasSession = (answer: Parameters<typeof setCookies>[0]) =>
  setCookies(answer).some(({ name, maxAge }) => name === SESSION_COOKIE && maxAge > 0);
const queryOf = (target: string) => new URL(target, ORIGIN).searchParams;

/** A system, and browsers that use this build of the function. */
async function start(create?: typeof createAuth) {
  const system = await startAuthSystem();
  const handler = system.newInstance(create === undefined ? {} : { createAuth: create });
  return { system, handler, browser: () => system.newBrowser(handler) };
}

/** Has the pool put into its ID tokens the nonce of the sign-in that a browser has under way. */
function echoNonce(system: AuthSystem, nonce: string): void {
  system.pool.faults.idTokenClaims = (claims) => ({ ...claims, nonce });
}

const DEFENCES: readonly Defence[] = [
  {
    name: "state: a stranger's code and state, with the victim's own transaction put under the name of that state",
    off: [
      {
        file: "functions/auth/checks/same-state.ts",
        from: "!isSameText(transaction.state, state)",
        to: "transaction.state === ''",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const [attacker, victim] = [browser(), browser()];
      const target = await attacker.startSignIn();
      const login = await victim.send({ target: "/auth/login" });
      const [name = ""] = [...attacker.cookies.keys()];
      victim.cookies.set(name, [...victim.cookies.values()][0] ?? "");
      system.pool.faults.ignoresChallenge = true;
      echoNonce(system, new URL(locationOf(login)).searchParams.get("nonce") ?? "");
      return hasSession(await victim.send({ target }));
    },
  },
  {
    name: "transaction cookie: a stranger's code and state in a browser that has begun nothing",
    off: [
      {
        file: "functions/auth/checks/own-transaction.ts",
        from: "if (cookie === undefined) {",
        to: "if (cookie === undefined) return { state, nonce: 'n', verifier: 'v'.repeat(43), returnTo: '/' };\n  if (cookie === undefined) {",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const target = await browser().startSignIn();
      system.pool.faults.ignoresChallenge = true;
      echoNonce(system, "n");
      return hasSession(await browser().send({ target }));
    },
  },
  {
    name: "nonce: a stolen code under the thief's own state, at a pool that ignores the challenge",
    off: [
      {
        file: "functions/auth/provider/provider.ts",
        from: "expectedNonce: nonce,",
        to: "expectedNonce: JSON.parse(Buffer.from((await response.clone().json()).id_token.split('.')[1], 'base64url')).nonce ?? nonce,",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      system.pool.faults.ignoresChallenge = true;
      return injectStolenCode(browser);
    },
  },
  {
    name: "PKCE: a stolen code under the thief's own state, at a pool that confuses nonces",
    off: [
      {
        file: "functions/auth/provider/provider.ts",
        from: '        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),\n        code_challenge_method: "S256",\n',
        to: "",
      },
      {
        file: "functions/auth/provider/provider.ts",
        from: "          verifier,\n          within(limits.tokenMs),",
        to: "          oauth.nopkce,\n          within(limits.tokenMs),",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const nonceOf = (url: string) => new URL(url).searchParams.get("nonce") ?? "";
      return injectStolenCode(browser, (url) => {
        echoNonce(system, nonceOf(url));
      });
    },
  },
  {
    name: "at_hash: an access token that was swapped for another one of the same user and sign-in",
    off: [
      {
        file: "functions/auth/checks/id-token.ts",
        from: "accessTokenHash !== undefined &&",
        to: "accessTokenHash === '' &&",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      system.pool.faults.idTokenClaims = (claims) => ({ ...claims, at_hash: "A".repeat(22) });
      return hasSession(await browser().signIn());
    },
  },
  {
    name: "audience: an access token that the pool made for another client",
    off: [
      {
        file: "functions/shared/token-verifier.ts",
        from: "      clientId,\n      tokenUse,",
        to: "      clientId: null,\n      tokenUse,",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      system.pool.faults.accessTokenClaims = (claims) => ({ ...claims, client_id: "another" });
      return hasSession(await browser().signIn());
    },
  },
  {
    name: "expiry: an access token that has expired",
    off: [
      { file: "functions/shared/token-verifier.ts", from: "exp <= now - CLOCK_SKEW_SECONDS", to: "exp < 0" },
      {
        file: "functions/shared/token-verifier.ts",
        from: "graceSeconds: CLOCK_SKEW_SECONDS",
        to: "graceSeconds: 1e9",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const now = Math.floor(Date.now() / 1000);
      system.pool.faults.accessTokenClaims = (claims) => ({ ...claims, iat: now - 900, exp: now - 600 });
      return hasSession(await browser().signIn());
    },
  },
  {
    name: "CSRF header: a form of another site, in a browser that says nothing of where it comes from",
    off: [
      {
        file: "functions/auth/checks/same-origin.ts",
        from: 'onlyHeader(request, "x-ll-csrf") !== "1"',
        to: 'onlyHeader(request, "x-ll-csrf") === "never"',
      },
    ],
    attack: (create) => signOutFromOutside({}, create),
  },
  {
    name: "Sec-Fetch-Site: a foreign page that got a request with our header and no Origin past its browser",
    off: [
      { file: "functions/auth/checks/same-origin.ts", from: 'site === "same-origin"', to: 'site !== ""' },
    ],
    attack: (create) => signOutFromOutside({ "x-ll-csrf": "1", "sec-fetch-site": "cross-site" }, create),
  },
  {
    name: "Origin: the same in a browser that knows no Sec-Fetch-Site",
    off: [{ file: "functions/auth/checks/same-origin.ts", from: "value === origin", to: 'value !== ""' }],
    attack: (create) => signOutFromOutside({ "x-ll-csrf": "1", origin: "https://evil.example" }, create),
  },
  {
    name: "method: an image of another site whose address is that of the sign-out, past the CSRF checks",
    both: [
      { file: "functions/auth/logout.ts", from: "  requireSameOrigin(request, config.origin);\n", to: "" },
    ],
    off: [
      {
        file: "functions/auth/endpoints.ts",
        from: "request.method !== endpoint.method",
        to: 'request.method === "never"',
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const victim = browser();
      await victim.signIn();
      await victim.send({ target: "/auth/logout" });
      return system.pool.revoked.length > 0;
    },
  },
  {
    name: "returnTo: a link to our own sign-in that ends on another site",
    off: [
      {
        file: "functions/auth/return-to.ts",
        from: "path === undefined || others.length > 0 ? HOME : ownPath(path, origin)",
        to: "path === undefined ? HOME + others.length + ownPath('', origin) : path",
      },
    ],
    attack: async (create) => {
      const { browser } = await start(create);
      const answer = await browser().signIn("@evil.example/");
      return new URL(locationOf(answer)).origin !== ORIGIN;
    },
  },
  {
    name: "cookie audience: a session of another stack that shares the client",
    off: [
      {
        file: "functions/auth/cookies/seal.ts",
        from: "return `${origin}/auth ${purpose}`;",
        to: "return origin === '' ? purpose : purpose;",
      },
    ],
    attack: async (create) => {
      const { system, handler } = await start(create);
      const build = create === undefined ? {} : { createAuth: create };
      const other = system.newBrowser(system.newInstance({ ...build, origin: "https://other.example" }));
      await other.signIn();
      const cookie = `${SESSION_COOKIE}=${other.cookies.get(SESSION_COOKIE) ?? ""}`;
      const headers = { "x-ll-csrf": "1", cookie };
      const answer = await handler({ method: "POST", target: "/auth/session", headers });
      return answer.statusCode === 200;
    },
  },
  {
    name: "one cookie of a name: a session planted beside the user's own by a sister host",
    off: [
      {
        file: "functions/auth/cookies/session.ts",
        from: "cookie === undefined || others.length > 0",
        to: "cookie === undefined || others.length > 9",
      },
    ],
    attack: async (create) => {
      const { handler, browser } = await start(create);
      const [attacker, victim] = [browser(), browser()];
      await attacker.signIn();
      await victim.signIn();
      const cookie = [attacker, victim]
        .map(({ cookies }) => `${SESSION_COOKIE}=${cookies.get(SESSION_COOKIE) ?? ""}`)
        .join("; ");
      const headers = { "x-ll-csrf": "1", cookie };
      const answer = await handler({ method: "POST", target: "/auth/session", headers });
      return answer.statusCode === 200;
    },
  },
  {
    name: "age of the transaction: a cookie kept for longer than ten minutes",
    off: [
      {
        file: "functions/auth/cookies/seal.ts",
        from: "currentDate: new Date(clock())",
        to: "currentDate: new Date(clock() - 3_600_000)",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const victim = browser();
      const target = await victim.startSignIn();
      system.clockOffsetMs = 601_000;
      return hasSession(await victim.send({ target }));
    },
  },
  {
    name: "record before access: a sign-in while the ledger is out",
    off: [
      {
        file: "functions/auth/checks/recorded.ts",
        from: 'auditMode === "best-effort" && isUnavailable(cause)',
        to: "auditMode !== undefined",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const outage = () => graphqlError("Unavailable");
      system.ledger.faults.push(outage, outage, outage);
      return hasSession(await browser().signIn());
    },
  },
  {
    name: "the recorded sign-in: a refresh token that yields tokens of a sign-in nobody recorded",
    off: [
      {
        file: "functions/auth/session.ts",
        from: "claims.loginId !== session.loginId",
        to: "claims.loginId === ''",
      },
    ],
    attack: async (create) => {
      const { system, browser } = await start(create);
      const user = browser();
      await user.signIn();
      system.pool.faults.accessTokenClaims = (claims) => ({ ...claims, origin_jti: "another" });
      return (await user.post("/auth/session")).statusCode === 200;
    },
  },
];

/**
 * A thief gets hold of a victim's code before it is used, and hands it in under a state of his own. `onStart` is told where
 * his own sign-in was sent.
 */
async function injectStolenCode(
  browser: () => ReturnType<AuthSystem["newBrowser"]>,
  onStart: (url: string) => void = () => undefined,
): Promise<boolean> {
  const stolen = queryOf(await browser().startSignIn()).get("code") ?? "";
  const thief = browser();
  const url = locationOf(await thief.send({ target: "/auth/login" }));
  onStart(url);
  const state = new URL(url).searchParams.get("state") ?? "";
  expect([...thief.cookies.keys()]).toEqual([expect.stringContaining(TX_PREFIX)]);
  const query = new URLSearchParams({ code: stolen, state }).toString();
  return hasSession(await thief.send({ target: `/auth/callback?${query}` }));
}

/** Whether a request that another site caused signs the user out. */
async function signOutFromOutside(
  headers: Readonly<Record<string, string>>,
  create?: typeof createAuth,
): Promise<boolean> {
  const { system, browser } = await start(create);
  const victim = browser();
  await victim.signIn();
  await victim.send({ method: "POST", target: "/auth/logout", headers });
  return system.pool.revoked.length > 0;
}

describe("what stops", () => {
  test.each(DEFENCES.map((defence) => [defence.name, defence] as const))(
    "%s",
    async (_, { off, both = [], attack }) => {
      const build = async (changes: readonly Change[]) =>
        (await buildWith<{ createAuth: typeof createAuth }>("functions/auth/endpoints.ts", changes))
          .createAuth;
      expect(await attack(both.length === 0 ? undefined : await build(both))).toBe(false);
      expect(await attack(await build([...both, ...off]))).toBe(true);
    },
  );

  test.each<[string, readonly Change[], Readonly<Record<string, string>>]>([
    [
      "audience, at the REST door: a token that the pool made for another client",
      [
        {
          file: "functions/shared/token-verifier.ts",
          from: "      clientId,\n      tokenUse,",
          to: "      clientId: null,\n      tokenUse,",
        },
      ],
      { client_id: "another" },
    ],
    [
      "the second look, at the REST door: a token of another user than the authorizer saw",
      [
        {
          file: "functions/logins/bearer.ts",
          from: 'authorizerClaims["sub"] !== claims.userId ||',
          to: "",
        },
      ],
      { sub: "another" },
    ],
  ])("%s", async (_, off, more) => {
    const attack = async (create?: typeof createLogins) => {
      const { send, pool } = await startLogins(create);
      const headers = { Authorization: pool.accessToken({ ...claims, ...more }) };
      return (await send({ headers })).statusCode === 200;
    };
    expect(await attack()).toBe(false);
    const built = await buildWith<{ createLogins: typeof createLogins }>("functions/logins/logins.ts", off);
    expect(await attack(built.createLogins)).toBe(true);
  });
});

test("a defence that is no longer where it was is missed, not passed over", async () => {
  const entry = "functions/auth/return-to.ts";
  await expect(buildWith(entry, [{ file: entry, from: "not there", to: "" }])).rejects.toThrow(
    "0 times, not once",
  );
  await expect(buildWith(entry, [{ file: "functions/auth/login.ts", from: "", to: "" }])).rejects.toThrow(
    "is no part of",
  );
});
