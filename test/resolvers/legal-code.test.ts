// The resolver code that is deployed is APPSYNC_JS that AWS accepts: AppSync's own lint rules, and what they leave out.

import { afterAll, beforeAll, expect, test } from "vitest";
import { openResolverCodeChecks, type ResolverCodeChecks } from "cdk-offline/testing";
import { localAssembly } from "../local-assembly.ts";

const codes = Object.entries(localAssembly().template.Resources).flatMap(([id, { Properties }]) =>
  typeof Properties["Code"] === "string" ? [[id, Properties["Code"]] as const] : [],
);

let checks: ResolverCodeChecks;
beforeAll(async () => {
  checks = await openResolverCodeChecks();
  await checks.evaluate(codes[0]?.[1] ?? ""); // loads the checker and the evaluator, which takes a while
});
afterAll(() => checks.close());

test("there is code for every field and step", () => {
  expect(codes.length).toBe(12);
});

test.each(codes)("the code of %s is legal", (_, code) => {
  expect(checks.lint(code)).toEqual([]);
});

test.each(codes)("EvaluateCode takes the code of %s", async (_, code) => {
  expect(await checks.evaluate(code)).not.toHaveProperty("error.codeErrors");
});
