// What the pages make of triggers' functions: their refusals are said in place, and what they decide is followed.

import { expect, test } from "vitest";
import type { LambdaPort } from "../../src/cognito/triggers/invoke-trigger.ts";
import { openBrowser } from "./browser.ts";
import { PASSWORD, startPool } from "./running-pool.ts";
import { authorizeUrl, codeFor, codeIn, exchange, signInOnPage } from "./sign-in.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:trigger";
const ADA = { username: "ada", email: "ada@example.org", password: PASSWORD };

/** A function that puts this into the event's response. */
function answering(response: Readonly<Record<string, unknown>>): LambdaPort {
  return {
    invoke: (_name, payload) =>
      Promise.resolve({ payload: JSON.stringify({ ...(JSON.parse(payload) as object), response }) }),
  };
}

/** A function that throws this. */
function throwing(errorMessage: string): LambdaPort {
  return {
    invoke: () => Promise.resolve({ payload: JSON.stringify({ errorMessage }), functionError: "Unhandled" }),
  };
}

test.each(["PreAuthentication", "PostAuthentication"])(
  "%s refuses a sign-in: its words stand on the page, escaped, and nobody is signed in",
  async (trigger) => {
    const pool = await startPool({
      pool: { LambdaConfig: { [trigger]: FUNCTION } },
      lambda: throwing("Not <b>today</b>"),
    });
    await pool.addUser("ada");
    const browser = openBrowser();
    const page = await signInOnPage(pool, "ada", { browser });
    expect([page.status, page.location]).toEqual([400, undefined]);
    expect(page.text).toContain(`${trigger} failed with error Not &lt;b&gt;today&lt;/b&gt;.`);
    expect(browser.cookies.has(`cognito_${pool.poolId}`)).toBe(false);
  },
);

test("PreSignUp confirms an account: no code is sent, and the browser is signed in", async () => {
  const pool = await startPool({
    pool: { LambdaConfig: { PreSignUp: FUNCTION } },
    lambda: answering({ autoConfirmUser: true, autoVerifyEmail: true }),
  });
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool, {}, "/signup"));
  expect((await exchange(pool, codeIn(await browser.submit(page, ADA)))).status).toBe(200);
  expect(pool.mail).toEqual([]);
  codeIn(await signInOnPage(pool, "ada@example.org"));
});

test("PreSignUp refuses an account: its words stand on the page, and there is no account", async () => {
  const pool = await startPool({
    pool: { LambdaConfig: { PreSignUp: FUNCTION } },
    lambda: throwing("By invitation only"),
  });
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool, {}, "/signup"));
  const answer = await browser.submit(page, ADA);
  expect(answer.text).toContain("PreSignUp failed with error By invitation only.");
  expect((await signInOnPage(pool, "ada")).text).toContain("Incorrect username or password.");
});

test("PreTokenGeneration fails: the exchange answers invalid_grant, and none of its words", async () => {
  const pool = await startPool({
    pool: { LambdaConfig: { PreTokenGeneration: FUNCTION } },
    lambda: throwing("internal detail"),
  });
  await pool.addUser("ada");
  const { status, body } = await exchange(pool, await codeFor(pool, "ada"));
  expect([status, body]).toEqual([400, { error: "invalid_grant" }]);
});
