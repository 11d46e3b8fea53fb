import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openBrowser, type Browser, type Visit } from "./browser.ts";
import { startPool, type RunningPool } from "./running-pool.ts";
import { authorizeUrl, codeIn, signInOnPage } from "./sign-in.ts";

const CHOSEN = "Another Horse 8 Battery";
const WRONG_CODE = "This code is not right, or no longer valid.";

/** Asks for a code; gives the page that takes it. */
async function ask(pool: RunningPool, browser: Browser, username: string): Promise<Visit> {
  const page = await browser.follow(authorizeUrl(pool, {}, "/forgotPassword"));
  const answer = await browser.submit(page, { username });
  return answer.location === undefined ? answer : browser.follow(answer.location);
}

test("a mailed code sets a new password, and the old one no longer opens anything", async () => {
  const pool = await startPool();
  await pool.addUser("Ada");
  const browser = openBrowser();
  const signInPage = await browser.follow(authorizeUrl(pool));
  expect(signInPage.text).toMatch(/<a href="\/forgotPassword\?client_id=[^"]*">Forgot your password\?<\/a>/);
  const page = await ask(pool, browser, "ada@example.org");
  expect(new URL(page.url).pathname).toBe("/confirmforgotPassword");
  expect(page.text).toMatch(/id="code"[^>]*autocomplete="one-time-code"/s);
  expect(page.text).toMatch(/id="password"[^>]*autocomplete="new-password"/s);
  expect(pool.mail).toEqual([expect.objectContaining({ to: "Ada@example.org" })]);

  const answer = await browser.submit(page, { code: pool.mail[0]?.code ?? "", password: CHOSEN });
  expect(answer.text).toContain("Your password has been changed.");
  expect(answer.text).toMatch(/id="username"[^>]*value="ada@example.org"/s);
  codeIn(await browser.submit(answer, { username: "Ada", password: CHOSEN }));
  expect((await signInOnPage(pool, "Ada")).text).toContain("Incorrect username or password.");
});

test("a password that the policy refuses is said beside the field, and the code stays good", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const browser = openBrowser();
  const page = await ask(pool, browser, "ada");
  const code = pool.mail[0]?.code ?? "";
  const weak = await browser.submit(page, { code, password: "short" });
  expect(weak.text).toMatch(/id="password-error">Still missing: at least 12 characters/);
  expect(weak.text).toMatch(new RegExp(`id="code"[^>]*value="${code}"`, "s"));
  expect((await browser.submit(weak, { code, password: CHOSEN })).text).toContain("has been changed");
  expect((await browser.submit(page, { code, password: CHOSEN })).text).toContain(WRONG_CODE);
});

test("a new code takes the place of the first, and an old one is no longer good", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const browser = openBrowser();
  const page = await ask(pool, browser, "ada");
  const again = await browser.submit(page, { action: "resend" });
  expect(again.text).toContain("A new code has been sent.");
  expect(pool.mail).toHaveLength(2);
  pool.wait(60 * 60_000);
  const answer = await browser.submit(again, { code: pool.mail[1]?.code ?? "", password: CHOSEN });
  expect(answer.text).toContain(WRONG_CODE);
});

describe("nobody learns from the page who has an account", () => {
  const anonymous = ({ text }: Visit, name: string): string =>
    text.replaceAll(name, "NAME").replaceAll(/name="_csrf" value="[^"]*"/g, "");

  test.each(["ENABLED", "LEGACY"])(
    "an unknown name, a disabled user and one without a verified address are answered alike, client %s",
    async (PreventUserExistenceErrors) => {
      const pool = await startPool({ web: { PreventUserExistenceErrors } });
      await pool.addUser("ada");
      await pool.addUser("bob", { email: "bob@example.org" });
      await pool.addUser("cyd");
      await pool.api.send(new AdminDisableUserCommand({ UserPoolId: pool.poolId, Username: "cyd" }));
      await pool.api.send(new AdminCreateUserCommand({ UserPoolId: pool.poolId, Username: "dan" }));
      const browser = openBrowser();
      const expected = anonymous(await ask(pool, browser, "ada"), "ada");
      for (const name of ["nobody", "bob", "cyd", "dan"]) {
        expect(anonymous(await ask(pool, browser, name), name)).toBe(expected);
      }
      expect(pool.mail.filter(({ to }) => to === "ada@example.org")).toHaveLength(1);
    },
  );

  test.each(["ENABLED", "LEGACY"])(
    "and neither do wrong codes tell, one or many, client %s",
    async (setting) => {
      const pool = await startPool({ web: { PreventUserExistenceErrors: setting } });
      await pool.addUser("ada");
      await pool.addUser("bob", { email: "bob@example.org" });
      await pool.addUser("cyd");
      await pool.api.send(new AdminDisableUserCommand({ UserPoolId: pool.poolId, Username: "cyd" }));
      const browser = openBrowser();
      const answersFor = async (name: string): Promise<readonly string[]> => {
        const page = await ask(pool, browser, name);
        const answers: string[] = [];
        for (let i = 0; i < 6; i++) {
          answers.push(anonymous(await browser.submit(page, { code: "x", password: CHOSEN }), name));
        }
        return answers;
      };
      const expected = await answersFor("ada");
      expect(expected[0]).toContain(WRONG_CODE);
      expect(expected[5]).toContain("Attempt limit exceeded");
      for (const name of ["bob", "cyd", "nobody"]) expect(await answersFor(name), name).toEqual(expected);
    },
  );
});

test("codes cannot be guessed, nor be asked for without end", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const browser = openBrowser();
  const page = await ask(pool, browser, "ada");
  for (let i = 0; i < 5; i++) await browser.submit(page, { code: "x", password: CHOSEN });
  const answer = await browser.submit(page, { code: pool.mail[0]?.code ?? "", password: CHOSEN });
  expect(answer.text).toContain("Attempt limit exceeded, please try after some time.");

  let last = page;
  for (let i = 0; i < 8; i++) last = await ask(pool, browser, "ada");
  expect(last.text).toContain("Attempt limit exceeded, please try after some time.");
  expect(pool.mail.length).toBeLessThan(8);
});

test("somebody whose password an administrator has taken away is led to setting a new one", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  await pool.api.send(new AdminResetUserPasswordCommand({ UserPoolId: pool.poolId, Username: "ada" }));
  const browser = openBrowser();
  const page = await signInOnPage(pool, "ada", { browser });
  expect(page.text).toContain("Your password has to be replaced.");
  const answer = await browser.submit(page, { code: pool.mail[0]?.code ?? "", password: CHOSEN });
  codeIn(await browser.submit(answer, { username: "ada", password: CHOSEN }));
});

test("a pool whose passwords an administrator replaces offers nothing of it", async () => {
  const AccountRecoverySetting = { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] };
  const pool = await startPool({ pool: { AccountRecoverySetting } });
  await pool.addUser("ada");
  expect((await openBrowser().follow(authorizeUrl(pool))).text).not.toContain("forgotPassword");
  const page = await openBrowser().visit(authorizeUrl(pool, {}, "/forgotPassword"));
  expect(page.status).toBe(403);
  expect(page.text).toContain("Passwords are replaced by an administrator here.");
  const browser = openBrowser();
  const signIn = await browser.follow(authorizeUrl(pool));
  const bent = { ...signIn, text: signIn.text.replace('action="/login?', 'action="/forgotPassword?') };
  expect((await browser.submit(bent, { username: "ada" })).status).toBe(403);
});

test("an empty form is answered beside the field", async () => {
  const pool = await startPool();
  const page = await ask(pool, openBrowser(), " ");
  expect(page.text).toMatch(/id="username-error">Enter your user name/);
});
