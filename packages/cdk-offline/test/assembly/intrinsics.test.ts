import { describe, expect, test } from "vitest";
import type { Template } from "../../src/assembly/assembly.ts";
import { createIntrinsics } from "../../src/assembly/intrinsics.ts";

const template: Template = {
  Resources: { Table: { Type: "AWS::DynamoDB::GlobalTable", Properties: {}, Metadata: {} } },
  Outputs: {},
  Parameters: { Size: { Default: 3 }, Bare: {} },
  Conditions: {
    IsBig: { "Fn::Equals": [{ Ref: "Size" }, 3] },
    IsSmall: { "Fn::Not": [{ Condition: "IsBig" }] },
    Both: { "Fn::And": [{ Condition: "IsBig" }, { Condition: "IsSmall" }] },
    Either: { "Fn::Or": [{ Condition: "IsBig" }, { Condition: "IsSmall" }] },
  },
  Mappings: { Arch: { here: { name: "arm64" } } },
};

const intrinsics = createIntrinsics({
  template,
  pseudoParameters: { "AWS::Region": "eu-central-1" },
  ref: (logicalId) => `ref-of-${logicalId}`,
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
});

const resolve = (value: unknown) => intrinsics.resolve(value);
const holds = (condition: string) => intrinsics.holds(condition);

describe("intrinsic functions", () => {
  test.each([
    ["Ref to a resource", { Ref: "Table" }, "ref-of-Table"],
    ["Ref to a pseudo parameter", { Ref: "AWS::Region" }, "eu-central-1"],
    ["Ref to a parameter with a default", { Ref: "Size" }, 3],
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
    [{ Ref: "Bare" }, /Ref to Bare/],
    [{ Ref: "constructor" }, /Ref to constructor/],
    [{ "Fn::GetAtt": ["Nobody", "Arn"] }, /Fn::GetAtt of Nobody\.Arn/],
    [{ "Fn::ImportValue": "x" }, /Fn::ImportValue is not served/],
    [{ "Fn::Join": ["-", [{ a: 1 }]] }, /Fn::Join cannot work on/],
    [{ "Fn::Select": [7, ["a"]] }, /Fn::Select cannot work on/],
  ])("%j is refused by name", (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});
