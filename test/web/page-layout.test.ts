import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { entries, heading, pageTest as test, screenshot } from "./page-test.ts";

const isLoaded = async (page: Page) => {
  await entries(page).first().waitFor();
  await page.getByText("On the record").waitFor();
};
const scrollWidth = (page: Page) => page.evaluate("document.documentElement.scrollWidth");

describe.each(["light", "dark"] as const)("in a %s room", (colorScheme) => {
  test.for([320, 360, 1120])("nothing is cut off at a width of %i pixels", async (width, { stub, visit }) => {
    const page = await visit({ colorScheme, viewport: { width, height: 800 } });
    await isLoaded(page);
    await screenshot(page, `home-${width}-${colorScheme}`);
    expect(await scrollWidth(page)).toBe(width);

    stub.state.user.username = `ada.${"x".repeat(124)}`;
    stub.state.logins = stub.state.logins.map((login) => ({
      ...login,
      address: "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
      userAgent: `${"x".repeat(30)}/123456.123456 (Windows)`,
    }));
    await page.reload();
    await isLoaded(page);
    expect(await scrollWidth(page)).toBe(width);

    stub.state.isSignedIn = false;
    await page.reload();
    await heading(page).getByText("Every sign-in, on the record.").waitFor();
    await screenshot(page, `landing-${width}-${colorScheme}`);
    expect(await scrollWidth(page)).toBe(width);
  });
});
