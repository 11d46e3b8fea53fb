// The CloudFormation types of a group and of a resource server with its scopes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolgroup.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolresourceserver.html

import * as v from "valibot";
import { physicalName } from "../../assembly/physical-name.ts";
import { defineResource } from "../../assembly/resource.ts";

const groupProperties = v.strictObject({
  UserPoolId: v.string(),
  GroupName: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  Description: v.optional(v.string()),
  Precedence: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

export type UserPoolGroupProperties = v.InferOutput<typeof groupProperties>;

export const userPoolGroup = defineResource<UserPoolGroupProperties>({
  type: "AWS::Cognito::UserPoolGroup",
  properties: groupProperties,
  identify(naming) {
    const name = naming.property("GroupName");
    return { ref: typeof name === "string" ? name : physicalName(naming, 128), attributes: {} };
  },
});

const resourceServerProperties = v.strictObject({
  UserPoolId: v.string(),
  Identifier: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  Name: v.string(),
  Scopes: v.optional(v.array(v.strictObject({ ScopeName: v.string(), ScopeDescription: v.string() }))),
});

export type UserPoolResourceServerProperties = v.InferOutput<typeof resourceServerProperties>;

export const userPoolResourceServer = defineResource<UserPoolResourceServerProperties>({
  type: "AWS::Cognito::UserPoolResourceServer",
  properties: resourceServerProperties,
  identify: (naming) => ({ ref: String(naming.property("Identifier")), attributes: {} }),
});
