// A value kept for a while.

import { describe, expect, test } from "vitest";
import { cachedValue } from "../../../functions/shared/cached-value.ts";

function cache() {
  const state = { now: 1_000_000, loads: 0, fail: false, stale: 0, hold: Promise.resolve() };
  const get = cachedValue({
    load: async () => {
      state.loads += 1;
      await state.hold;
      if (state.fail) throw new Error("down");
      return state.loads;
    },
    lifetimeMs: 1000,
    pauseAfterFailureMs: 100,
    clock: () => state.now,
    onStale: () => {
      state.stale += 1;
    },
  });
  return { state, get };
}

describe("a cached value", () => {
  test("is loaded once for its lifetime, then again", async () => {
    const { state, get } = cache();
    expect([await get(), await get()]).toEqual([1, 1]);
    state.now += 999;
    expect(await get()).toBe(1);
    state.now += 1;
    expect(await get()).toBe(2);
  });

  test("is loaded once for all who ask at the same time", async () => {
    const { state, get } = cache();
    await Promise.all(Array.from({ length: 1000 }, get));
    expect(state.loads).toBe(1);
  });

  test("G3: a failure is not remembered while there is no value", async () => {
    const { state, get } = cache();
    state.fail = true;
    await expect(Promise.all([get(), get()])).rejects.toThrow("down");
    await expect(get()).rejects.toThrow("down");
    expect(state.loads).toBe(2);
    state.fail = false;
    expect(await get()).toBe(3);
  });

  test("G3: the last good value outlives a failure, which is tried again after a pause", async () => {
    const { state, get } = cache();
    await get();
    state.now += 1000;
    state.fail = true;
    expect([await get(), await get(), state.loads, state.stale]).toEqual([1, 1, 2, 1]);
    state.now += 100;
    expect([await get(), state.loads, state.stale]).toEqual([1, 3, 2]);
    state.fail = false;
    state.now += 100;
    expect(await get()).toBe(4);
  });

  test("H8: a clock that is set back does not keep it longer", async () => {
    const { state, get } = cache();
    await get();
    state.now -= 600_000;
    expect(await get()).toBe(2);
  });
});
