// An address that the page does not have, in a real browser on the running stack.

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { browserTest } from "browser-test";
import { newUser, outputs } from "../flow/stack.ts";

const { AppUrl, LoginUrl } = outputs;

const test = browserTest.extend({
  hostNames: [[AppUrl, LoginUrl].map((url) => new URL(url).hostname), { scope: "file" }],
});

const screenshot = (page: Page, name: string) =>
  page.screenshot({ path: `.build/screenshots/unknown-path-${name}.png`, fullPage: true });

/** How wide the content is beyond the window. */
const sidewaysScroll = (page: Page) =>
  page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

test("M3: shows a page of ours, with status 404 and a way on, on a phone and in the dark too", async ({
  openPage,
}) => {
  for (const [name, options] of [
    ["wide", {}],
    ["phone", { viewport: { width: 320, height: 640 } }],
    ["dark", { colorScheme: "dark" }],
  ] as const) {
    const page = await openPage(options);
    const answer = await page.goto(`${AppUrl}/no/such/page?x=<b>`);
    expect(answer?.status()).toBe(404);
    expect(answer?.headers()["content-type"]).toBe("text/html; charset=utf-8");
    await page.getByRole("heading", { level: 1, name: "There is no such page." }).waitFor();
    // The style came: the button has the product's colour, not a link's.
    const link = page.getByRole("link", { name: "Go to the start page" });
    expect(await page.evaluate(`getComputedStyle(document.querySelector("a")).textDecorationLine`)).toBe(
      "none",
    );
    expect(await sidewaysScroll(page)).toBe(0);
    await screenshot(page, name);
    await link.click();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
  }
});

test("M3: after a sign-in that was to lead to no page of ours, the way on leads to the own sign-ins", async ({
  openPage,
}) => {
  const user = await newUser();
  const page = await openPage();
  await page.goto(`${AppUrl}/auth/login?returnTo=/nowhere`);
  await page.getByLabel(/^user ?name/i).fill(user.username);
  await page.getByLabel(/^password/i).fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "There is no such page." }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/nowhere");
  await page.getByRole("link", { name: "Go to the start page" }).click();
  await page.getByRole("heading", { level: 1 }).getByText(user.username).waitFor();
});
