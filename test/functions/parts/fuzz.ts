// Requests of every kind of nonsense, against every endpoint of the sign-in surface.

import fc from "fast-check";
import { expect, onTestFinished } from "vitest";
import { ERROR_KINDS } from "../../../functions/auth/errors.ts";
import { STATUS } from "../../../functions/logins/errors.ts";
import { ORIGIN, SESSION_COOKIE, startAuthSystem, TX_PREFIX } from "./auth-system.ts";
import { startLogins } from "./logins-system.ts";
import { AUTHORIZATION_SERVER } from "./user-pool.ts";

const PATHS = [
  ...["/auth/login", "/auth/callback", "/auth/session", "/auth/logout", "/logins"],
  ...["/auth", "/auth/", "/auth/login/", "/auth/%2e%2e/login", "/auth/__proto__"],
];
const METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "get", ""];
const PARAMETERS = [
  "returnTo",
  "state",
  "code",
  "error",
  "error_description",
  "iss",
  "response",
  "__proto__",
  "x",
];
const HEADERS = [
  ...["cookie", "Cookie", "origin", "sec-fetch-site", "x-ll-csrf", "accept", "x-ll-origin", "user-agent"],
  ...["authorization", "Authorization", "x-forwarded-for", "content-type", "host", "x-forwarded-host"],
];
const BODIES = [
  ...[
    "",
    "{}",
    "[]",
    "null",
    "{",
    '{"device":{"address":"::1"}}',
    '{"locale":"de"}',
    '{"__proto__":{"a":1}}',
  ],
  ...['{"device":{"userAgent":"\\ud800"}}', '{"locale":1e999}', "\ufeff{}", "[".repeat(10_000)],
];

/** One request; where a list holds several values they are all sent. */
interface Nonsense {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** `good` are values that are good somewhere: cookies, states, tokens. */
function nonsense(good: readonly string[]): fc.Arbitrary<Nonsense> {
  const text = fc.oneof(
    { arbitrary: fc.string({ unit: "binary" }), weight: 2 },
    { arbitrary: fc.string(), weight: 1 },
    {
      arbitrary: fc.constantFrom("", "1", "null", ORIGIN, "same-origin", "text/html", "%", "\r\n", ";", "="),
      weight: 3,
    },
    { arbitrary: fc.constantFrom(...good), weight: 4 },
    { arbitrary: fc.constant("x".repeat(20_000)), weight: 1 },
  );
  const values = fc.array(text, { minLength: 1, maxLength: 3 });
  const one = text.map((value) => [value]);
  const list = fc.oneof({ arbitrary: one, weight: 4 }, { arbitrary: values, weight: 1 });
  return fc.record({
    // Mostly what leads somewhere, so that the checks behind the first one are met as well.
    method: fc.oneof({ arbitrary: fc.constantFrom("GET", "POST"), weight: 6 }, fc.constantFrom(...METHODS)),
    path: fc.oneof(
      { arbitrary: fc.constantFrom(...PATHS.slice(0, 5)), weight: 8 },
      fc.constantFrom(...PATHS),
    ),
    query: fc.dictionary(fc.constantFrom(...PARAMETERS), list, { maxKeys: 5 }),
    headers: fc
      .tuple(fc.dictionary(fc.constantFrom(...HEADERS), list, { maxKeys: 6 }), fc.boolean())
      .map(([headers, csrf]) => (csrf ? { ...headers, "x-ll-csrf": ["1"] } : headers)),
    body: fc.oneof(fc.constantFrom(...BODIES), fc.string({ unit: "binary" }), fc.json()),
    isBase64Encoded: fc.boolean(),
  });
}

const FORESEEN: ReadonlySet<number> = new Set([
  ...[200, 302, 303],
  ...Object.values(ERROR_KINDS).map(({ status }) => status),
  ...Object.values(STATUS),
]);

/**
 * Sends that many requests to functions whose surroundings are all well. Fails for a rejection, handled or not, for a
 * status that is not foreseen, for a redirect that leaves our origin and the pool, for an answer without its headers, for a
 * log line that is not one, and for an answer that sets a cookie of another kind.
 */
export async function fuzzSurface(requests: number): Promise<void> {
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown) => rejections.push(reason);
  process.on("unhandledRejection", onRejection);
  onTestFinished(() => {
    process.off("unhandledRejection", onRejection);
  });
  const auth = await startAuthSystem();
  const logins = await startLogins();
  const browser = auth.newBrowser();
  await browser.signIn();
  const callback = new URL(await browser.startSignIn(), ORIGIN).searchParams;
  const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`);
  const good = [
    ...[
      ...cookies,
      cookies.join("; "),
      `${SESSION_COOKIE}=x`,
      `${TX_PREFIX}x=y`,
      logins.token,
      `Bearer ${logins.token}`,
    ],
    ...[callback.get("state") ?? "", callback.get("code") ?? "", "access_denied", "server_error"],
    ...["//evil.example", "/\\evil.example", "@evil.example", "/audit?of=x", "javascript:alert(1)"],
  ];
  const location = new Set([ORIGIN, new URL(AUTHORIZATION_SERVER.authorization_endpoint).origin]);

  await fc.assert(
    fc.asyncProperty(nonsense(good), async ({ path, query, ...parts }) => {
      const parameters = new URLSearchParams(
        Object.entries(query).flatMap(([name, values]) =>
          values.map((value): [string, string] => [name, value]),
        ),
      );
      auth.log.lines.length = 0;
      logins.log.lines.length = 0;
      const target = `${path}?${parameters.toString()}`;
      const answer =
        path === "/logins"
          ? await logins.send({ target, ...parts })
          : await auth.handler({ target, ...parts });

      expect(FORESEEN).toContain(answer.statusCode);
      if (answer.statusCode >= 500) {
        // Nothing is down, so all there can be is a callback that brings the pool's own fault along.
        expect([answer.statusCode, path, query["error"] !== undefined]).toEqual([
          502,
          "/auth/callback",
          true,
        ]);
      }
      expect(answer.headers).toMatchObject({
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
      });
      const to = answer.headers?.["Location"];
      if (to !== undefined) expect(location).toContain(new URL(String(to)).origin);
      for (const line of answer.multiValueHeaders?.["Set-Cookie"] ?? []) {
        expect(line).toMatch(
          /^__Host-Http-ll_\w[\w-]*=[\w.-]*; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=(?:Lax|Strict)$/,
        );
      }
      for (const line of [...auth.log.lines, ...logins.log.lines]) {
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(JSON.parse(line)).toMatchObject({ event: expect.any(String) as unknown });
      }
    }),
    { numRuns: requests },
  );
  expect(rejections).toEqual([]);
}
