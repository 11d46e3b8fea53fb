// A share of the fuzz of scalars; npm run test:long has the whole of it.

import { afterAll, beforeAll, expect, it } from "vitest";
import { openApi, type TestApi } from "./support/api.ts";
import { fuzzScalars, SCALARS_API } from "./support/fuzz-scalars.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openApi(SCALARS_API);
});
afterAll(() => api.close());

it("whatever a scalar takes is given back, and util.time reads every AWSDateTime; the rest is refused as a variable", async () => {
  const taken = await fuzzScalars(api, 600, Date.now());
  expect(taken).toBeGreaterThan(100);
});
