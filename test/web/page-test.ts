// A test with the built page in a real browser, before a server side of the test's choosing.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { browserTest } from "browser-test";
import { startLedgerStub, type LedgerStub } from "../client/ledger-stub.ts";
import { buildPage, servePage } from "./built-page.ts";

interface FileFixtures {
  /** Where the page has been built. */
  readonly folder: string;
}

interface TestFixtures {
  /** Serves the page and what it speaks with. */
  readonly stub: LedgerStub;
  /** Opens the page in a browser of its own. */
  readonly visit: (options?: BrowserContextOptions) => Promise<Page>;
}

/** `browserTest` with a `stub`, and `visit` to open its page. */
export const pageTest = browserTest.extend<FileFixtures & TestFixtures>({
  folder: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "login-ledger-page-"));
      await buildPage(folder);
      await use(folder);
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "file" },
  ],
  stub: async ({ folder }, use) => {
    const stub: LedgerStub = await startLedgerStub(servePage(folder, () => new URL(stub.graphqlUrl).origin));
    await use(stub);
    await stub.close();
  },
  visit: async ({ stub, openPage }, use) => {
    await use(async (options) => {
      const page = await openPage(options);
      await page.goto(stub.origin);
      return page;
    });
  },
});

export const heading = (page: Page): Locator => page.getByRole("heading", { level: 1 });

/** The rows of the list "My sign-ins". */
export const entries = (page: Page): Locator =>
  page.getByRole("list", { name: "My sign-ins" }).getByRole("listitem");

export const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

/** How often the page has called an endpoint or an operation. */
export const callsOf = (stub: LedgerStub, name: string): number =>
  stub.calls.filter((call) => call === name).length;

/** Keeps the callers of an endpoint or an operation waiting until `release` is called. */
export function hold(stub: LedgerStub, name: string): { readonly release: () => void } {
  let release = () => {};
  const released = new Promise<undefined>((resolve) => {
    release = () => {
      resolve(undefined);
    };
  });
  stub.state.intercept = (call) => (call === name ? released : undefined);
  return {
    release: () => {
      release();
    },
  };
}

/** For people to look at. */
export const screenshot = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: `.build/screenshots/${name}.png`, fullPage: true });
