// The whole fuzz run of the sign-in surface.

import { test } from "vitest";
import { fuzzSurface } from "./parts/fuzz.ts";

test("twenty thousand requests of all kinds get answers that are foreseen", async () => {
  await fuzzSurface(20_000);
});
