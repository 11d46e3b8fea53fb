import { existsSync } from "node:fs";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import type { Template } from "../../src/assembly/assembly.ts";
import { openDeployment } from "../../src/assembly/deployment.ts";
import { resolveTemplate } from "../../src/assembly/resolve.ts";
import { defineResource, withoutEffect } from "../../src/assembly/resource.ts";
import { NotServed, TemplateError } from "../../src/errors.ts";
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

function resolved(
  resources: Record<string, unknown>,
  { directory = `${folder}/${String((runs += 1))}`, ...sections }: Sections = {},
) {
  const template: Template = {
    Resources: {},
    Parameters: {},
    Conditions: {},
    Mappings: {},
    Outputs: {},
    ...sections,
  };
  for (const [id, resource] of Object.entries(resources)) {
    template.Resources[id] = {
      Properties: {},
      Metadata: {},
      ...(resource as object),
    } as Template["Resources"][string];
  }
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

type Sections = Partial<Omit<Template, "Resources">> & { readonly directory?: string };

/** The lines in which a template is refused. */
async function refusals(resources: Record<string, unknown>, sections: Sections = {}): Promise<string[]> {
  const error: unknown = await resolved(resources, sections)
    .passed(() => Promise.resolve())
    .catch((refused: unknown) => refused);
  expect(error).toBeInstanceOf(TemplateError);
  return (error as TemplateError).message.split("\n  ").slice(1);
}

describe("resolving a template", () => {
  test("a name may come from another resource, wherever that stands", () => {
    const arn = (id: string) => ({ Value: { "Fn::GetAtt": [id, "Arn"] } });
    const template = resolved(
      {
        First: { Type: "Test::Queue", Properties: { Name: { Ref: "Second" } } },
        Second: { Type: "Test::Queue", Properties: { Name: "given" } },
      },
      { Outputs: { First: arn("First"), Second: arn("Second") } },
    );
    expect(template.of(queue).map(({ ref }) => ref)).toEqual(["given", "given"]);
    expect(template.outputs).toEqual({ First: "arn:us-east-1:given", Second: "arn:us-east-1:given" });
  });

  test("a name that was made is the same after a restart", () => {
    const directory = `${folder}/kept`;
    const first = resolved({ Queue: { Type: "Test::Queue" } }, { directory });
    expect(existsSync(directory)).toBe(false);
    first.save();
    const [before] = first.of(queue);
    const [after] = resolved({ Queue: { Type: "Test::Queue" } }, { directory }).of(queue);
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
      const first = resolved(queueWith(1), { directory });
      expect(first.of(queue)[0]?.deployedProperties).toBeUndefined();
      const uncommitted = resolved(queueWith(2), { directory });
      expect(uncommitted.of(queue)[0]?.deployedProperties).toBeUndefined();
      uncommitted.commit();
      const second = resolved(queueWith(3), { directory });
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
  ])("%s that is not served is refused by name", async (_, resource, message) => {
    expect(await refusals({ Thing: resource })).toEqual([expect.stringContaining(message)]);
  });

  test("a refusal calls a resource by its path in the CDK app and its logical id", async () => {
    const resource = { Type: "AWS::EC2::Instance", Metadata: { "aws:cdk:path": "Stack/Host/Resource" } };
    expect(await refusals({ Host12AB: resource })).toEqual([
      "AWS::EC2::Instance Stack/Host/Resource (Host12AB): this resource type is not served by the local runtime",
    ]);
  });

  test("an attribute that is not served is refused by name, with those that are", async () => {
    const resources = {
      One: { Type: "Test::Queue" },
      Two: { Type: "Test::Queue", Properties: { Name: { "Fn::GetAtt": ["One", "Colour"] } } },
    };
    expect(await refusals(resources)).toEqual([
      "Test::Queue One: attribute Colour is not served by the local runtime; served: Arn",
    ]);
  });

  test("a circle of names is refused once", async () => {
    const named = (other: string) => ({ Type: "Test::Queue", Properties: { Name: { Ref: other } } });
    expect(await refusals({ One: named("Two"), Two: named("One") })).toEqual([
      "Test::Queue One: refers to itself through One, Two",
    ]);
  });

  test("everything that is refused is told at once, a line each, and what follows from it is not", async () => {
    const resources = {
      Host: { Type: "AWS::EC2::Instance" },
      One: {
        Type: "Test::Queue",
        Properties: { Limit: "many", Fifo: true, Colour: "red", Nested: { Known: 1, Odd: 1, Other: 2 } },
      },
      Two: {
        Type: "Test::Queue",
        Properties: {
          Name: { Ref: "Host" },
          Limit: { "Fn::GetAZs": "" },
          Nested: { Known: { Ref: "Nobody" } },
        },
      },
      Three: { Type: "Test::Queue", Properties: { Nested: {} } },
    };
    expect(await refusals(resources, { Outputs: { Name: { Value: { "Fn::Sub": "${Nowhere}" } } } })).toEqual([
      "AWS::EC2::Instance Host: this resource type is not served by the local runtime",
      'Test::Queue One: Limit is "many"; served: number',
      "Test::Queue One: Nested.Known is 1; served: string",
      "Test::Queue One: Nested.Odd is 1; this property is not served",
      "Test::Queue One: Fifo is true; this property is not served",
      "Test::Queue One: Nested.Other is 2; this property is not served",
      'Test::Queue One: Colour is "red"; this property is not served',
      "Test::Queue Two: Limit: intrinsic function Fn::GetAZs is not served by the local runtime",
      "Test::Queue Two: Nested.Known: Ref to Nobody: the template has no such resource and no such parameter",
      "Test::Queue Three: Nested.Known: is missing",
      "Outputs.Name.Value: Ref to Nowhere: the template has no such resource and no such parameter",
    ]);
  });

  test("a reference to what a later check finds missing is not told where such a resource is refused", async () => {
    const missing = (refersTo: string) =>
      new NotServed({ code: "unknown-reference", logicalId: "One", reason: `no ${refersTo}`, refersTo });
    const template = resolved({ One: { Type: "Test::Queue" }, Host: { Type: "AWS::EC2::Instance" } });
    template.refusals.add(missing("AWS::EC2::Instance"), missing("Test::Topic"));
    await expect(template.passed(() => Promise.reject(missing("Test::Queue")))).rejects.toMatchObject({
      refusals: [
        { logicalId: "Host", code: "type-not-served" },
        { logicalId: "One", what: "no Test::Topic" },
      ],
    });
  });
});

describe("conditions of a template", () => {
  const Conditions = { Yes: { "Fn::Equals": [1, 1] }, No: { "Fn::Not": [{ Condition: "Yes" }] } };
  const name = (id: string) => ({ Value: { Ref: id } });

  test("leave out a resource, which is neither named nor looked at", () => {
    const template = resolved(
      {
        Made: { Type: "Test::Queue", Condition: "Yes" },
        LeftOut: { Type: "Test::Queue", Condition: "No", Properties: { Fifo: true } },
        Foreign: { Type: "AWS::EC2::Instance", Condition: "No" },
      },
      { Conditions },
    );
    expect(template.of(queue).map(({ logicalId }) => logicalId)).toEqual(["Made"]);
    expect(template.refusals.all()).toEqual([]);
  });

  test("leave out an output", () => {
    const { outputs, refusals } = resolved(
      { Made: { Type: "Test::Queue", Properties: { Name: "made" } } },
      {
        Conditions,
        Outputs: {
          There: { ...name("Made"), Condition: "Yes" },
          NotThere: { ...name("Nobody"), Condition: "No" },
          Chosen: { Value: { "Fn::If": ["No", { Ref: "Nobody" }, "chosen"] } },
        },
      },
    );
    expect(outputs).toEqual({ There: "made", Chosen: "chosen" });
    expect(refusals.all()).toEqual([]);
  });

  test("that there are not are refused by name, of resources, outputs and Fn::If", async () => {
    const resources = {
      One: { Type: "Test::Queue", Condition: "Maybe", Properties: { Fifo: true } },
      Two: { Type: "Test::Queue", Properties: { Limit: { "Fn::If": ["Perhaps", 1, 2] } } },
    };
    const Outputs = { Name: { ...name("One"), Condition: "Possibly" } };
    expect(await refusals(resources, { Conditions, Outputs })).toEqual([
      "Test::Queue One: Condition: the template has no condition Maybe",
      "Test::Queue One: Fifo is true; this property is not served",
      "Test::Queue Two: Limit: the template has no condition Perhaps",
      "Outputs.Name.Condition: the template has no condition Possibly",
    ]);
  });

  test("may leave out what another resource depends on, but not what one refers to", async () => {
    const resources = {
      LeftOut: { Type: "Test::Queue", Condition: "No" },
      Waiting: { Type: "Test::Queue", DependsOn: ["LeftOut"] },
      WaitingForNobody: { Type: "Test::Queue", DependsOn: "Nobody" },
      Naming: { Type: "Test::Queue", Properties: { Name: { Ref: "LeftOut" } } },
      Choosing: {
        Type: "Test::Queue",
        Properties: { Name: { "Fn::If": ["No", { Ref: "LeftOut" }, "own"] } },
      },
    };
    const Outputs = { Arn: { Value: { "Fn::GetAtt": ["LeftOut", "Arn"] } } };
    expect(await refusals(resources, { Conditions, Outputs })).toEqual([
      "Test::Queue WaitingForNobody: DependsOn: the template has no resource Nobody",
      "Test::Queue Naming: Name: refers to LeftOut, which its condition No leaves out",
      "Outputs.Arn.Value: refers to LeftOut, which its condition No leaves out",
    ]);
  });
});

describe("other sections of a template", () => {
  test("that would change what is deployed are refused by name", async () => {
    const sections = {
      Parameters: { Size: { Default: 1 }, Colour: { Type: "String" } },
      Rules: { CheckBootstrapVersion: {}, OnlyHere: { Assertions: [] } },
      Transform: "AWS::Serverless-2016-10-31",
      Hooks: { Swap: { Type: "AWS::CodeDeploy::BlueGreen" } },
    };
    const resources = { One: { Type: "Test::Queue", Properties: { Name: { Ref: "Colour" } } } };
    expect(await refusals(resources, sections)).toEqual([
      "Parameters.Colour: it has no Default, and the local runtime gives parameters no other value",
      "Rules.OnlyHere: this section of a template is not served by the local runtime",
      "Transform: this section of a template is not served by the local runtime",
      "Hooks.Swap: this section of a template is not served by the local runtime",
    ]);
  });

  test("are no trouble where the CDK writes them into every template", () => {
    const { refusals } = resolved(
      { One: { Type: "Test::Queue" } },
      {
        Parameters: { BootstrapVersion: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/v" } },
        Rules: { CheckBootstrapVersion: { Assertions: [] } },
      },
    );
    expect(refusals.all()).toEqual([]);
  });
});
