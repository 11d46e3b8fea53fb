import { describe, expect, test } from "vitest";
import type { Template } from "../../src/assembly/assembly.ts";
import { createIntrinsics, REFUSED } from "../../src/assembly/intrinsics.ts";

const template: Template = {
  Resources: { Table: { Type: "AWS::DynamoDB::GlobalTable", Properties: {}, Metadata: {} } },
  Outputs: {},
  Parameters: {
    Size: { Default: 3 },
    Names: { Type: "CommaDelimitedList", Default: "a, b" },
    Version: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/version" },
  },
  Conditions: {
    IsBig: { "Fn::Equals": [{ Ref: "Size" }, 3] },
    IsSmall: { "Fn::Not": [{ Condition: "IsBig" }] },
    Both: { "Fn::And": [{ Condition: "IsBig" }, { Condition: "IsSmall" }] },
    Chicken: { Condition: "Egg" },
    Egg: { Condition: "Chicken" },
    Either: { "Fn::Or": [{ Condition: "IsBig" }, { Condition: "IsSmall" }] },
  },
  Mappings: { Arch: { here: { name: "arm64" } } },
};

const refused: string[] = [];

const intrinsics = createIntrinsics({
  template,
  pseudoParameters: { "AWS::Region": "eu-central-1" },
  ref: (logicalId) => `ref-of-${logicalId}`,
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
  refuse: ({ message }) => {
    refused.push(message);
  },
});

const place = { logicalId: "Thing", property: "Here" };
const resolve = (value: unknown) => intrinsics.resolve(value, place);
const holds = (condition: string) => intrinsics.holds(condition, place);

describe("intrinsic functions", () => {
  test.each([
    ["Ref to a resource", { Ref: "Table" }, "ref-of-Table"],
    ["Ref to a pseudo parameter", { Ref: "AWS::Region" }, "eu-central-1"],
    ["Ref to a parameter with a default", { Ref: "Size" }, 3],
    ["Ref to a parameter that is a list", { Ref: "Names" }, ["a", "b"]],
    ["Fn::GetAtt as a list", { "Fn::GetAtt": ["Table", "Arn"] }, "Table/Arn"],
    ["Fn::GetAtt as a text", { "Fn::GetAtt": "Table.Stream.Arn" }, "Table/Stream.Arn"],
    ["Fn::Join", { "Fn::Join": ["-", ["a", { Ref: "Table" }, 1]] }, "a-ref-of-Table-1"],
    ["Fn::Select of Fn::Split", { "Fn::Select": [1, { "Fn::Split": ["/", "a/b/c"] }] }, "b"],
    [
      "Fn::Sub with names, attributes and own values",
      {
        "Fn::Sub": ["${AWS::Region}:${Table.Arn}:${own}:${!kept}", { own: { Ref: "Size" } }],
      },
      "eu-central-1:Table/Arn:3:${kept}",
    ],
    ["Fn::Base64", { "Fn::Base64": "a" }, "YQ=="],
    ["Fn::FindInMap", { "Fn::FindInMap": ["Arch", "here", "name"] }, "arm64"],
    ["Fn::If", { "Fn::If": ["IsBig", "big", "small"] }, "big"],
    ["a property that is called Condition", { Condition: { Bool: true } }, { Condition: { Bool: true } }],
  ])("%s is resolved", (_, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test("AWS::NoValue leaves its property or list item out", () => {
    expect(resolve({ a: { Ref: "AWS::NoValue" }, b: [{ Ref: "AWS::NoValue" }, 1] })).toEqual({ b: [1] });
    expect(resolve({ Ref: "AWS::NoValue" })).toBeUndefined();
  });

  test("conditions are combined", () => {
    expect([holds("IsBig"), holds("IsSmall"), holds("Both"), holds("Either")]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test.each([
    [{ Ref: "Nobody" }, /Ref to Nobody/],
    [
      { Ref: "Version" },
      /Ref to Version: a parameter of type AWS::SSM::Parameter::Value<String> is not served/,
    ],
    [{ Ref: "constructor" }, /Ref to constructor/],
    [{ "Fn::GetAtt": ["Nobody", "Arn"] }, /Fn::GetAtt of Nobody\.Arn/],
    [{ "Fn::ImportValue": "x" }, /Fn::ImportValue is not served/],
    [{ "Fn::Join": ["-", [{ a: 1 }]] }, /Fn::Join cannot work on/],
    [{ "Fn::Select": [7, ["a"]] }, /Fn::Select cannot work on/],
    [{ "Fn::If": ["Nowhere", 1, 2] }, /the template has no condition Nowhere/],
    [{ "Fn::If": ["Egg", 1, 2] }, /^Conditions.Egg: refers to itself through Egg, Chicken/],
  ])("%j is refused by name", (value, message) => {
    refused.length = 0;
    expect(resolve(value)).toBe(REFUSED);
    expect(refused).toEqual([expect.stringMatching(message)]);
  });

  test("everything is refused that cannot be resolved, each where it stands", () => {
    refused.length = 0;
    resolve({
      a: { "Fn::Join": ["-", [{ Ref: "One" }, { "Fn::Sub": "${Two} ${Three.Arn} ${Size}" }]] },
      b: [1, { "Fn::ImportValue": "x" }],
    });
    expect(refused).toEqual([
      "Thing: Here.a: Ref to One: the template has no such resource and no such parameter",
      "Thing: Here.a: Ref to Two: the template has no such resource and no such parameter",
      "Thing: Here.a: Fn::GetAtt of Three.Arn: the template has no such resource",
      "Thing: Here.b.1: intrinsic function Fn::ImportValue is not served by the local runtime",
    ]);
  });
});
