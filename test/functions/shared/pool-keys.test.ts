// Reading the pool's keys: the time set aside is there, and what fails soon is tried again.

import { FetchError } from "aws-jwt-verify/error";
import { describe, expect, test } from "vitest";
import { LIMITS } from "../../../functions/shared/limits.ts";
import { poolKeys } from "../../../functions/shared/pool-keys.ts";

const URL = "https://pool.example/.well-known/jwks.json";
const KEYS = Buffer.from(JSON.stringify({ keys: [{ kty: "RSA", kid: "k", n: "AQAB", e: "AQAB" }] }));

/** Reads keys from a pool whose tries take so many milliseconds each and fail, but for the last. */
async function read(triesMs: readonly number[], { lastFails = false } = {}) {
  let nowMs = 1_000_000;
  const given: number[] = [];
  const keys = poolKeys({
    clock: () => nowMs,
    pause: (ms) => Promise.resolve((nowMs += ms)),
    fetch: (_, { responseTimeout }) => {
      given.push(responseTimeout);
      const tookMs = triesMs[given.length - 1] ?? 0;
      nowMs += Math.min(tookMs, responseTimeout);
      const isLast = given.length === triesMs.length;
      return isLast && !lastFails && tookMs <= responseTimeout
        ? Promise.resolve(KEYS.buffer.slice(KEYS.byteOffset, KEYS.byteOffset + KEYS.length))
        : Promise.reject(new FetchError(URL, "no answer"));
    },
  });
  const outcome = await keys.getJwks(URL).then(
    ({ keys }) => keys.length,
    (error: unknown) => error,
  );
  return { outcome, given, tookMs: nowMs - 1_000_000 };
}

describe("H9: the pool's keys", () => {
  test("that come late, but within the time set aside, are read with one try", async () => {
    const { outcome, given } = await read([LIMITS.keysMs - 1]);
    expect(outcome).toBe(1);
    expect(given).toEqual([LIMITS.keysMs]);
  });

  test.each([[[10, 10]], [[5, 5, 5]], [[2000, 10]]])(
    "whose tries take %j ms are read with the last of them, which has what time is left",
    async (triesMs) => {
      const { outcome, given } = await read(triesMs);
      expect(outcome).toBe(1);
      expect(given).toHaveLength(triesMs.length);
      expect(given.at(-1)).toBeLessThanOrEqual(LIMITS.keysMs - (triesMs[0] ?? 0));
    },
  );

  test.each([[[LIMITS.keysMs + 1]], [[10, 10, 10]], [[2500, 10]]])(
    "are given up after tries of %j ms, and never later than the time set aside",
    async (triesMs) => {
      const { outcome, given, tookMs } = await read(triesMs, { lastFails: true });
      expect(outcome).toBeInstanceOf(FetchError);
      expect(given.length).toBeLessThanOrEqual(3);
      expect(tookMs).toBeLessThanOrEqual(LIMITS.keysMs);
    },
  );
});
