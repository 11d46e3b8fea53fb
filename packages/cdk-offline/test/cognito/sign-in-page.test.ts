import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  type AdminCreateUserCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { PASSWORD, startPool } from "./running-pool.ts";
import { authorizeUrl, codeIn, signInOnPage } from "./sign-in.ts";
import { CALLBACK } from "./template.ts";

const INCORRECT = "Incorrect username or password.";

test("the right password leads back to the application with code and state", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const { status, location, headers } = await signInOnPage(pool, "ada");
  expect(status).toBe(302);
  expect(location).toMatch(new RegExp(`^${CALLBACK}\\?code=[\\w-]{36}&state=the-state$`));
  expect(headers.get("cache-control")).toBe("no-store");
});

test("a user signs in by verified e-mail address and in any case of letters", async () => {
  const pool = await startPool();
  await pool.addUser("Ada", { email: "Ada@Example.org", email_verified: "true" });
  await pool.addUser("bob", { email: "bob@example.org" });
  for (const name of ["ADA", "ada", "ada@example.ORG"]) {
    expect(codeIn(await signInOnPage(pool, name))).not.toBe("");
  }
  expect((await signInOnPage(pool, "bob@example.org")).text).toContain(INCORRECT);
});

test("in a case-sensitive pool the letters must be the same", async () => {
  const pool = await startPool({ pool: { UsernameConfiguration: { CaseSensitive: true } } });
  await pool.addUser("Ada");
  expect((await signInOnPage(pool, "ada")).status).toBe(400);
  expect((await signInOnPage(pool, "Ada")).status).toBe(302);
});

describe("I9 an unknown user and a wrong password", () => {
  test("are answered the same, whatever the client's setting", async () => {
    const pool = await startPool({ web: { PreventUserExistenceErrors: "LEGACY" } });
    await pool.addUser("ada");
    const [wrong, unknown] = await Promise.all(
      ["ada", "eve"].map((name) => signInOnPage(pool, name, { password: "Wrong password 1" })),
    );
    expect(wrong?.status).toBe(400);
    expect(wrong?.text).toContain(`role="alert" id="form-error">${INCORRECT}</p>`);
    const anonymous = (text = "", name: string) =>
      text.replaceAll(name, "NAME").replaceAll(/name="_csrf" value="[^"]*"/g, "");
    expect(anonymous(unknown?.text, "eve")).toBe(anonymous(wrong?.text, "ada"));
    expect(unknown?.status).toBe(wrong?.status);
  });

  test("take the same time", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const timed = async (name: string): Promise<number> => {
      const browser = openBrowser();
      const page = await browser.follow(authorizeUrl(pool));
      const start = performance.now();
      await browser.submit(page, { username: name, password: "Wrong password 1" });
      return performance.now() - start;
    };
    const times = { ada: [] as number[], eve: [] as number[] };
    for (let i = 0; i < 40; i++) {
      times.ada.push(await timed("ada"));
      times.eve.push(await timed("eve"));
      pool.wait(16 * 60_000); // no lock-out in between
    }
    const fastest = (values: number[]): number => [...values].sort((a, b) => a - b)[4] ?? 0;
    expect(fastest(times.eve) / fastest(times.ada)).toBeGreaterThan(0.7);
    expect(fastest(times.eve) / fastest(times.ada)).toBeLessThan(1.4);
  });
});

describe("after five wrong passwords", () => {
  const wrong = { password: "Wrong password 1" };

  test.each(["ada", "eve"])("the next attempts of %s are refused for longer and longer", async (name) => {
    const pool = await startPool();
    await pool.addUser("ada");
    for (let i = 0; i < 5; i++) expect((await signInOnPage(pool, name, wrong)).text).toContain(INCORRECT);
    expect((await signInOnPage(pool, name)).text).toContain("Password attempts exceeded");
    pool.wait(1000);
    expect((await signInOnPage(pool, name, wrong)).text).toContain(INCORRECT);
    pool.wait(1000);
    expect((await signInOnPage(pool, name)).text).toContain("Password attempts exceeded");
    pool.wait(1000);
    expect((await signInOnPage(pool, name)).status).toBe(name === "ada" ? 302 : 400);
  });

  test("the right password forgives, and so do fifteen quiet minutes", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    for (let i = 0; i < 4; i++) await signInOnPage(pool, "ada", wrong);
    expect((await signInOnPage(pool, "ada")).status).toBe(302);
    for (let i = 0; i < 5; i++) expect((await signInOnPage(pool, "ada", wrong)).text).toContain(INCORRECT);
    pool.wait(15 * 60_000);
    for (let i = 0; i < 4; i++) await signInOnPage(pool, "ada", wrong);
    expect((await signInOnPage(pool, "ada")).status).toBe(302);
  });

  test("another user is not locked, and an alias does not get around the lock", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    await pool.addUser("bob");
    for (let i = 0; i < 5; i++) await signInOnPage(pool, "ada", wrong);
    expect((await signInOnPage(pool, "ADA@example.org")).text).toContain("Password attempts exceeded");
    expect((await signInOnPage(pool, "bob")).status).toBe(302);
  });
});

test("a disabled user is told so, but only with the right password", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  await pool.api.send(new AdminDisableUserCommand({ UserPoolId: pool.poolId, Username: "ada" }));
  expect((await signInOnPage(pool, "ada")).text).toContain("User is disabled.");
  expect((await signInOnPage(pool, "ada", { password: "Wrong password 1" })).text).toContain(INCORRECT);
});

test("a temporary password that is too old is refused with the service's text", async () => {
  const pool = await startPool();
  const input: AdminCreateUserCommandInput = {
    UserPoolId: pool.poolId,
    Username: "ada",
    TemporaryPassword: PASSWORD,
  };
  await pool.api.send(new AdminCreateUserCommand(input));
  pool.wait(3 * 24 * 3_600_000 + 1000);
  expect((await signInOnPage(pool, "ada")).text).toContain("Temporary password has expired");
});

describe("a form that did not come from a page of ours, in this browser, is not obeyed", () => {
  test("without proof, with another browser's proof, without the cookie", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const credentials = { username: "ada", password: PASSWORD };
    const [mine, theirs] = [openBrowser(), openBrowser()];
    const myPage = await mine.follow(authorizeUrl(pool));
    const theirPage = await theirs.follow(authorizeUrl(pool));
    for (const attempt of [
      mine.submit(myPage, { ...credentials, _csrf: "" }),
      mine.submit(theirPage, credentials),
      openBrowser().submit(myPage, credentials),
    ]) {
      const { status, text, headers } = await attempt;
      expect(status).toBe(403);
      expect(text).toContain("Please try again.");
      expect(headers.getSetCookie().join()).not.toContain("cognito_");
    }
    // The page that is shown instead works.
    const again = await mine.submit(myPage, { ...credentials, _csrf: "" });
    expect((await mine.submit(again, credentials)).status).toBe(302);
  });

  test("a body of another type", async () => {
    const pool = await startPool();
    const response = await fetch(authorizeUrl(pool, {}, "/login"), {
      method: "POST",
      body: JSON.stringify({ username: "ada", password: PASSWORD }),
    });
    expect(response.status).toBe(403);
  });
});

test("no parameter is ever reflected unescaped, on any page", async () => {
  const pool = await startPool();
  const attack = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;
  const names = ["state", "nonce", "lang", "login_hint", "username", "code_challenge", "prompt", "x"];
  for (const path of [
    "/oauth2/authorize",
    "/login",
    "/signup",
    "/confirm",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/mfa",
    "/logout",
  ]) {
    for (const name of [...names, "client_id", "redirect_uri", "logout_uri", "response_type", "scope"]) {
      const browser = openBrowser();
      const page = await browser.visit(authorizeUrl(pool, { username: "ada", [name]: attack }, path));
      expect(page.text).not.toContain("<script");
      expect(page.text).not.toContain("<img");
      expect(page.text).not.toContain(`"'>`);
      expect(page.location ?? "").not.toContain("<");
      if (!page.text.includes("<form")) continue;
      const answer = await browser.submit(page, {
        username: attack,
        password: attack,
        email: attack,
        code: attack,
      });
      expect(answer.text).not.toContain("<script");
      expect(answer.text).not.toContain("<img");
    }
  }
});

test("the pages run no script, load nothing, cannot be framed, and let the way back through", async () => {
  const pool = await startPool();
  const page = await openBrowser().follow(authorizeUrl(pool));
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; frame-ancestors 'none'$/,
  );
  expect(policy).not.toContain("form-action"); // Chrome would block the redirect to the application
  expect(page.headers.get("x-frame-options")).toBe("DENY");
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(page.headers.get("referrer-policy")).toBe("same-origin");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  expect(page.text).not.toContain("<script");
});

test("the fields are labelled, filled in by password managers, and the first empty one has the focus", async () => {
  const pool = await startPool();
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool));
  expect(page.text).toMatch(/<label for="username">User name or e-mail address<\/label>/);
  expect(page.text).toMatch(/id="username"[^>]*autocomplete="username"[^>]*autofocus/s);
  expect(page.text).toMatch(/id="password"[^>]*type="password"[^>]*autocomplete="current-password"/s);
  expect(page.text).toContain('<html lang="en">');
  expect(page.text).toContain("to continue to localhost:4000");
  const answer = await browser.submit(page, { username: "ada", password: "Wrong password 1" });
  expect(answer.text).toMatch(/id="username"[^>]*value="ada"[^>]*aria-describedby="form-error"/s);
  expect(answer.text).toMatch(/id="password"[^>]*autofocus/s);
});

test("what a path or method does not serve is said so", async () => {
  const pool = await startPool();
  expect((await fetch(`${pool.origin}/oauth2/token`)).status).toBe(405);
  expect((await fetch(`${pool.origin}/login`, { method: "PUT" })).headers.get("allow")).toBe("GET, POST");
  expect((await fetch(authorizeUrl(pool, {}, "/login"), { method: "HEAD" })).status).toBe(200);
  expect((await fetch(`${pool.origin}/forgot`)).status).toBe(404);
  expect(pool.cognito.serves("/login")).toBe(true);
  expect(pool.cognito.serves(`/${pool.poolId}/.well-known/jwks.json`)).toBe(true);
  expect(pool.cognito.serves("/forgot")).toBe(false);
  expect(pool.cognito.serves("/graphql")).toBe(false);
});
