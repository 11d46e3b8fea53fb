// The Parameter Store resources of CloudFormation that the local runtime serves.

import * as v from "valibot";
import { physicalName } from "../assembly/physical-name.ts";
import { defineResource, withoutEffect } from "../assembly/resource.ts";

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
const parameterProperties = v.strictObject({
  Name: v.optional(v.string()),
  // CloudFormation itself creates no SecureString.
  Type: v.picklist(["String", "StringList"]),
  Value: v.string(),
  Description: v.optional(v.string()),
  AllowedPattern: v.optional(v.string()),
  Tier: v.optional(v.picklist(["Standard", "Advanced", "Intelligent-Tiering"])),
  DataType: v.optional(v.literal("text")),
  Tags: withoutEffect("tags have no behaviour"),
});

/** What a parameter is called and answers. What is no text here is refused when the properties are parsed. */
const identifyingProperties = v.object({
  Name: v.fallback(v.optional(v.string()), undefined),
  Type: v.fallback(v.optional(v.string(), ""), ""),
  Value: v.fallback(v.optional(v.string(), ""), ""),
});

export type ParameterProperties = v.InferOutput<typeof parameterProperties>;

/** The name that CloudFormation makes has the prefix `CFN-`. */
const MAX_MADE_NAME_LENGTH = 64;

export const parameterResource = defineResource<ParameterProperties>({
  type: "AWS::SSM::Parameter",
  properties: parameterProperties,
  identify(naming) {
    const { Name, Type, Value } = v.parse(identifyingProperties, {
      Name: naming.property("Name"),
      Type: naming.property("Type"),
      Value: naming.property("Value"),
    });
    return { ref: Name ?? `CFN-${physicalName(naming, MAX_MADE_NAME_LENGTH)}`, attributes: { Type, Value } };
  },
});

export const ssmResources = [parameterResource] as const;
