// The CloudFormation types of REST APIs that are served, and which of their properties have an effect here.

import { randomInt } from "node:crypto";
import * as v from "valibot";
import { physicalName } from "../assembly/physical-name.ts";
import { defineResource, withoutEffect, type Naming } from "../assembly/resource.ts";

const description = withoutEffect("a description has no behaviour");
const tags = withoutEffect("tags have no behaviour");

const restApiProperties = v.strictObject({
  BinaryMediaTypes: v.optional(v.array(v.string()), []),
  Description: description,
  DisableExecuteApiEndpoint: v.optional(v.boolean(), false),
  EndpointAccessMode: withoutEffect("there is no TLS on one machine"),
  EndpointConfiguration: withoutEffect("an API has one address on one machine"),
  Name: v.optional(v.string()),
  SecurityPolicy: withoutEffect("there is no TLS on one machine"),
  Tags: tags,
});

const resourceProperties = v.strictObject({
  ParentId: v.string(),
  PathPart: v.string(),
  RestApiId: v.string(),
});

const methodProperties = v.strictObject({
  ApiKeyRequired: v.optional(v.literal(false)),
  AuthorizationScopes: v.optional(v.array(v.string()), []),
  AuthorizationType: v.picklist(["NONE", "COGNITO_USER_POOLS"]),
  AuthorizerId: v.optional(v.string()),
  HttpMethod: v.picklist(["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]),
  Integration: v.strictObject({
    IntegrationHttpMethod: v.literal("POST"),
    TimeoutInMillis: v.optional(v.pipe(v.number(), v.minValue(50), v.maxValue(29_000)), 29_000),
    Type: v.literal("AWS_PROXY"),
    Uri: v.string(),
  }),
  OperationName: withoutEffect("the name of an operation has no behaviour"),
  RequestModels: v.optional(v.record(v.string(), v.string()), {}),
  RequestParameters: v.optional(v.record(v.string(), v.boolean()), {}),
  RequestValidatorId: v.optional(v.string()),
  ResourceId: v.string(),
  RestApiId: v.string(),
});

const authorizerProperties = v.strictObject({
  AuthorizerResultTtlInSeconds: withoutEffect("verdicts on tokens are not kept by the authorizer here"),
  IdentitySource: v.pipe(v.string(), v.regex(/^method\.request\.header\.[A-Za-z0-9-]+$/)),
  Name: v.string(),
  ProviderARNs: v.pipe(v.array(v.pipe(v.string(), v.regex(/^arn:aws:cognito-idp:/))), v.minLength(1)),
  RestApiId: v.string(),
  Type: v.literal("COGNITO_USER_POOLS"),
});

const deploymentProperties = v.strictObject({
  Description: description,
  RestApiId: v.string(),
});

const stageProperties = v.strictObject({
  AccessLogSetting: withoutEffect("access logs are not written on one machine"),
  CacheClusterEnabled: v.optional(v.literal(false)),
  DeploymentId: v.string(),
  Description: description,
  MethodSettings: v.optional(
    v.array(
      v.strictObject({
        CachingEnabled: v.optional(v.literal(false)),
        DataTraceEnabled: withoutEffect("execution logs are not written on one machine"),
        HttpMethod: v.string(),
        LoggingLevel: withoutEffect("execution logs are not written on one machine"),
        MetricsEnabled: withoutEffect("metrics of API Gateway are not kept on one machine"),
        ResourcePath: v.string(),
        ThrottlingBurstLimit: withoutEffect("requests are not throttled on one machine"),
        ThrottlingRateLimit: withoutEffect("requests are not throttled on one machine"),
      }),
    ),
  ),
  RestApiId: v.string(),
  StageName: v.string(),
  Tags: tags,
  TracingEnabled: withoutEffect("there is no X-Ray on one machine"),
  Variables: v.optional(v.record(v.string(), v.string())),
});

const requestValidatorProperties = v.strictObject({
  Name: v.optional(v.string()),
  RestApiId: v.string(),
  ValidateRequestBody: v.optional(v.boolean(), false),
  ValidateRequestParameters: v.optional(v.boolean(), false),
});

const modelProperties = v.strictObject({
  ContentType: v.literal("application/json"),
  Description: description,
  Name: v.optional(v.string()),
  RestApiId: v.string(),
  Schema: v.optional(v.record(v.string(), v.unknown()), {}),
});

const gatewayResponseProperties = v.strictObject({
  ResponseParameters: v.optional(
    v.record(
      v.pipe(v.string(), v.regex(/^gatewayresponse\.header\.[A-Za-z0-9-]+$/)),
      v.pipe(v.string(), v.regex(/^'.*'$/)),
    ),
    {},
  ),
  ResponseTemplates: v.optional(v.strictObject({ "application/json": v.optional(v.string()) }), {}),
  ResponseType: v.string(),
  RestApiId: v.string(),
  StatusCode: v.optional(v.pipe(v.string(), v.regex(/^[45]\d\d$/))),
});

const accountProperties = v.strictObject({
  CloudWatchRoleArn: withoutEffect("API Gateway writes no logs on one machine"),
});

export type RestApiProperties = v.InferOutput<typeof restApiProperties>;
export type ResourceProperties = v.InferOutput<typeof resourceProperties>;
export type MethodProperties = v.InferOutput<typeof methodProperties>;
export type AuthorizerProperties = v.InferOutput<typeof authorizerProperties>;
export type DeploymentProperties = v.InferOutput<typeof deploymentProperties>;
export type StageProperties = v.InferOutput<typeof stageProperties>;
export type RequestValidatorProperties = v.InferOutput<typeof requestValidatorProperties>;
export type ModelProperties = v.InferOutput<typeof modelProperties>;
export type GatewayResponseProperties = v.InferOutput<typeof gatewayResponseProperties>;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-restapi.html */
export const restApiResource = defineResource<RestApiProperties>({
  type: "AWS::ApiGateway::RestApi",
  properties: restApiProperties,
  identify(naming) {
    const id = makeId(naming, "id", 10);
    return {
      ref: id,
      attributes: { RestApiId: id, RootResourceId: makeId(naming, "root-resource-id", 10) },
    };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-resource.html */
export const resourceResource = defineResource<ResourceProperties>({
  type: "AWS::ApiGateway::Resource",
  properties: resourceProperties,
  identify: identifyBy("ResourceId", 6),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-method.html */
export const methodResource = defineResource<MethodProperties>({
  type: "AWS::ApiGateway::Method",
  properties: methodProperties,
  identify: (naming) => ({ ref: physicalName(naming, 64), attributes: {} }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-authorizer.html */
export const authorizerResource = defineResource<AuthorizerProperties>({
  type: "AWS::ApiGateway::Authorizer",
  properties: authorizerProperties,
  identify: identifyBy("AuthorizerId", 6),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html */
export const deploymentResource = defineResource<DeploymentProperties>({
  type: "AWS::ApiGateway::Deployment",
  properties: deploymentProperties,
  identify: identifyBy("DeploymentId", 6),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-stage.html */
export const stageResource = defineResource<StageProperties>({
  type: "AWS::ApiGateway::Stage",
  properties: stageProperties,
  identify: (naming) => ({ ref: String(naming.property("StageName")), attributes: {} }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-requestvalidator.html */
export const requestValidatorResource = defineResource<RequestValidatorProperties>({
  type: "AWS::ApiGateway::RequestValidator",
  properties: requestValidatorProperties,
  identify: identifyBy("RequestValidatorId", 6),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-model.html */
export const modelResource = defineResource<ModelProperties>({
  type: "AWS::ApiGateway::Model",
  properties: modelProperties,
  identify(naming) {
    const given = naming.property("Name");
    // A model's name is letters and digits only.
    const name = typeof given === "string" ? given : physicalName(naming, 64).replaceAll("-", "");
    return { ref: name, attributes: {} };
  },
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-gatewayresponse.html */
export const gatewayResponseResource = defineResource<GatewayResponseProperties>({
  type: "AWS::ApiGateway::GatewayResponse",
  properties: gatewayResponseProperties,
  identify: identifyBy("Id", 6),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html */
const accountResource = defineResource<unknown>({
  type: "AWS::ApiGateway::Account",
  properties: accountProperties,
  identify: identifyBy("Id", 6),
});

export const apiGatewayResources = [
  accountResource,
  authorizerResource,
  deploymentResource,
  gatewayResponseResource,
  methodResource,
  modelResource,
  requestValidatorResource,
  resourceResource,
  restApiResource,
  stageResource,
] as const;

function identifyBy(attribute: string, length: number) {
  return (naming: Naming) => {
    const id = makeId(naming, "id", length);
    return { ref: id, attributes: { [attribute]: id } };
  };
}

function makeId(naming: Naming, label: string, length: number): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  return naming.keep(label, () =>
    Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join(""),
  );
}
