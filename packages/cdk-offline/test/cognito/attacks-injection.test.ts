// Somebody who wants a page to run a script, to set a cookie, or to send others where they did not want to go.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openBrowser, type Visit } from "./browser.ts";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { authorizeUrl, formOf, signInOnPage, type Query } from "./sign-in.ts";
import { CALLBACK } from "./template.ts";
import { FORM_PAGES } from "./form-pages.ts";

const PAGES = ["/oauth2/authorize", "/logout", "/_local/outbox", ...FORM_PAGES];
const PARAMETERS = [
  ...[
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "nonce",
    "prompt",
    "login_hint",
    "lang",
  ],
  ...["code_challenge", "code_challenge_method", "logout_uri", "username", "session", "identity_provider"],
  ...["idp_identifier", "resource", "request", "error", "error_description"],
];
const FIELDS = ["username", "email", "password", "code", "action", "_csrf"];

/** Texts that break out of one context or another. */
const PAYLOADS = [
  `"'><script>alert(1)</script>`,
  `'"><img src=x onerror=alert(1)>`,
  `</title></style></textarea><svg onload=alert(1)>`,
  `" autofocus onfocus="alert(1)`,
  "javascript:alert(1)",
  "\r\nset-cookie: planted=1\r\n\r\n<script>alert(1)</script>",
  "%0d%0aset-cookie:%20planted=1",
  "//evil.example",
  "\u0000<\u0000script>",
  "{####}{username}${7*7}{{7*7}}",
  "\u2028\u2029\ud800",
];

/** Those, and random ones made of the characters that matter in them. */
const attacks = fc.oneof(
  fc.constantFrom(...PAYLOADS),
  fc.string({ unit: fc.constantFrom(...Array.from("<>\"'&/=;:% \r\n\t\\`{}#?@aZ\u0000é")) }),
);

function everywhere(names: readonly string[], attack: string): Query {
  return Object.fromEntries(names.map((name) => [name, attack]));
}

/** All that a page is ever made of. */
const ELEMENTS =
  /^(html|head|meta|title|link|body|main|nav|h1|h2|p|a|strong|form|div|label|input|button|ol|li|code|svg|rect|path|article|time)$/;

/** The tags of a page without the values of their attributes. */
function tags(html: string): readonly string[] {
  const bare = html.replace(/<style>[\s\S]*<\/style>/, "").replaceAll(/"[^"]*"/g, '""');
  return [...bare.matchAll(/<\/?(?!!doctype)[^>]*>/g)].map(([tag]) => tag);
}

function expectHarmless({ text, headers, location }: Visit, pool: RunningPool): void {
  for (const tag of tags(text)) {
    expect(/^<\/?([a-z0-9]+)/.exec(tag)?.[1], tag).toMatch(ELEMENTS);
    expect(tag).not.toMatch(/\son\w+=/);
  }
  for (const [, target] of text.matchAll(/(?:href|action|src)="([^"]*)"/g)) {
    expect(target).toMatch(/^(\/[a-z_]|data:,$)/i);
  }
  expect(headers.getSetCookie().join("\n")).not.toContain("planted");
  if (location === undefined) return;
  expect([pool.origin, new URL(CALLBACK).origin]).toContain(new URL(location).origin);
}

describe("script and header injection", () => {
  test("in the parameters and fields that pages show again", async () => {
    const pool = await startPool();
    const shown = ["state", "nonce", "login_hint", "lang", "username", "session", "foo"];
    for (const attack of PAYLOADS) {
      for (const path of PAGES) {
        const address = authorizeUrl(pool, everywhere(shown, attack), path);
        expectHarmless(await openBrowser().visit(address), pool);
      }
      for (const path of FORM_PAGES) {
        const browser = openBrowser();
        const page = await browser.visit(authorizeUrl(pool, { username: attack }, path));
        const fields = { username: attack, email: attack, password: attack, code: attack };
        expectHarmless(await browser.submit(page, fields), pool);
      }
    }
  });

  test("in any parameter of any page, whatever it is", async () => {
    const pool = await startPool();
    const cases = fc.tuple(fc.constantFrom(...PAGES), fc.constantFrom(...PARAMETERS), attacks);
    await fc.assert(
      fc.asyncProperty(cases, async ([path, name, attack]) => {
        const address = authorizeUrl(pool, { username: "ada", [name]: attack }, path);
        expectHarmless(await openBrowser().visit(address), pool);
      }),
      { numRuns: 150 },
    );
  });

  test("in any field of any form, whatever the form says to it", async () => {
    const pool = await startPool();
    const cases = fc.tuple(fc.constantFrom(...FORM_PAGES), fc.constantFrom(...FIELDS), attacks);
    await fc.assert(
      fc.asyncProperty(cases, async ([path, name, attack]) => {
        const browser = openBrowser();
        const page = await browser.visit(authorizeUrl(pool, { username: "ada" }, path));
        const fields = {
          username: "ada",
          email: "ada@example.org",
          password: "x",
          code: "1",
          [name]: attack,
        };
        const answer = await browser.submit(page, fields);
        expectHarmless(answer, pool);
        if (answer.location !== undefined) expectHarmless(await browser.follow(answer.location), pool);
      }),
      { numRuns: 60 },
    );
  });

  test("in what other users chose, as the outbox and the pages show it", async () => {
    const pool = await startPool();
    const userName = `<script>alert(1)</script>"'`;
    const browser = openBrowser();
    const page = await browser.visit(authorizeUrl(pool, {}, "/signup"));
    const fields = { username: userName, email: "<script>@example.org", password: PASSWORD };
    const confirm = await browser.follow((await browser.submit(page, fields)).location ?? "");
    expect(confirm.text).toContain("&lt;script&gt;");
    expectHarmless(confirm, pool);
    expectHarmless(await browser.visit(`${pool.origin}/_local/outbox`), pool);
  });

  test("in any parameter of the endpoints: nothing is given back but names of errors", async () => {
    const pool = await startPool();
    const names = ["grant_type", "code", "redirect_uri", "refresh_token", "scope", "token", "client_id"];
    const cases = fc.tuple(
      fc.constantFrom("/oauth2/token", "/oauth2/revoke"),
      fc.constantFrom(...names),
      attacks,
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([path, name, attack]) => {
        const fields: Query = {
          grant_type: "authorization_code",
          code: "x",
          redirect_uri: CALLBACK,
          client_id: pool.apiClientId,
          [name]: attack,
        };
        const response = await fetch(`${pool.origin}${path}`, { method: "POST", body: formOf(fields) });
        expect(response.headers.getSetCookie()).toEqual([]);
        expect(await response.text()).toMatch(/^(\{"error":"[a-z_]+"\})?$/);
      }),
      { numRuns: 150 },
    );
  });

  test("in the Authorization header of userInfo", async () => {
    const pool = await startPool();
    for (const token of ["<script>", '"x"', "a.b.c", "x".repeat(8000)]) {
      const response = await fetch(`${pool.origin}/oauth2/userInfo`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(token);
      expect(response.headers.get("www-authenticate")).not.toContain(token);
    }
  });
});

describe("open redirect", () => {
  const TARGETS = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    `${CALLBACK}@evil.example`,
    `${CALLBACK}.evil.example`,
    CALLBACK.replace("localhost:4000", "localhost:4000@evil.example"),
    CALLBACK.replace("localhost", "LOCALHOST"),
    `${CALLBACK}/../../evil`,
    `${CALLBACK}#`,
    `${CALLBACK}?`,
    ` ${CALLBACK}`,
    `${CALLBACK}\u0000`,
    "javascript:alert(1)",
    "data:text/html,x",
  ];

  test.each(TARGETS)("%s", async (target) => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    await signInOnPage(pool, "ada", { browser });
    for (const path of ["/oauth2/authorize", ...FORM_PAGES]) {
      const page = await browser.visit(authorizeUrl(pool, { redirect_uri: target }, path));
      expect([path, page.status, page.location]).toEqual([path, 400, undefined]);
    }
    const query = formOf({ client_id: pool.webClientId, logout_uri: target });
    const page = await browser.visit(`${pool.origin}/logout?${query.toString()}`);
    expect([page.status, page.location]).toEqual([400, undefined]);
  });

  test("a form sent to an address bent on the way signs in at no other application", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const browser = openBrowser();
    const page = await browser.follow(authorizeUrl(pool));
    const bent = { ...page, text: page.text.replaceAll("%2Fauth%2Fcallback", "%2Fevil") };
    const answer = await browser.submit(bent, { username: "ada", password: PASSWORD });
    expect([answer.status, answer.location]).toEqual([400, undefined]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});

describe("huge input", () => {
  test("a form of megabytes is neither obeyed nor shown again", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const page = await browser.follow(authorizeUrl(pool));
    const huge = "x".repeat(2_000_000);
    for (const field of ["username", "password"]) {
      const answer = await browser.submit(page, { username: "ada", password: "x", [field]: huge });
      expect([answer.status, answer.text.length < 20_000]).toEqual([403, true]);
    }
    for (const path of ["/oauth2/token", "/oauth2/revoke"]) {
      const body = formOf({ client_id: pool.apiClientId, token: huge });
      const response = await fetch(`${pool.origin}${path}`, { method: "POST", body });
      expect([response.status, await response.json()]).toEqual([400, { error: "invalid_request" }]);
    }
  });

  test("a name longer than any is carried to no other page", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const page = await browser.visit(authorizeUrl(pool, {}, "/forgotPassword"));
    const { location = "" } = await browser.submit(page, { username: "x".repeat(50_000) });
    expect(new URL(location).searchParams.get("username")?.length).toBe(2049);
  });
});
