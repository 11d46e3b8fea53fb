import { describe, expect } from "vitest";
import { madeLogins } from "../client/ledger-stub.ts";
import { button, callsOf, entries, heading, hold, pageTest as test } from "./page-test.ts";

describe("somebody who is not signed in", () => {
  test.beforeEach(({ stub }) => {
    stub.state.isSignedIn = false;
  });

  test("is told what this is and finds one way in, that leads back here", async ({ stub, visit }) => {
    const page = await visit();
    await heading(page).getByText("Every sign-in, on the record.").waitFor();
    const links = await page.getByRole("link").all();
    expect(await Promise.all(links.map((link) => link.getAttribute("href")))).toEqual([
      "/auth/login?returnTo=/",
    ]);
    expect(await page.title()).toBe("Login Ledger");
    expect(stub.calls).toEqual(["/auth/session"]);
  });

  test("reaches it with the first press of Tab", async ({ visit }) => {
    const page = await visit();
    await heading(page).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").innerText()).toBe("Sign in");
  });
});

describe("while nothing is known yet", () => {
  test("the page is calm and says that it is loading", async ({ stub, visit }) => {
    const held = hold(stub, "/auth/session");
    const page = await visit();
    await page.getByRole("status").getByText("Loading…").waitFor();
    expect(await heading(page).count()).toBe(0);
    held.release();
    await heading(page).getByText("Hello, ada").waitFor();
  });

  test("what is loaded already is shown, the rest is marked as busy", async ({ stub, visit }) => {
    const held = hold(stub, "MyLogins");
    const page = await visit();
    await heading(page).getByText("Hello, ada").waitFor();
    await page.getByText("On the record").waitFor();
    const list = page.getByRole("region", { name: "My sign-ins" });
    expect(await list.getAttribute("aria-busy")).toBe("true");
    held.release();
    await entries(page).first().waitFor();
    expect(await list.getAttribute("aria-busy")).toBe("false");
  });
});

describe("somebody who is signed in", () => {
  test("is greeted by name and told of the sign-in before this one", async ({ visit }) => {
    const page = await visit();
    await heading(page).getByText("Hello, ada").waitFor();
    expect(await page.getByText("Your last sign-in").innerText()).toMatch(
      /^Your last sign-in was on Sunday,? 22 November 2026 at 07:00 from 203\.0\.113\.7 with Safari 26 on iPhone\.$/,
    );
    expect(await page.getByRole("banner").innerText()).toMatch(/Signed in as\s+ada/);
  });

  test("is welcomed at the first sign-in", async ({ stub, visit }) => {
    stub.state.logins = madeLogins(1);
    const page = await visit();
    await page.getByText("This is your first sign-in. Welcome!").waitFor();
  });

  test("sees the record of this sign-in, which the page asks for once", async ({ stub, visit }) => {
    const page = await visit();
    const own = page.getByRole("region", { name: "This sign-in" });
    await own.getByText("On the record").waitFor();
    expect(await own.getByRole("definition").allInnerTexts()).toEqual([
      "22 November 2026 at 13:00:07 CET",
      "Chrome 143 on Linux",
      "203.0.113.7",
      stub.state.logins[0]?.id,
    ]);
    await entries(page).first().waitFor();
    expect(callsOf(stub, "RecordLogin")).toBe(1);
  });

  test("sees the own sign-ins, newest first, with this one marked", async ({ visit }) => {
    const page = await visit();
    await page.getByText("This sign-in").nth(1).waitFor();
    expect(await entries(page).allInnerTexts()).toEqual([
      expect.stringMatching(/22 Nov 2026, 13:00\s+This sign-in\s+Chrome 143 on Linux\s+203\.0\.113\.7/),
      expect.stringMatching(/22 Nov 2026, 07:00\s+Safari 26 on iPhone\s+203\.0\.113\.7/),
      expect.stringMatching(/22 Nov 2026, 01:00\s+Firefox 145 on Windows\s+2001:db8:85a3::8a2e:370:7334/),
    ]);
    expect(await entries(page).first().getAttribute("aria-current")).toBe("true");
    const time = entries(page).first().locator("time");
    expect(await time.getAttribute("datetime")).toBe("2026-11-22T12:00:07Z");
    expect(await time.getAttribute("title")).toBe("2026-11-22T12:00:07Z");
  });

  test("sees times as they are written and counted where the browser is", async ({ stub, visit }) => {
    const page = await visit({ locale: "de-DE", timezoneId: "America/New_York" });
    await entries(page).first().getByText("22.11.2026, 07:00").waitFor();
    await page.getByText("Times in America/New York").waitFor();
    const greeting = stub.graphqlRequests.find(({ body }) => JSON.stringify(body).includes("greeting"));
    expect(greeting?.body).toMatchObject({ variables: { locale: "de-DE" } });
  });

  test("sees the page in a browser whose language is that of a system without one", async ({
    stub,
    openPage,
  }) => {
    const page = await openPage();
    await page.addInitScript(
      'for (const [name, value] of [["language", "en-US@posix"], ["languages", ["en-US@posix"]]]) Object.defineProperty(navigator, name, { value });',
    );
    await page.goto(stub.origin);
    await entries(page).first().getByText("Nov 22, 2026").waitFor();
    const greeting = stub.graphqlRequests.find(({ body }) => JSON.stringify(body).includes("greeting"));
    expect(greeting?.body).toMatchObject({ variables: { locale: "en-US" } });
  });

  test("sees this sign-in in the list before the index behind the list shows it", async ({ stub, visit }) => {
    stub.state.notYetListed.add(stub.state.logins[0]?.id ?? "");
    const page = await visit();
    await entries(page).first().getByText("This sign-in").waitFor();
    expect(await entries(page).count()).toBe(3);
  });

  test("is told when there is nothing to show yet", async ({ stub, visit }) => {
    stub.state.logins = [];
    const page = await visit();
    await page.getByText("Nothing here yet.").waitFor();
  });

  test("reads the older ones page by page, and is told when these are all", async ({ stub, visit }) => {
    stub.state.logins = madeLogins(25);
    const page = await visit();
    await entries(page).nth(9).waitFor();
    expect(await entries(page).count()).toBe(10);
    await button(page, "Show more").click();
    await page.getByRole("status").getByText("20 sign-ins are shown.").waitFor();
    expect(await entries(page).count()).toBe(20);
    await button(page, "Show more").press("Enter");
    await page.getByText("All 25 sign-ins are shown.").waitFor();
    expect(await entries(page).count()).toBe(25);
    expect(await button(page, "Show more").count()).toBe(0);
    await expect.poll(() => page.locator(":focus").innerText()).toBe("All 25 sign-ins are shown.");
  });

  test("speaks with the page's own origin and the API alone, and leaves nothing in the browser", async ({
    stub,
    openPage,
  }) => {
    const page = await openPage();
    const origins = new Set<string>();
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    await page.goto(stub.origin);
    await entries(page).first().waitFor();
    expect([...origins].sort()).toEqual([new URL(stub.graphqlUrl).origin, stub.origin].sort());
    expect(await page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")).toEqual([
      0,
      0,
      "",
    ]);
  });

  test("is seen by the name that was chosen, however odd: it is text, never markup", async ({
    stub,
    visit,
  }) => {
    stub.state.user.username = "<img src=x onerror=alert(1)>";
    stub.state.logins = madeLogins(2).map((login) => ({
      ...login,
      address: "<b>203.0.113.7</b>",
      userAgent: "evil<script>alert(1)</script>/1.0",
    }));
    const page = await visit();
    await heading(page).getByText("Hello, <img src=x onerror=alert(1)>").waitFor();
    await entries(page).first().getByText("<b>203.0.113.7</b>").waitFor();
    expect(await page.locator("img, b, main script").count()).toBe(0);
  });
});
