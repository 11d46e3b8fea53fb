// A person in front of the pool's own pages: what the stack's pool, in which one factor is enough, does not show.

import { Secret, TOTP } from "otpauth";
import type { BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { PASSWORD, type RunningPool } from "../cognito/running-pool.ts";
import { browserTest as test } from "browser-test";
import { startRelyingParty, type RelyingParty } from "./relying-party.ts";

const MFA_REQUIRED = { pool: { MfaConfiguration: "ON", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] } };
const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 } };

const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: `.build/screenshots/pool-${name}.png`, fullPage: true });

const arrived = (page: Page, heading: string) =>
  page.getByRole("heading", { level: 1, name: heading }).waitFor();

/** The newest code in the pool's outbox, read where a person reads it. */
async function codeFromOutbox(page: Page): Promise<string> {
  const [outbox] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: /outbox|Postausgang/ }).click(),
  ]);
  const code = await outbox.locator("article code").first().innerText();
  await screenshot(outbox, "outbox");
  await outbox.close();
  return code;
}

/** What an authenticator app shows for a key, as many steps of half a minute ahead as the test has let pass. */
function appCode(key: string, passedMs: number): string {
  const totp = new TOTP({ secret: Secret.fromBase32(key.replaceAll(/\s/g, "")) });
  return totp.generate({ timestamp: Date.now() + passedMs });
}

async function toSignIn(page: Page, { url }: RelyingParty): Promise<void> {
  await page.goto(url);
  await page.getByRole("link", { name: "Sign in" }).click();
}

async function fillIn(page: Page, user: string, password = PASSWORD): Promise<void> {
  await page.getByLabel(/^User name|^Benutzername/).fill(user);
  await page.getByLabel(/^Password|^Passwort/).fill(password);
  await page.getByRole("button", { name: /^Sign in|^Anmelden/ }).click();
}

test("somebody new signs up, confirms with the code, connects an authenticator app, and signs in with it", async ({
  openPage,
}) => {
  const application = await startRelyingParty(MFA_REQUIRED);
  const page = await openPage();
  await toSignIn(page, application);
  await screenshot(page, "sign-in");
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("User name").fill("Ada");
  await page.getByLabel("E-mail address").fill("ada@example.org");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await arrived(page, "Confirm your account");
  await screenshot(page, "confirm");
  await page.getByLabel("Code").fill(await codeFromOutbox(page));
  await page.getByRole("button", { name: "Confirm", exact: true }).click();

  await arrived(page, "Secure your account");
  expect(await page.getByRole("img", { name: "QR code" }).locator("svg path").count()).toBe(1);
  const key = await page.locator("code.key").innerText();
  await screenshot(page, "mfa-setup");
  await page.getByLabel("Code from the app").fill("000000");
  await page.getByRole("button", { name: "Finish" }).click();
  await page.getByRole("alert").getByText("Try the next one.").waitFor();
  await screenshot(page, "mfa-setup-error");
  // The key stays the same: it may be in the app already.
  expect(await page.locator("code.key").innerText()).toBe(key);
  await page.getByLabel("Code from the app").fill(appCode(key, 0));
  await page.getByRole("button", { name: "Finish" }).click();
  await arrived(page, "Hello Ada");

  await page.getByRole("link", { name: "Sign out" }).click();
  application.pool.wait(30_000);
  await page.getByRole("link", { name: "Sign in" }).click();
  await fillIn(page, "ada@example.org");
  await arrived(page, "Enter your code");
  await screenshot(page, "mfa");
  await page.getByLabel("Code from the app").fill(appCode(key, 30_000).replace(/^.../, "$& "));
  await page.keyboard.press("Enter");
  await arrived(page, "Hello Ada");

  // The browser is remembered for an hour, also for what needed a second factor.
  await toSignIn(page, application);
  await arrived(page, "Hello Ada");
});

test("a forgotten password is replaced with the code from the outbox, in German, on a phone", async ({
  openPage,
}) => {
  const application = await startRelyingParty({}, "de");
  await application.pool.addUser("Ada", { email: "ada@example.org", email_verified: "true" });
  const page = await openPage(PHONE);
  await toSignIn(page, application);
  await fillIn(page, "Ada", "not this one, 1");
  await page.getByRole("alert").getByText("Benutzername oder Passwort ist falsch.").waitFor();
  await screenshot(page, "sign-in-phone-de");
  await page.getByRole("link", { name: "Passwort vergessen?" }).click();
  await screenshot(page, "forgot-phone-de");
  await page.getByLabel("Benutzername oder E-Mail-Adresse").fill("Ada");
  await page.getByRole("button", { name: "Code senden" }).click();

  const code = await codeFromOutbox(page);
  await page.getByLabel("Code").fill(code);
  await page.getByLabel("Neues Passwort").fill("too short");
  await page.getByRole("button", { name: "Passwort setzen" }).click();
  await page.getByRole("alert").getByText("Es fehlt noch: mindestens 12 Zeichen").waitFor();
  await screenshot(page, "reset-phone-de");
  expect(await page.getByLabel("Code").inputValue()).toBe(code);
  await page.getByLabel("Neues Passwort").fill("Another Horse 8 Battery");
  await page.getByRole("button", { name: "Passwort setzen" }).click();

  await page.getByRole("status").getByText("Ihr Passwort ist geändert.").waitFor();
  await screenshot(page, "reset-done-phone-de");
  expect(await page.getByLabel("Benutzername").inputValue()).toBe("Ada");
  await page.getByLabel("Passwort").fill("Another Horse 8 Battery");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await arrived(page, "Hello Ada");
});

test("without scripts, and with nothing but the keyboard, somebody signs in", async ({ openPage }) => {
  const application = await startRelyingParty();
  await application.pool.addUser("ada");
  const page = await openPage({ javaScriptEnabled: false });
  await toSignIn(page, application);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  // The first empty field has the focus.
  await page.keyboard.type("ada");
  await page.keyboard.press("Tab");
  await page.keyboard.type("not this one");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").getByText("Incorrect username or password.").waitFor();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await arrived(page, "Hello ada");
});

test("the language can be changed on every page, and stays", async ({ openPage }) => {
  const application = await startRelyingParty();
  const page = await openPage();
  await toSignIn(page, application);
  await page.getByRole("link", { name: "Deutsch" }).click();
  await arrived(page, "Anmelden");
  await page.getByRole("link", { name: "Konto anlegen" }).click();
  await arrived(page, "Konto anlegen");
  await screenshot(page, "sign-up-de");
  // Another visit, whose address says nothing of a language.
  await toSignIn(page, application);
  await arrived(page, "Anmelden");
});

test("no page is wider than a small phone, and what can be pressed is big enough for a thumb", async ({
  openPage,
}) => {
  const application = await startRelyingParty(MFA_REQUIRED, "de");
  const { pool } = application;
  await pool.addUser("ada");
  const page = await openPage({ viewport: { width: 320, height: 640 }, colorScheme: "dark" });
  await toSignIn(page, application);
  const signInAddress = page.url();
  for (const path of ["/login", "/signup", "/confirm", "/forgotPassword", "/confirmforgotPassword"]) {
    await page.goto(addressOf(pool, signInAddress, path));
    await expectToFit(page, path);
  }
  await page.goto(signInAddress);
  await fillIn(page, "ada");
  await arrived(page, "Konto absichern");
  await expectToFit(page, "/mfa/setup");
});

function addressOf({ origin }: RunningPool, signInAddress: string, path: string): string {
  const { searchParams } = new URL(signInAddress);
  searchParams.set("username", "somebody-with-a-rather-long-user-name@example.org");
  return `${origin}${path}?${searchParams.toString()}`;
}

async function expectToFit(page: Page, path: string): Promise<void> {
  await screenshot(page, `narrow-${path.slice(1).replaceAll("/", "-")}`);
  expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBeLessThanOrEqual(320);
  for (const target of await page.locator("main button, main input:not([type=hidden], [hidden])").all()) {
    expect((await target.boundingBox())?.height, path).toBeGreaterThanOrEqual(44);
  }
}
