// A share of the fuzz run; npm run test:long has the whole of it.

import { test } from "vitest";
import { fuzzSurface } from "./parts/fuzz.ts";

test("whatever comes in, the answer is one of those foreseen, and no redirect leaves the origin or the pool", async () => {
  await fuzzSurface(1000);
});
