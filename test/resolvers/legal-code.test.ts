// The resolver code that is deployed is APPSYNC_JS that AWS accepts: AppSync's own lint rules, and what they leave out.

import { afterAll, beforeAll, expect, test } from "vitest";
import { checkResolverCode } from "../../packages/cdk-offline/src/appsync/gate/check-resolver-code.ts";
import {
  openControlPlane,
  type TestControlPlane,
} from "../../packages/cdk-offline/test/appsync/support/evaluate-code.ts";
import { localAssembly } from "../local-assembly.ts";

const { template } = localAssembly();
const codes = Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
  typeof Properties["Code"] === "string" ? [[id, Properties["Code"]] as const] : [],
);

let aws: TestControlPlane;
beforeAll(async () => {
  aws = await openControlPlane();
});
afterAll(() => aws.close());

test("there is code for every field and step", () => {
  expect(codes.length).toBe(10);
});

test.each(codes)("the code of %s is legal", (_, code) => {
  expect(checkResolverCode(code)).toEqual([]);
});

test.each(codes)("EvaluateCode takes the code of %s", async (_, code) => {
  const { error } = await aws.evaluate(code);
  expect(error?.codeErrors).toBeUndefined();
});
