// A person in front of a real browser, on the running stack that LEDGER_OUTPUTS names.

import { randomUUID } from "node:crypto";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { newUser, outputs, type User } from "../flow/stack.ts";
import { randomPassword } from "../../operate/password.ts";
import { browserTest } from "browser-test";

const { AppUrl, GraphQLUrl, LoginUrl } = outputs;

const test = browserTest.extend({
  hostNames: [[AppUrl, GraphQLUrl, LoginUrl].map((url) => new URL(url).hostname), { scope: "file" }],
});

const greeting = (page: Page): Locator => page.getByRole("heading", { level: 1 });
const entries = (page: Page): Locator =>
  page.getByRole("list", { name: "My sign-ins" }).getByRole("listitem");
const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: `.build/screenshots/stack-${name}.png`, fullPage: true });

/** The answers of the page's own server and of the API that were errors, but for the one that says: nobody is here. */
function watchErrors(page: Page): readonly string[] {
  const errors: string[] = [];
  page.on("response", (response) => {
    const isOurs = response.url().startsWith(`${AppUrl}/`) || response.url() === GraphQLUrl;
    const isNobody = response.url() === `${AppUrl}/auth/session` && response.status() === 401;
    if (isOurs && response.status() >= 400 && !isNobody)
      errors.push(`${response.status()} ${response.url()}`);
  });
  return errors;
}

async function signIn(page: Page, { username, password }: User): Promise<void> {
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel(/^user ?name/i).fill(username);
  await page.getByLabel(/^password/i).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await greeting(page).getByText(username).waitFor();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
}

test("a user signs in, is greeted by name and sees the sign-in; after another one there are two", async ({
  openPage,
}) => {
  const user = await newUser();
  const page = await openPage();
  const errors = watchErrors(page);
  await page.goto(AppUrl);
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  await screenshot(page, "landing");

  await signIn(page, user);
  await page.getByText("This is your first sign-in.").waitFor();
  await page.getByText("On the record").waitFor();
  await entries(page).first().getByText("This sign-in").waitFor();
  expect(await entries(page).count()).toBe(1);
  await screenshot(page, "first-sign-in");

  await signOut(page);
  await signIn(page, user);
  await page.getByText("Your last sign-in was on").waitFor();
  await entries(page).nth(1).waitFor();
  // Not always the first: the two may be of the same second.
  await entries(page).getByText("This sign-in").waitFor();
  expect(await entries(page).count()).toBe(2);
  expect(await entries(page).getByText("This sign-in").count()).toBe(1);
  await screenshot(page, "second-sign-in");

  expect(errors).toEqual([]);
});

test("the page loaded anew shows the same sign-in, and once signed out it shows nothing of it", async ({
  openPage,
}) => {
  const user = await newUser();
  const page = await openPage();
  await page.goto(AppUrl);
  await signIn(page, user);
  await entries(page).first().waitFor();
  await page.reload();
  await entries(page).first().getByText("This sign-in").waitFor();
  expect(await entries(page).count()).toBe(1);
  await signOut(page);
  await page.goto(AppUrl);
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  expect(await page.getByText(user.username).count()).toBe(0);
});

test("a wrong password is refused in place, and the right one leads on", async ({ openPage }) => {
  const user = await newUser();
  const page = await openPage();
  await page.goto(AppUrl);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel(/^user ?name/i).fill(user.username);
  await page.getByLabel(/^password/i).fill(`not ${user.password}`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Incorrect username or password.").waitFor();
  await page.getByLabel(/^password/i).fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await entries(page).first().waitFor();
  expect(await entries(page).count()).toBe(1);
});

test("somebody new creates an account, confirms it with the code that was sent, and is greeted", async ({
  openPage,
  skip,
}) => {
  skip(outputs.AwsEndpoint === undefined, "the mail of a deployed stack cannot be read here");
  const user = { username: `eve-${randomUUID().slice(0, 8)}`, password: randomPassword() };
  const email = `${user.username}@login-ledger.invalid`;
  const page = await openPage();
  const errors = watchErrors(page);
  await page.goto(AppUrl);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("link", { name: /^(create an account|sign up)$/i }).click();
  await page.getByLabel(/^user ?name/i).fill(user.username);
  await page.getByLabel(/^e-?mail/i).fill(email);
  await page.getByLabel(/^password/i).fill(user.password);
  await screenshot(page, "sign-up");
  await page.getByRole("button", { name: /^(create account|sign up)$/i }).click();

  const code = page.getByLabel(/code/i);
  await code.waitFor();
  const outbox = await page.context().newPage();
  await outbox.goto(`${LoginUrl}/_local/outbox`);
  const mail = outbox.getByRole("article").filter({ hasText: email });
  await code.fill(await mail.locator("code").innerText());
  await page.getByRole("button", { name: /^confirm/i }).click();

  await greeting(page).getByText(user.username).waitFor();
  await entries(page).first().waitFor();
  expect(await entries(page).count()).toBe(1);
  await signOut(page);
  await signIn(page, user);
  await entries(page).nth(1).waitFor();
  expect(await entries(page).count()).toBe(2);
  expect(errors).toEqual([]);
});
