import { AdminGetUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openBrowser, type Browser, type Visit } from "./browser.ts";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { authorizeUrl, claimsOf, codeIn, exchange, signInOnPage } from "./sign-in.ts";

const ADA = { username: "Ada", email: "ada@example.org", password: PASSWORD };

async function signUp(pool: RunningPool, browser: Browser, fields = ADA): Promise<Visit> {
  const page = await browser.follow(authorizeUrl(pool, {}, "/signup"));
  const answer = await browser.submit(page, fields);
  return answer.location === undefined ? answer : browser.follow(answer.location);
}

/** The newest code in the outbox, as a person reads it there. */
async function codeInOutbox(pool: RunningPool): Promise<string> {
  const page = await openBrowser().visit(`${pool.origin}/_local/outbox`);
  return /<code>(\d{6})<\/code>/.exec(page.text)?.[1] ?? "";
}

test("the code from the outbox completes sign-up and sign-in in one go", async () => {
  const pool = await startPool();
  const browser = openBrowser();
  const signInPage = await browser.follow(authorizeUrl(pool));
  expect(signInPage.text).toMatch(/<a href="\/signup\?client_id=/);

  const confirmPage = await signUp(pool, browser);
  expect(confirmPage.text).toContain("Confirm your account");
  expect(confirmPage.text).toContain('href="/_local/outbox"');
  const code = await codeInOutbox(pool);
  expect(pool.mail).toEqual([{ to: "ada@example.org", subject: "Verify your new account", code }]);

  const { body } = await exchange(pool, codeIn(await browser.submit(confirmPage, { code })));
  expect(claimsOf(body.id_token)).toMatchObject({
    "cognito:username": "Ada",
    email: "ada@example.org",
    email_verified: true,
  });
  expect((await browser.visit(authorizeUrl(pool))).location).toContain("code=");
  expect(codeIn(await signInOnPage(pool, "ada@example.org"))).not.toBe("");
});

test("another browser with the code confirms the account, but has to sign in", async () => {
  const pool = await startPool();
  const confirmPage = await signUp(pool, openBrowser());
  const other = openBrowser();
  const sameForm = await other.follow(confirmPage.url);
  const answer = await other.submit(sameForm, { code: await codeInOutbox(pool) });
  expect(answer.status).toBe(200);
  expect(answer.text).toContain("Your account is confirmed.");
  expect(other.cookies.has(`cognito_${pool.poolId}`)).toBe(false);
});

test("nobody signs in as somebody else with a code and a sign-in of one's own", async () => {
  const pool = await startPool();
  const [ada, eve] = [openBrowser(), openBrowser()];
  await signUp(pool, ada);
  const adasCode = await codeInOutbox(pool);
  const evesPage = await signUp(pool, eve, { ...ADA, username: "Eve", email: "eve@example.org" });
  const bent = await eve.visit(evesPage.url.replace("username=Eve", "username=Ada"));
  const answer = await eve.submit(bent, { code: adasCode });
  expect(answer.text).toContain("Your account is confirmed.");
  expect(answer.location).toBeUndefined();
  expect(eve.cookies.has(`cognito_${pool.poolId}`)).toBe(false);
});

test("signing in before the code was given leads to the code, and then on", async () => {
  const pool = await startPool();
  await signUp(pool, openBrowser());
  const browser = openBrowser();
  const { location = "" } = await signInOnPage(pool, "Ada", { browser });
  expect(location).toContain("/confirm?");
  const page = await browser.follow(location);
  expect(codeIn(await browser.submit(page, { code: ` ${await codeInOutbox(pool)} ` }))).not.toBe("");
});

describe("the code", () => {
  test("a wrong one is answered in place, with the service's text, and the right one still works", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const page = await signUp(pool, browser);
    const wrong = (await codeInOutbox(pool)) === "000000" ? "000001" : "000000";
    const answer = await browser.submit(page, { code: wrong });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(
      'id="code-error">Invalid verification code provided, please try again.</p>',
    );
    expect(codeIn(await browser.submit(answer, { code: await codeInOutbox(pool) }))).not.toBe("");
  });

  test("cannot be guessed: attempts are limited", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const page = await signUp(pool, browser);
    for (let i = 0; i < 5; i++) await browser.submit(page, { code: "x" });
    const answer = await browser.submit(page, { code: await codeInOutbox(pool) });
    expect(answer.text).toContain("Attempt limit exceeded, please try after some time.");
  });

  test("a new one takes the place of the first, after a day none is good", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const page = await signUp(pool, browser);
    const first = await codeInOutbox(pool);
    const again = await browser.submit(page, { action: "resend" });
    expect(again.text).toContain("A new code has been sent.");
    const second = await codeInOutbox(pool);
    expect(pool.mail).toHaveLength(2);
    if (first !== second) {
      expect((await browser.submit(again, { code: first })).text).toContain("Invalid verification code");
    }
    pool.wait(24 * 3_600_000);
    expect((await browser.submit(again, { code: second })).text).toContain("please request a code again");
  });

  test("is good once", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const page = await signUp(pool, browser);
    const code = await codeInOutbox(pool);
    await browser.submit(page, { code });
    expect((await browser.submit(page, { code })).text).toContain("This account needs no confirmation");
  });
});

test("forms that did not come from a page of ours create and confirm nobody", async () => {
  const pool = await startPool();
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool, {}, "/signup"));
  expect((await browser.submit(page, { ...ADA, _csrf: "" })).status).toBe(403);
  expect(pool.mail).toEqual([]);

  const confirmPage = await signUp(pool, browser);
  const code = await codeInOutbox(pool);
  const forged = await browser.submit(confirmPage, { code, _csrf: "" });
  expect(forged).toMatchObject({ status: 403, location: undefined });
  expect((await browser.submit(confirmPage, { action: "resend", _csrf: "" })).status).toBe(403);
  expect(pool.mail).toHaveLength(1);
  // The form that is shown instead works.
  expect(codeIn(await browser.submit(forged, { code }))).not.toBe("");
});

describe("mistakes are said beside the field", () => {
  const LONG = "Aa1".padEnd(257, "x");
  test.each<[string, Partial<typeof ADA>, string, string]>([
    ["a password too short", { password: "Aa1" }, "password", "Still missing: at least 12 characters"],
    [
      "a password without digits",
      { password: "Correct Horse Battery" },
      "password",
      "Still missing: a digit",
    ],
    [
      "a password in small letters",
      { password: "correct horse 7 battery" },
      "password",
      "Still missing: an upper-case letter",
    ],
    [
      "a password in capitals",
      { password: "CORRECT HORSE 7 BATTERY" },
      "password",
      "Still missing: a lower-case letter",
    ],
    [
      "a password with a space at its end",
      { password: `${PASSWORD} ` },
      "password",
      "no space at either end",
    ],
    ["a password of 257 characters", { password: LONG }, "password", "at most 256 characters"],
    ["a user name with a space", { username: "Ada L" }, "username", "no spaces"],
    ["a user name like an address", { username: "ada@example.org" }, "username", "like an e-mail address"],
    ["no e-mail address", { email: "" }, "email", "This is needed."],
    ["half an e-mail address", { email: "ada@" }, "email", "This is not an e-mail address."],
  ])("%s", async (_what, changes, field, message) => {
    const pool = await startPool();
    const page = await signUp(pool, openBrowser(), { ...ADA, ...changes });
    expect(page.status).toBe(400);
    expect(page.text).toMatch(new RegExp(`role="alert" id="${field}-error">[^<]*${message}`));
    expect(page.text).toMatch(new RegExp(`id="${field}"[^>]*aria-invalid="true"[^>]*autofocus`, "s"));
    expect(page.text).not.toContain(changes.password ?? PASSWORD);
  });

  test("a user name that is taken, in whatever case", async () => {
    const pool = await startPool();
    await pool.addUser("ADA");
    const page = await signUp(pool, openBrowser());
    expect(page.text).toContain('id="username-error">User already exists</p>');
  });
});

test("an address that somebody else has verified cannot become a second account's", async () => {
  const pool = await startPool();
  await pool.addUser("first", { email: "ADA@example.org", email_verified: "true" });
  const browser = openBrowser();
  const page = await signUp(pool, browser);
  const answer = await browser.submit(page, { code: await codeInOutbox(pool) });
  expect(answer.text).toContain("An account with the email already exists.");
});

test("a pool that does not want sign-ups offers none", async () => {
  const pool = await startPool({ pool: { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } } });
  expect((await openBrowser().follow(authorizeUrl(pool))).text).not.toContain("/signup");
  expect((await openBrowser().visit(authorizeUrl(pool, {}, "/signup"))).status).toBe(403);
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool));
  const bent = { ...page, text: page.text.replace('action="/login?', 'action="/signup?') };
  expect((await browser.submit(bent, ADA)).text).toContain("Accounts are created by an administrator here.");
});

test("a pool that sends no codes leaves the account to an administrator, and says so", async () => {
  const pool = await startPool({ pool: { AutoVerifiedAttributes: [] } });
  expect((await signUp(pool, openBrowser())).text).toContain("An administrator has to confirm it");
  expect(pool.mail).toEqual([]);
  expect((await signInOnPage(pool, "Ada")).text).toContain("User is not confirmed.");
});

test("the page asks for all attributes that the pool requires", async () => {
  const Schema = [
    { Name: "email", Required: true },
    { Name: "given_name", Required: true },
    { Name: "birthdate", Required: true },
  ];
  const pool = await startPool({ pool: { Schema } });
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool, {}, "/signup"));
  expect(page.text).toMatch(
    /<label for="given_name">Given name<\/label>\s*<input[^>]*autocomplete="given-name"/,
  );
  await browser.submit(page, { ...ADA, given_name: "Ada", birthdate: "1815-12-10" });
  const user = await pool.api.send(new AdminGetUserCommand({ UserPoolId: pool.poolId, Username: "ada" }));
  expect(user.UserAttributes?.slice(1)).toEqual([
    { Name: "email", Value: "ada@example.org" },
    { Name: "birthdate", Value: "1815-12-10" },
    { Name: "given_name", Value: "Ada" },
  ]);
});

test("the outbox puts code and name where the pool's text has them, whatever the name looks like", async () => {
  const pool = await startPool({
    pool: { VerificationMessageTemplate: { EmailMessage: "{username}, {####} it is. Again: {####}." } },
  });
  await signUp(pool, openBrowser(), { ...ADA, username: "{####}{username}" });
  const code = pool.mail[0]?.code ?? "";
  const { text } = await openBrowser().visit(`${pool.origin}/_local/outbox`);
  expect(text).toContain(`<p>{####}{username}, <code>${code}</code> it is. Again: <code>${code}</code>.</p>`);
});

test("the outbox shows what was sent, escaped, the newest first", async () => {
  const pool = await startPool();
  const outbox = `${pool.origin}/_local/outbox`;
  expect((await openBrowser().visit(outbox)).text).toContain("No mail yet.");
  await signUp(pool, openBrowser());
  pool.wait(1000);
  await signUp(pool, openBrowser(), { ...ADA, username: "<b>bob</b>", email: "<bob>@example.org" });
  const { text } = await openBrowser().visit(outbox);
  expect(text).not.toContain("<bob>");
  expect(text.indexOf("&lt;bob&gt;@example.org")).toBeLessThan(text.indexOf("ada@example.org"));
});
