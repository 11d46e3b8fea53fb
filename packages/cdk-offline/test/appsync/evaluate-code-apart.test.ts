// Whatever EvaluateCode is given, requests to the API do not wait for it.

import { describe, expect, test } from "vitest";
import { ResolverCodeError } from "../../src/appsync/evaluator/compile.ts";
import { openOwnEvaluator } from "../../src/appsync/evaluate-code/own-evaluator.ts";
import { CLAIMS, NOW_MS, openService, tokenOf } from "./support/api.ts";
import { openControlPlane } from "./support/evaluate-code.ts";

describe("L2: code given to EvaluateCode that", () => {
  test.each([
    ["hangs", `for (;;);`],
    [
      "backtracks, six of which once held a query for 26 seconds,",
      `return util.matches("(a+)+$", "a".repeat(60) + "b");`,
    ],
  ])("%s keeps no request waiting", async (_, body) => {
    const service = await openService({
      schema: "type Query { greeting: String }",
      resolvers: {
        "Query.greeting": `export function request() { return { payload: "hello" }; }
          export function response(ctx) { return ctx.result; }`,
      },
    });
    const aws = await openControlPlane(service);
    let ended = 0;
    const hostile = [1, 2].map(async () => {
      // The gate would not let a loop without end in; it is open to all here, so that the code runs.
      const { error } = await aws.evaluate(body);
      ended += 1;
      return error?.message ?? "";
    });
    // Once the first has ended, its process has been at work: the other is waiting.
    await Promise.race(hostile);
    const endedBefore = ended;
    const answer = await fetch(`${aws.url}/graphql`, {
      method: "POST",
      headers: { authorization: tokenOf(CLAIMS), "content-type": "application/json" },
      body: JSON.stringify({ query: "{ greeting }" }),
    });
    expect(await answer.json()).toEqual({ data: { greeting: "hello" } });
    expect([endedBefore, ended].every((count) => count < hostile.length)).toBe(true);
    for (const message of await Promise.all(hostile)) expect(message).toContain("more than 3000 ms");
    await aws.close();
  });

  test("fills its memory ends with its process, and requests are answered as before", async () => {
    const aws = await openControlPlane(await openService({ schema: "type Query { a: Int }" }));
    const { error } = await aws.evaluate(`const all = []; for (;;) all.push(Array(1e6).fill(0.5));`);
    expect(error?.message).toMatch(/more than (256 MB|3000 ms)/);
    expect(await aws.evaluate("return 1;")).toEqual({ evaluationResult: "1" });
    await aws.close();
  });

  test("throws beside its call answers as a fault, and the next one is evaluated", async () => {
    const aws = await openControlPlane();
    const { error } = await aws.evaluate(`throw { get message() { throw 1; } };`);
    expect(error).toBeDefined();
    expect(await aws.evaluate("return 1;")).toEqual({ evaluationResult: "1" });
    await aws.close();
  });
});

describe("the process of EvaluateCode", () => {
  const code = `export function request() { return 1; } export function response() { return 2; }`;

  test("ends when nothing has come for a while, and is started again for what comes then", async () => {
    const processes = () => process.getActiveResourcesInfo().filter((name) => name === "ProcessWrap").length;
    await expect.poll(processes).toBe(0);
    const own = openOwnEvaluator({ clock: () => NOW_MS, timeLimitMs: 10_000, idleMs: 1 });
    for (let time = 1; time <= 3; time += 1) {
      const { result } = await own.with(code, (loaded) => {
        expect(processes()).toBe(1);
        return loaded.call("request", "{}");
      });
      expect(result).toBe("1");
      await expect.poll(processes).toBe(0);
    }
    await own.close();
  });

  test("answers calls that come at once, and refuses code that does not load each time anew", async () => {
    const own = openOwnEvaluator({ clock: () => NOW_MS, timeLimitMs: 10_000 });
    const calls = Array.from({ length: 20 }, () => own.with(code, (loaded) => loaded.call("response", "{}")));
    expect((await Promise.all(calls)).map(({ result }) => result)).toEqual(Array(20).fill("2"));
    for (let time = 1; time <= 2; time += 1) {
      await expect(own.with("no code", () => Promise.resolve())).rejects.toBeInstanceOf(ResolverCodeError);
    }
    await own.close();
  });
});
