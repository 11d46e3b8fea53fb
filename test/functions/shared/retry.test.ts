// Trying again.

import { describe, expect, test } from "vitest";
import { retry } from "../../../functions/shared/retry.ts";

const failing = (times: number) => {
  let calls = 0;
  return {
    calls: () => calls,
    operation: () => {
      calls += 1;
      return calls > times ? Promise.resolve(calls) : Promise.reject(new Error(`try ${calls}`));
    },
  };
};
const quick = { attempts: 4, firstPauseMs: 1, longestPauseMs: 2, isPassing: () => true };

describe("retry", () => {
  test("answers with the first try that succeeds", async () => {
    expect(await retry(failing(3).operation, quick)).toBe(4);
  });

  test("gives up after the last try with that one's error", async () => {
    const { operation, calls } = failing(10);
    await expect(retry(operation, quick)).rejects.toThrow("try 4");
    expect(calls()).toBe(4);
  });

  test("does not try again after an error that will not pass", async () => {
    const { operation, calls } = failing(10);
    await expect(retry(operation, { ...quick, isPassing: () => false })).rejects.toThrow("try 1");
    expect(calls()).toBe(1);
  });

  test("ends a pause when the time is up, with the operation's error", async () => {
    const { operation, calls } = failing(10);
    const slow = { ...quick, attempts: 1000, firstPauseMs: 600_000, longestPauseMs: 600_000 };
    await expect(retry(operation, { ...slow, signal: AbortSignal.timeout(20) })).rejects.toThrow("try 1");
    expect(calls()).toBe(1);
  });
});
