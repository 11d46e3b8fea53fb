// A test with a page in a real browser: skipped with the reason where no browser runs, failed by whatever the page
// complains about.

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, test } from "vitest";
import { launchBrowser, NoBrowserError } from "./launch.ts";

export { NoBrowserError };

interface FileFixtures {
  /** Host names that the browser may reach besides this machine's own. */
  readonly hostNames: readonly string[];
  readonly launched: Browser | NoBrowserError;
}

interface TestFixtures {
  /**
   * Opens an empty page in a context of its own. When the test is over, the page must have thrown nothing and written
   * nothing to the console, where violations of the Content-Security-Policy appear too. What Chromium itself writes
   * there about an answer with an error status does not count.
   */
  readonly openPage: (options?: BrowserContextOptions) => Promise<Page>;
}

/** vitest's `test` with `openPage`. */
export const browserTest = test.extend<FileFixtures & TestFixtures>({
  hostNames: [[], { scope: "file" }],
  launched: [
    async ({ hostNames }, use) => {
      const launched = await launchBrowser(hostNames).catch((error: unknown) => {
        // Where a browser is required (in CI), a test that cannot run is a failure.
        if (!(error instanceof NoBrowserError) || process.env["BROWSER_TESTS"] === "required") throw error;
        console.warn(`browser tests are skipped: ${error.message}`);
        return error;
      });
      await use(launched);
      if (!(launched instanceof NoBrowserError)) await launched.close();
    },
    { scope: "file" },
  ],
  openPage: async ({ launched, skip }, use) => {
    if (launched instanceof NoBrowserError) return skip(launched.message);
    const complaints: string[] = [];
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (options = {}) => {
      const context = await launched.newContext({ locale: "en-GB", timezoneId: "Europe/Zurich", ...options });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        const isAboutAnswer = message.text().startsWith("Failed to load resource:");
        const isNotice = message.type() === "info"; // such as that Clear-Site-Data was obeyed
        if (!isAboutAnswer && !isNotice) complaints.push(`${message.type()}: ${message.text()}`);
      });
      return page;
    });
    for (const context of contexts) await context.close();
    expect(complaints).toEqual([]);
  },
});
