// The CloudFormation types of AWS AppSync that are served, with the properties that matter on one machine.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_AppSync.html

import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { defineResource, withoutEffect, type Naming } from "../assembly/resource.ts";

const TAGS = withoutEffect("tags have no behaviour");
const METRICS = withoutEffect("metrics are published to no console");
const ROLE = withoutEffect("roles are not enforced between the services here");

/** Numbers come as text where a parameter or a condition stands in between. */
const integer = (minimum: number, maximum: number) =>
  v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
    v.integer(),
    v.minValue(minimum),
    v.maxValue(maximum),
  );

/** Ids of APIs, endpoints and functions: 26 small letters and digits. */
function newId(): string {
  return [...randomBytes(26)].map((byte) => (byte % 36).toString(36)).join("");
}

function appsyncArn(naming: Naming, resource: string): string {
  return `arn:aws:appsync:${naming.region}:${naming.account}:${resource}`;
}

const text = (naming: Naming, property: string) => String(naming.property(property));

const userPoolConfig = v.strictObject({
  UserPoolId: v.string(),
  AwsRegion: v.optional(v.string()),
  /** Whether a field without a directive is open to every user of the pool. */
  DefaultAction: v.picklist(["ALLOW", "DENY"]),
  /** Searched for in the token's client id; every client of the pool is let in when it is not set. */
  AppIdClientRegex: v.optional(v.string()),
});

export const graphqlApi = defineResource({
  type: "AWS::AppSync::GraphQLApi",
  properties: v.strictObject({
    Name: v.string(),
    ApiType: v.optional(v.literal("GRAPHQL")),
    AuthenticationType: v.literal("AMAZON_COGNITO_USER_POOLS"),
    UserPoolConfig: userPoolConfig,
    AdditionalAuthenticationProviders: v.optional(v.pipe(v.array(v.unknown()), v.maxLength(0))),
    IntrospectionConfig: v.optional(v.picklist(["ENABLED", "DISABLED"])),
    /** Levels of a query, the first field being level 1; 0 = no limit. */
    QueryDepthLimit: v.optional(integer(0, 75)),
    /** Resolvers run for one request; 0 = the service's own limit. */
    ResolverCountLimit: v.optional(integer(0, 10_000)),
    /** What resolver code finds in `ctx.env`. */
    EnvironmentVariables: v.optional(v.record(v.string(), v.string())),
    Visibility: v.optional(v.literal("GLOBAL")),
    LogConfig: withoutEffect("requests are reported to the runtime's own log"),
    XrayEnabled: withoutEffect("traces are sent nowhere"),
    EnhancedMetricsConfig: METRICS,
    OwnerContact: withoutEffect("a note for people"),
    Tags: TAGS,
  }),
  identify(naming) {
    const apiId = naming.keep("ApiId", newId);
    const endpointId = naming.keep("EndpointId", newId);
    const graphqlDns = `${endpointId}.appsync-api.${naming.region}.amazonaws.com`;
    const realtimeDns = `${endpointId}.appsync-realtime-api.${naming.region}.amazonaws.com`;
    const arn = appsyncArn(naming, `apis/${apiId}`);
    return {
      ref: arn,
      attributes: {
        ApiId: apiId,
        Arn: arn,
        GraphQLDns: graphqlDns,
        GraphQLEndpointArn: appsyncArn(naming, `endpoints/graphql-api/${endpointId}`),
        GraphQLUrl: `https://${graphqlDns}/graphql`,
        RealtimeDns: realtimeDns,
        RealtimeUrl: `wss://${realtimeDns}/graphql`,
      },
    };
  },
});

export const graphqlSchema = defineResource({
  type: "AWS::AppSync::GraphQLSchema",
  properties: v.strictObject({ ApiId: v.string(), Definition: v.string() }),
  identify: (naming) => ({ ref: `${text(naming, "ApiId")}GraphQLSchema`, attributes: {} }),
});

const dataSourceCommon = {
  ApiId: v.string(),
  Name: v.pipe(v.string(), v.regex(/^[_A-Za-z][_0-9A-Za-z]*$/)),
  Description: withoutEffect("a note for people"),
  ServiceRoleArn: ROLE,
  MetricsConfig: METRICS,
};

export const dataSource = defineResource({
  type: "AWS::AppSync::DataSource",
  properties: v.variant("Type", [
    v.strictObject({
      ...dataSourceCommon,
      Type: v.literal("AMAZON_DYNAMODB"),
      DynamoDBConfig: v.strictObject({
        TableName: v.string(),
        AwsRegion: v.string(),
        UseCallerCredentials: v.optional(v.literal(false)),
        Versioned: v.optional(v.literal(false)),
      }),
    }),
    v.strictObject({
      ...dataSourceCommon,
      Type: v.literal("AWS_LAMBDA"),
      LambdaConfig: v.strictObject({ LambdaFunctionArn: v.string() }),
    }),
    v.strictObject({ ...dataSourceCommon, Type: v.literal("NONE") }),
  ]),
  identify(naming) {
    const name = text(naming, "Name");
    const arn = appsyncArn(naming, `apis/${text(naming, "ApiId")}/datasources/${name}`);
    return { ref: arn, attributes: { DataSourceArn: arn, Name: name } };
  },
});

/** Code that is not inline, mapping templates and other runtimes are refused by the absence of their properties. */
const code = {
  Code: v.pipe(v.string(), v.minLength(1), v.maxLength(32_768)),
  Runtime: v.strictObject({ Name: v.literal("APPSYNC_JS"), RuntimeVersion: v.literal("1.0.0") }),
};

/** Code that may be missing: a Lambda data source does without (a direct Lambda resolver). */
const codeOrDirect = {
  Code: v.optional(code.Code),
  Runtime: v.optional(code.Runtime),
  /** Most fields that `BatchInvoke` sends at once; for Lambda data sources only. */
  MaxBatchSize: v.optional(integer(0, 2000), 0),
};

export const functionConfiguration = defineResource({
  type: "AWS::AppSync::FunctionConfiguration",
  properties: v.strictObject({
    ApiId: v.string(),
    Name: v.pipe(v.string(), v.regex(/^[_A-Za-z][_0-9A-Za-z]*$/)),
    DataSourceName: v.string(),
    ...codeOrDirect,
    Description: withoutEffect("a note for people"),
    FunctionVersion: withoutEffect("a version of mapping templates, which code does without"),
  }),
  identify(naming) {
    const functionId = naming.keep("FunctionId", newId);
    const arn = appsyncArn(naming, `apis/${text(naming, "ApiId")}/functions/${functionId}`);
    return {
      ref: arn,
      attributes: {
        DataSourceName: text(naming, "DataSourceName"),
        FunctionArn: arn,
        FunctionId: functionId,
        Name: text(naming, "Name"),
      },
    };
  },
});

const resolverCommon = {
  ApiId: v.string(),
  TypeName: v.string(),
  FieldName: v.string(),
  MetricsConfig: METRICS,
};

export const resolver = defineResource({
  type: "AWS::AppSync::Resolver",
  properties: v.variant("Kind", [
    v.strictObject({
      ...resolverCommon,
      ...code,
      Kind: v.literal("PIPELINE"),
      MaxBatchSize: v.optional(integer(0, 0)),
      /** Function ids, at most ten (https://docs.aws.amazon.com/general/latest/gr/appsync.html). */
      PipelineConfig: v.strictObject({
        Functions: v.optional(v.pipe(v.array(v.string()), v.maxLength(10)), []),
      }),
    }),
    v.strictObject({
      ...resolverCommon,
      ...codeOrDirect,
      Kind: v.optional(v.literal("UNIT"), "UNIT"),
      DataSourceName: v.string(),
    }),
  ]),
  identify(naming) {
    const typeName = text(naming, "TypeName");
    const fieldName = text(naming, "FieldName");
    const arn = appsyncArn(naming, `apis/${text(naming, "ApiId")}/types/${typeName}/resolvers/${fieldName}`);
    return { ref: arn, attributes: { FieldName: fieldName, ResolverArn: arn, TypeName: typeName } };
  },
});

export const appsyncResources = [
  graphqlApi,
  graphqlSchema,
  dataSource,
  functionConfiguration,
  resolver,
] as const;

export type GraphqlApiProperties = v.InferOutput<typeof graphqlApi.properties>;
export type GraphqlSchemaProperties = v.InferOutput<typeof graphqlSchema.properties>;
export type DataSourceProperties = v.InferOutput<typeof dataSource.properties>;
export type FunctionProperties = v.InferOutput<typeof functionConfiguration.properties>;
export type ResolverProperties = v.InferOutput<typeof resolver.properties>;
