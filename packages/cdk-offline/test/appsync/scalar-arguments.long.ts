// The whole fuzz of scalars.

import { afterAll, beforeAll, expect, it } from "vitest";
import { openApi, type TestApi } from "./support/api.ts";
import { fuzzScalars, SCALARS_API } from "./support/fuzz-scalars.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openApi(SCALARS_API);
});
afterAll(() => api.close());

it("twenty thousand arguments of all scalars are refused, or taken and given back", async ({ annotate }) => {
  const seed = Date.now();
  await annotate(`seed ${String(seed)}`);
  expect(await fuzzScalars(api, 20_000, seed)).toBeGreaterThan(4000);
});
