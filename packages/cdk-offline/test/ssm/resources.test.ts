// What the template may say about parameters.

import * as v from "valibot";
import { expect, test } from "vitest";
import { parameterResource } from "../../src/ssm/resources.ts";
import { naming } from "../deployed.ts";

test("a parameter is known by its name, its type and its value", () => {
  const identity = parameterResource.identify(naming({ Name: "/a", Type: "String", Value: "x" }));
  expect(identity).toEqual({ ref: "/a", attributes: { Type: "String", Value: "x" } });
});

test("a parameter without a name gets one in CloudFormation's form, the same each time", () => {
  const unnamed = naming({ Type: "String", Value: "x" });
  const { ref } = parameterResource.identify(unnamed);
  expect(ref).toMatch(/^CFN-NotesApp-local-Thing-[A-Za-z0-9]{12}$/);
  expect(parameterResource.identify(unnamed).ref).toBe(ref);
});

test.each([
  [{ Type: "SecureString", Value: "x" }],
  [{ Type: "String", Value: "x", Policies: "[]" }],
  [{ Type: "String", Value: "x", DataType: "aws:ec2:image" }],
  [{ Type: "String" }],
])("%o is refused", (properties) => {
  expect(v.safeParse(parameterResource.properties, properties).success).toBe(false);
});
