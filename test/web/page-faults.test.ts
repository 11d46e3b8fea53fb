import { describe, expect } from "vitest";
import { json } from "cdk-offline/testing";
import { fieldError, madeLogins } from "../client/ledger-stub.ts";
import { button, callsOf, entries, heading, hold, pageTest as test, screenshot } from "./page-test.ts";

describe("when something fails", () => {
  test("and nothing can be shown, the page says so, with the server's reference, and tries again on demand", async ({
    stub,
    visit,
  }) => {
    stub.state.intercept = () => json(503, { error: "ledger_unavailable", requestId: "request-7" });
    const page = await visit();
    const alert = page.getByRole("alert");
    await alert.getByText("The service is busy. Please try again in a moment.").waitFor();
    await alert.getByText("Reference: request-7").waitFor();
    await screenshot(page, "page-cannot-be-opened");
    stub.state.intercept = () => undefined;
    await button(page, "Try again").click();
    await heading(page).getByText("Hello, ada").waitFor();
  });

  test("in one part, the others are there, and it can be tried again until it succeeds", async ({
    stub,
    visit,
  }) => {
    stub.state.intercept = (call) => (call === "MyLogins" ? fieldError("myLogins", "Throttled") : undefined);
    const page = await visit();
    const region = page.getByRole("region", { name: "My sign-ins" });
    await region.getByText("Your sign-ins cannot be shown right now.").waitFor();
    await heading(page).getByText("Hello, ada").waitFor();
    await region.getByRole("button", { name: "Try again" }).click();
    await expect.poll(() => callsOf(stub, "MyLogins")).toBe(2);
    await region.getByText("Your sign-ins cannot be shown right now.").waitFor();
    stub.state.intercept = () => undefined;
    await region.getByRole("button", { name: "Try again" }).click();
    await entries(page).first().waitFor();
  });

  test("with the greeting, the user is greeted all the same", async ({ stub, visit }) => {
    stub.state.intercept = (call) =>
      call === "Greeting" ? fieldError("greeting", "Unavailable") : undefined;
    const page = await visit();
    await page.getByText("Your last sign-in cannot be shown right now.").waitFor();
    expect(await heading(page).innerText()).toBe("Hello, ada");
  });

  test("with a record that needs another call, the page makes it by itself", async ({ stub, visit }) => {
    stub.state.intercept = (call) =>
      call === "RecordLogin" && callsOf(stub, "RecordLogin") === 1
        ? fieldError("recordLogin", "RecordPending")
        : undefined;
    const page = await visit();
    await page.getByText("On the record").waitFor();
    expect(callsOf(stub, "RecordLogin")).toBe(2);
  });

  test("with a record for good, the page asks no more and offers to try again", async ({ stub, visit }) => {
    stub.state.intercept = (call) =>
      call === "RecordLogin" ? fieldError("recordLogin", "Unavailable") : undefined;
    const page = await visit();
    await page.getByText("This sign-in cannot be shown right now.").waitFor();
    expect(callsOf(stub, "RecordLogin")).toBe(1);
    stub.state.intercept = () => undefined;
    await page
      .getByRole("region", { name: "This sign-in" })
      .getByRole("button", { name: "Try again" })
      .click();
    await page.getByText("On the record").waitFor();
  });

  test("with a record that there may be none of yet, the page says that, until there is one", async ({
    stub,
    visit,
  }) => {
    stub.state.isRecorded = false;
    stub.state.intercept = (call) =>
      call === "RecordLogin" ? fieldError("recordLogin", "Unavailable") : undefined;
    const page = await visit();
    const region = page.getByRole("region", { name: "This sign-in" });
    await region.getByText("This sign-in may not be on the record yet.").waitFor();
    stub.state.intercept = () => undefined;
    await region.getByRole("button", { name: "Try again" }).click();
    await region.getByText("On the record", { exact: true }).waitFor();
    expect(await region.getByText("may not be").count()).toBe(0);
  });

  test("while offline, the page says so, keeps what it has and goes on when the network is back", async ({
    stub,
    visit,
  }) => {
    stub.state.logins = madeLogins(15);
    const page = await visit();
    await entries(page).nth(9).waitFor();
    await page.context().setOffline(true);
    await page.getByRole("status").getByText("You are offline.").waitFor();
    await button(page, "Show more").click();
    await page.getByRole("alert").getByText("The next sign-ins could not be loaded.").waitFor();
    expect(await entries(page).count()).toBe(10);
    await page.context().setOffline(false);
    await page.getByText("You are offline.").waitFor({ state: "detached" });
    await button(page, "Show more").click();
    await entries(page).nth(14).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("because the network is gone, the page opens by itself when it is back", async ({
    stub,
    openPage,
  }) => {
    const page = await openPage();
    await page.route("**/auth/session", (route) => route.abort());
    await page.goto(stub.origin);
    await page.getByText("The server cannot be reached.").waitFor();
    await page.unroute("**/auth/session");
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await heading(page).getByText("Hello, ada").waitFor();
  });
});

describe("when the session is gone", () => {
  test("the user is back at the start, told why, and nothing of the account is left to see", async ({
    stub,
    visit,
  }) => {
    stub.state.logins = madeLogins(15);
    const page = await visit();
    await entries(page).nth(9).waitFor();
    stub.refuseTokens();
    stub.state.isSignedIn = false;
    await button(page, "Show more").click();
    await page.getByRole("alert").getByText("Your session has ended. Please sign in again.").waitFor();
    expect(await page.locator(":focus").innerText()).toBe("Every sign-in, on the record.");
    expect(await page.getByText("ada").count()).toBe(0);
    expect(await page.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe(
      "/auth/login?returnTo=/",
    );
  });

  test("a page brought back out of the browser's memory asks anew who is signed in", async ({
    stub,
    visit,
  }) => {
    const page = await visit();
    await heading(page).getByText("Hello, ada").waitFor();
    stub.state.isSignedIn = false;
    await page.evaluate('dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))');
    await heading(page).getByText("Every sign-in, on the record.").waitFor();
  });
});

describe("signing out", () => {
  test("ends the session and goes where the identity provider ends its own", async ({ stub, visit }) => {
    const page = await visit();
    const held = hold(stub, "/auth/logout");
    await button(page, "Sign out").click();
    await button(page, "Signing out…").waitFor();
    await button(page, "Signing out…").press("Enter");
    held.release();
    await heading(page).getByText("Every sign-in, on the record.").waitFor();
    expect(callsOf(stub, "/auth/logout")).toBe(1);
  });

  test("that does not succeed leaves the user signed in and says so", async ({ stub, visit }) => {
    const page = await visit();
    stub.state.intercept = (call) => (call === "/auth/logout" ? json(503, {}) : undefined);
    await button(page, "Sign out").click();
    await page.getByRole("alert").getByText("You are still signed in.").waitFor();
    stub.state.intercept = () => undefined;
    await button(page, "Sign out").click();
    await heading(page).getByText("Every sign-in, on the record.").waitFor();
  });
});
