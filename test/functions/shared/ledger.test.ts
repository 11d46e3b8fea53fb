// Calling the ledger: which failures pass, which do not, and what is never believed.

import { describe, expect, test } from "vitest";
import { createLedger } from "../../../functions/shared/ledger.ts";
import { post } from "../../../functions/shared/post.ts";
import { json } from "cdk-offline/testing";
import { graphqlError, startGraphqlEndpoint } from "../parts/graphql-endpoint.ts";
import { startUserPool } from "../parts/user-pool.ts";

async function start(timeoutMs = 5000) {
  const endpoint = await startGraphqlEndpoint();
  const pool = await startUserPool(Date.now);
  const token = pool.accessToken({ origin_jti: "o" });
  const retries = { attempts: 3, firstPauseMs: 1, longestPauseMs: 2 };
  return { endpoint, token, ledger: createLedger({ graphqlUrl: endpoint.url, post, timeoutMs, retries }) };
}

const device = { address: null, userAgent: "curl" };

describe("recordLogin", () => {
  test("answers the record; called again, the same one", async () => {
    const { endpoint, token, ledger } = await start();
    const first = await ledger.recordLogin(token, device);
    expect(first).toMatchObject({ id: "o", userAgent: "curl", alreadyRecorded: false });
    expect(await ledger.recordLogin(token, { userAgent: "x" })).toEqual({ ...first, alreadyRecorded: true });
    expect(endpoint.calls[0]?.token).toBe(token);
  });

  test.each([
    ["RecordPending", () => graphqlError("RecordPending")],
    ["Throttled", () => graphqlError("Throttled")],
    ["Unavailable", () => graphqlError("Unavailable")],
    ["500", () => json(500, { errors: [{ errorType: "InternalFailure", message: "" }] })],
    ["429", () => json(429, {})],
    ["503 with a page", () => ({ status: 503, body: "<html>" })],
    ["200 with half an answer", () => ({ status: 200, body: '{"data":{"rec' })],
  ])("H5: is tried again after %s", async (_, fault) => {
    const { endpoint, token, ledger } = await start();
    endpoint.faults.push(fault, fault);
    await expect(ledger.recordLogin(token, device)).resolves.toMatchObject({ id: "o" });
    expect(endpoint.calls).toHaveLength(3);
  });

  test("H5: is tried again when an answer was lost, and the item stays the same", async () => {
    const { endpoint, token, ledger } = await start(300);
    endpoint.faults.push((honest) => {
      honest();
      return new Promise(() => undefined);
    });
    await expect(ledger.recordLogin(token, device)).resolves.toMatchObject({ alreadyRecorded: true });
    expect(endpoint.items.size).toBe(1);
  });

  test("is given up after three tries", async () => {
    const { endpoint, token, ledger } = await start();
    endpoint.faults.push(...Array.from({ length: 5 }, () => () => graphqlError("RecordPending")));
    await expect(ledger.recordLogin(token, device)).rejects.toMatchObject({
      code: "unavailable",
      message: "the ledger answered RecordPending",
    });
    expect(endpoint.calls).toHaveLength(3);
  });

  test.each([
    ["the token is refused at the door", "token_refused", () => graphqlError("UnauthorizedException", 401)],
    ["the door answers 401 without a reason", "token_refused", () => ({ status: 401, body: "" })],
    ["the resolver refuses the token", "token_refused", () => graphqlError("BadToken")],
    ["the resolver refuses the user", "token_refused", () => graphqlError("Unauthorized")],
    ["the error has no type", "unavailable", () => graphqlError(null)],
    ["the error has a type that is no name", "unavailable", () => graphqlError("<script>")],
    ["the error is one of validation", "unavailable", () => graphqlError("ValidationError")],
    ["the record is null", "unavailable", () => json(200, { data: { recordLogin: null } })],
    ["the record lacks its id", "unavailable", () => json(200, { data: { recordLogin: { file: "f" } } })],
    ["errors is empty and there is no data", "unavailable", () => json(200, { errors: [] })],
    ["the status is 404", "unavailable", () => json(404, {})],
  ])("is not tried again when %s", async (_, code, fault) => {
    const { endpoint, token, ledger } = await start();
    endpoint.faults.push(fault);
    const error: unknown = await ledger.recordLogin(token, device).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("<");
    expect(endpoint.calls).toHaveLength(1);
  });

  test("says so when nobody is there", async () => {
    const retries = { attempts: 2, firstPauseMs: 1, longestPauseMs: 1 };
    const ledger = createLedger({ graphqlUrl: "http://127.0.0.1:1/graphql", post, timeoutMs: 200, retries });
    await expect(ledger.recordLogin("t", device)).rejects.toMatchObject({
      code: "unavailable",
      cause: { code: "ECONNREFUSED" },
    });
  });
});

describe("greet", () => {
  test("answers the greeting in the language asked for", async () => {
    const { endpoint, token, ledger } = await start();
    expect(await ledger.greet(token, "de")).toEqual({ message: "Hello ana!", locale: "de", lastLogin: null });
    expect(endpoint.calls[0]?.variables).toEqual({ locale: "de" });
  });

  test("tells of a locale that is none", async () => {
    const { endpoint, token, ledger } = await start();
    endpoint.faults.push(() => graphqlError("InvalidLocale"));
    await expect(ledger.greet(token, "x")).rejects.toMatchObject({ code: "locale_refused" });
  });
});
