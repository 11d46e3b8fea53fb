// The resolver code that is deployed is APPSYNC_JS that AWS accepts: AppSync's own lint rules, and what they leave out.

import { expect, test } from "vitest";
import { checkResolverCode } from "../../local/appsync/gate/check-resolver-code.ts";
import { localAssembly } from "./local-assembly.ts";

const { template } = localAssembly();
const codes = Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
  typeof Properties["Code"] === "string" ? [[id, Properties["Code"]] as const] : [],
);

test("there is code for every field and step", () => {
  expect(codes.length).toBe(10);
});

test.each(codes)("the code of %s is legal", (_, code) => {
  expect(checkResolverCode(code)).toEqual([]);
});
