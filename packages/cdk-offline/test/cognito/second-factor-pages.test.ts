import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { Secret, TOTP } from "otpauth";
import { describe, expect, test } from "vitest";
import { openBrowser, type Browser, type Visit } from "./browser.ts";
import { readQrCode } from "./qr-reader.ts";
import { PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";
import { authorizeUrl, codeIn, exchange, signInOnPage } from "./sign-in.ts";
import { CALLBACK } from "./template.ts";

const REQUIRED: PoolSetup = { pool: { MfaConfiguration: "ON", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] } };
const STEP_MS = 30_000;
const TOO_LONG = "This sign-in was left for too long.";

/** What an authenticator app shows for a key, as many milliseconds ahead as the test has let pass. */
function appCode(key: string, aheadMs = 0): string {
  return new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + aheadMs });
}

/** A code that is not good at any time the pool takes codes for. */
function wrongCode(key: string): string {
  const near = [-2, -1, 0, 1, 2].map((steps) => appCode(key, steps * STEP_MS));
  return (
    ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !near.includes(code)) ?? ""
  );
}

function keyOn({ text }: Visit): string {
  return (/<code class="key">([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? "").replaceAll(" ", "");
}

/** Signs in up to the page that follows the password. */
async function afterPassword(pool: RunningPool, browser: Browser, userName = "ada"): Promise<Visit> {
  const { location = "" } = await signInOnPage(pool, userName, { browser });
  return browser.follow(location);
}

/** Connects an app with `ada`'s account; gives the key. */
async function enroll(pool: RunningPool, browser = openBrowser()): Promise<string> {
  const page = await afterPassword(pool, browser);
  const key = keyOn(page);
  codeIn(await browser.submit(page, { code: appCode(key) }));
  pool.wait(STEP_MS);
  return key;
}

describe("where the pool requires a second factor", () => {
  test("the first sign-in connects an app: a picture, the key as text, a code, then the application", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    expect(new URL(page.url).pathname).toBe("/mfa/setup");
    expect(page.text).toContain("Secure your account");
    expect(page.text).toMatch(/<div class="qr" role="img" aria-label="[^"]+">\s*<svg [^>]*><rect[^>]*>/);
    expect(keyOn(page)).toMatch(/^[A-Z2-7]{52}$/);
    const says = `otpauth://totp/localhost:ada?issuer=localhost&secret=${keyOn(page)}&algorithm=SHA1&digits=6&period=30`;
    expect(readQrCode(/<svg [\s\S]*<\/svg>/.exec(page.text)?.[0] ?? "")).toBe(says);
    // Looked at again, the key is the same: it may be in the app already.
    expect(keyOn(await browser.visit(page.url))).toBe(keyOn(page));
    const { status } = await exchange(
      pool,
      codeIn(await browser.submit(page, { code: appCode(keyOn(page)) })),
    );
    expect(status).toBe(200);
    // The page has done its work, and none of its neighbours opens with its address.
    for (const path of ["/mfa/setup?", "/mfa?"]) {
      expect((await browser.visit(page.url.replace("/mfa/setup?", path))).text).toContain(TOO_LONG);
    }
  });

  test("a sign-in asks for a code of the app, and without one nobody gets in", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const key = await enroll(pool);
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    expect(new URL(page.url).pathname).toBe("/mfa");
    expect(page.text).toMatch(/id="code"[^>]*autocomplete="one-time-code"[^>]*inputmode="numeric"/s);
    // The password alone is remembered nowhere.
    expect((await browser.visit(authorizeUrl(pool))).location).toContain("/login?");
    expect(browser.cookies.has(`cognito_${pool.poolId}`)).toBe(false);

    const wrong = await browser.submit(page, { code: wrongCode(key) });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toMatch(/role="alert" id="code-error">This is not the code that the app shows now/);
    const code = appCode(key, STEP_MS);
    const right = await browser.submit(wrong, { code: `${code.slice(0, 3)} ${code.slice(3)} ` });
    expect(right.location).toContain(`${CALLBACK}?code=`);
    expect((await browser.visit(page.url)).text).toContain(TOO_LONG);
  });

  test("a code is good once", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const key = await enroll(pool);
    const code = appCode(key, STEP_MS);
    const [first, second] = [openBrowser(), openBrowser()];
    codeIn(await first.submit(await afterPassword(pool, first), { code }));
    const again = await second.submit(await afterPassword(pool, second), { code });
    expect(again.text).toContain("Your software token has already been used once.");
  });

  test("codes cannot be guessed: attempts are limited", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const key = await enroll(pool);
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    for (let i = 0; i < 5; i++) await browser.submit(page, { code: wrongCode(key) });
    const answer = await browser.submit(page, { code: appCode(key, STEP_MS) });
    expect(answer).toMatchObject({ status: 400, location: undefined });
    expect(answer.text).toContain("Password attempts exceeded");
  });

  test("a wrong code connects no app", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    const answer = await browser.submit(page, { code: wrongCode(keyOn(page)) });
    expect(answer.status).toBe(400);
    expect(keyOn(answer)).toBe(keyOn(page));
    expect(new URL((await afterPassword(pool, openBrowser())).url).pathname).toBe("/mfa/setup");
  });

  test("two people in two browsers get two keys", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const pages = [await afterPassword(pool, openBrowser()), await afterPassword(pool, openBrowser())];
    expect(new Set(pages.map(keyOn)).size).toBe(2);
  });
});

describe("the pages between the password and the application", () => {
  test.each(["/mfa", "/mfa/setup", "/changePassword"])(
    "%s shows nothing without a password",
    async (path) => {
      const pool = await startPool(REQUIRED);
      await pool.addUser("ada");
      for (const session of [undefined, "", "made-up"]) {
        const browser = openBrowser();
        const page = await browser.visit(authorizeUrl(pool, { session, username: "ada" }, path));
        expect(page.text).toContain(TOO_LONG);
        expect(keyOn(page)).toBe("");
        const answer = await browser.submit(page, { code: "000000", password: PASSWORD, username: "ada" });
        expect(answer.location).not.toContain("code=");
      }
    },
  );

  test("are of no use in another browser, on the way to another client, or to another user", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    expect((await openBrowser().visit(page.url)).text).toContain(TOO_LONG);
    const elsewhere = new URL(page.url);
    elsewhere.searchParams.set("client_id", pool.apiClientId);
    elsewhere.searchParams.set("scope", "openid");
    expect((await browser.visit(elsewhere.href)).text).toContain(TOO_LONG);
    const atOtherStep = page.url.replace("/mfa/setup?", "/mfa?");
    expect((await browser.visit(atOtherStep)).text).toContain(TOO_LONG);
  });

  test("are closed after five minutes, for a disabled user, and when the password has been changed", async () => {
    const pool = await startPool(REQUIRED);
    await pool.addUser("ada");
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    const browser = openBrowser();
    const first = await afterPassword(pool, browser);
    pool.wait(5 * 60_000);
    expect((await browser.visit(first.url)).text).toContain(TOO_LONG);

    const second = await afterPassword(pool, browser);
    pool.wait(1000);
    await pool.api.send(
      new AdminSetUserPasswordCommand({ ...ada, Password: "Another Horse 8 Battery", Permanent: true }),
    );
    expect((await browser.visit(second.url)).text).toContain(TOO_LONG);

    const { location = "" } = await signInOnPage(pool, "ada", {
      browser,
      password: "Another Horse 8 Battery",
    });
    await pool.api.send(new AdminDisableUserCommand(ada));
    expect((await browser.visit(location)).text).toContain(TOO_LONG);
  });
});

describe("a temporary password", () => {
  async function invited(setup: PoolSetup = {}, email = "ada@example.org") {
    const pool = await startPool(setup);
    await pool.api.send(
      new AdminCreateUserCommand({
        UserPoolId: pool.poolId,
        Username: "ada",
        TemporaryPassword: PASSWORD,
        MessageAction: "SUPPRESS",
        UserAttributes: [{ Name: "email", Value: email }],
      }),
    );
    return pool;
  }
  const CHOSEN = "Another Horse 8 Battery";

  test("is replaced on the way in, and then no longer opens anything", async () => {
    const pool = await invited();
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    expect(new URL(page.url).pathname).toBe("/changePassword");
    expect(page.text).toMatch(/autocomplete="username"\s+value="ada"\s+hidden/);
    expect(page.text).toMatch(/id="password"[^>]*autocomplete="new-password"/s);
    const weak = await browser.submit(page, { password: "short" });
    expect(weak.text).toMatch(/id="password-error">Still missing: at least 12 characters, an upper-case/);
    codeIn(await browser.submit(weak, { password: CHOSEN }));
    expect((await signInOnPage(pool, "ada")).text).toContain("Incorrect username or password.");
    codeIn(await signInOnPage(pool, "ada", { password: CHOSEN }));
    // The page has done its work.
    expect((await browser.submit(page, { password: PASSWORD })).text).toContain(TOO_LONG);
  });

  test("brings the attributes with it that the pool requires and the user lacks", async () => {
    const Schema = [
      { Name: "email", Required: true, Mutable: true },
      { Name: "given_name", Required: true, Mutable: true },
    ];
    const pool = await invited({ pool: { Schema } });
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    expect(page.text).toContain('<label for="given_name">Given name</label>');
    expect(page.text).not.toContain('id="email"');
    const without = await browser.submit(page, { password: CHOSEN });
    expect(without.text).toMatch(/id="given_name-error">This is needed/);
    codeIn(await browser.submit(without, { password: CHOSEN, given_name: "Ada" }));
  });

  test("is followed by the second factor where the pool requires one", async () => {
    const pool = await invited(REQUIRED);
    const browser = openBrowser();
    const page = await afterPassword(pool, browser);
    const { location = "" } = await browser.submit(page, { password: CHOSEN });
    const setup = await browser.follow(location);
    expect(new URL(setup.url).pathname).toBe("/mfa/setup");
    codeIn(await browser.submit(setup, { code: appCode(keyOn(setup)) }));
  });
});
