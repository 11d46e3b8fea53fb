import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { Template } from "../../src/assembly/assembly.ts";
import { openDeployment } from "../../src/assembly/deployment.ts";
import { resolveTemplate } from "../../src/assembly/resolve.ts";
import { defineResource, withoutEffect } from "../../src/assembly/resource.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
let runs = 0;

const queue = defineResource({
  type: "Test::Queue",
  properties: v.strictObject({
    Name: v.optional(v.string()),
    Limit: v.optional(v.number()),
    Nested: v.optional(v.strictObject({ Known: v.string() })),
    Tags: withoutEffect("tags have no behaviour"),
  }),
  identify: (naming) => {
    const given = naming.property("Name");
    const name =
      typeof given === "string" ? given : naming.keep("name", () => `queue-${String((runs += 1))}`);
    return { ref: name, attributes: { Arn: `arn:${naming.region}:${name}` } };
  },
});

function resolved(resources: Record<string, unknown>, directory = `${folder}/${String((runs += 1))}`) {
  const template: Template = { Resources: {}, Outputs: {}, Parameters: {}, Conditions: {}, Mappings: {} };
  for (const [id, resource] of Object.entries(resources)) {
    template.Resources[id] = {
      Properties: {},
      Metadata: {},
      ...(resource as object),
    } as Template["Resources"][string];
  }
  template.Outputs["Arns"] = {
    Value: { "Fn::Join": [" ", Object.keys(resources).map((id) => ({ "Fn::GetAtt": [id, "Arn"] }))] },
  };
  return resolveTemplate({
    template,
    stackName: "Stack",
    region: "us-east-1",
    account: "000000000000",
    deployment: openDeployment(directory),
    definitions: [queue],
    localize: (value) => value,
  });
}

describe("resolving a template", () => {
  test("a name may come from another resource, wherever that stands", () => {
    const template = resolved({
      First: { Type: "Test::Queue", Properties: { Name: { Ref: "Second" } } },
      Second: { Type: "Test::Queue", Properties: { Name: "given" } },
    });
    expect(template.of(queue).map(({ ref }) => ref)).toEqual(["given", "given"]);
    expect(template.outputs).toEqual({ Arns: "arn:us-east-1:given arn:us-east-1:given" });
  });

  test("a name that was made is the same after a restart", () => {
    const directory = `${folder}/kept`;
    const [before] = resolved({ Queue: { Type: "Test::Queue" } }, directory).of(queue);
    const [after] = resolved({ Queue: { Type: "Test::Queue" } }, directory).of(queue);
    expect(after?.ref).toBe(before?.ref);
  });

  test.each([
    ["a name of its own", { Name: "own" }],
    ["a name that was made", {}],
  ])(
    "the properties of the last deployment of a resource with %s are known once it was committed",
    (_, name) => {
      const directory = `${folder}/deployed-${String((runs += 1))}`;
      const queueWith = (Limit: number) => ({
        Queue: { Type: "Test::Queue", Properties: { ...name, Limit } },
      });
      const first = resolved(queueWith(1), directory);
      expect(first.of(queue)[0]?.deployedProperties).toBeUndefined();
      const uncommitted = resolved(queueWith(2), directory);
      expect(uncommitted.of(queue)[0]?.deployedProperties).toBeUndefined();
      uncommitted.commit();
      const second = resolved(queueWith(3), directory);
      expect(second.of(queue)[0]?.deployedProperties).toEqual({ ...name, Limit: 2 });
    },
  );

  test.each([
    ["a type", { Type: "AWS::EC2::Instance" }, "AWS::EC2::Instance Thing: this resource type is not served"],
    [
      "a property",
      { Type: "Test::Queue", Properties: { Fifo: true } },
      "Test::Queue Thing: Fifo is true; this property is not served",
    ],
    [
      "a nested property",
      { Type: "Test::Queue", Properties: { Nested: { Known: "a", Odd: 1 } } },
      "Test::Queue Thing: Nested.Odd is 1; this property is not served",
    ],
    [
      "a value",
      { Type: "Test::Queue", Properties: { Limit: "many" } },
      'Test::Queue Thing: Limit is "many"; served: number',
    ],
  ])("%s that is not served is refused by name", (_, resource, message) => {
    expect(() => resolved({ Thing: resource })).toThrow(message);
  });

  test("an error calls a resource by its path in the CDK app", () => {
    const resource = { Type: "AWS::EC2::Instance", Metadata: { "aws:cdk:path": "Stack/Host/Resource" } };
    expect(() => resolved({ Host12AB: resource })).toThrow(
      "AWS::EC2::Instance Stack/Host/Resource (Host12AB): ",
    );
  });

  test("an attribute that is not served is refused by name", () => {
    expect(() =>
      resolved({
        One: { Type: "Test::Queue" },
        Two: { Type: "Test::Queue", Properties: { Name: { "Fn::GetAtt": ["One", "Colour"] } } },
      }),
    ).toThrow("Test::Queue One: attribute Colour is not served");
  });

  test("a circle of names is refused", () => {
    expect(() =>
      resolved({
        One: { Type: "Test::Queue", Properties: { Name: { Ref: "Two" } } },
        Two: { Type: "Test::Queue", Properties: { Name: { Ref: "One" } } },
      }),
    ).toThrow("Test::Queue One: refers to itself through One, Two");
  });
});
