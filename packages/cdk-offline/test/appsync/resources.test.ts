// What the resources of the template are called, which of their properties are taken, and what is refused when loading.

import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  appsyncResources,
  dataSource,
  functionConfiguration,
  graphqlApi,
  resolver,
} from "../../src/appsync/resources.ts";
import { openAppSync } from "../../src/appsync/service.ts";
import {
  CLAIMS,
  openService,
  openToAll,
  readToken,
  resourcesOf,
  returning,
  type ApiSpec,
} from "./support/api.ts";
import { deploy } from "./support/deploy.ts";

const API = {
  Name: "n",
  AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
  UserPoolConfig: { UserPoolId: "p", AwsRegion: "us-east-1", DefaultAction: "ALLOW" },
};
const RUNTIME = { Name: "APPSYNC_JS", RuntimeVersion: "1.0.0" };
const UNIT = {
  ApiId: "a",
  TypeName: "Query",
  FieldName: "x",
  Code: "c",
  Runtime: RUNTIME,
  DataSourceName: "d",
};

describe("Ref and Fn::GetAtt", () => {
  it("of an API are those of AWS", () => {
    const { ref, attributes } = deploy(graphqlApi, "Api", API);
    const { ApiId = "", GraphQLUrl = "" } = attributes;
    expect(ApiId).toMatch(/^[a-z0-9]{26}$/);
    expect(ref).toBe(`arn:aws:appsync:us-east-1:000000000000:apis/${ApiId}`);
    const [, endpoint = ""] =
      /^https:\/\/([a-z0-9]{26})\.appsync-api\.us-east-1\.amazonaws\.com\/graphql$/.exec(GraphQLUrl) ?? [];
    expect(endpoint).not.toBe(ApiId);
    expect(attributes).toMatchObject({
      Arn: ref,
      GraphQLDns: `${endpoint}.appsync-api.us-east-1.amazonaws.com`,
      RealtimeDns: `${endpoint}.appsync-realtime-api.us-east-1.amazonaws.com`,
      RealtimeUrl: `wss://${endpoint}.appsync-realtime-api.us-east-1.amazonaws.com/graphql`,
      GraphQLEndpointArn: `arn:aws:appsync:us-east-1:000000000000:endpoints/graphql-api/${endpoint}`,
    });
  });

  it("of data sources, functions and resolvers are those of AWS", () => {
    const arn = "arn:aws:appsync:us-east-1:000000000000:apis/a";
    const source = deploy(dataSource, "Source", { ApiId: "a", Name: "Notes", Type: "NONE" });
    expect(source).toMatchObject({
      ref: `${arn}/datasources/Notes`,
      attributes: { DataSourceArn: `${arn}/datasources/Notes`, Name: "Notes" },
    });
    const step = deploy(functionConfiguration, "Step", {
      ApiId: "a",
      Name: "put",
      DataSourceName: "Notes",
      Code: "c",
      Runtime: RUNTIME,
    });
    const { FunctionId = "" } = step.attributes;
    expect(FunctionId).toMatch(/^[a-z0-9]{26}$/);
    expect(step).toMatchObject({
      ref: `${arn}/functions/${FunctionId}`,
      attributes: { FunctionArn: `${arn}/functions/${FunctionId}`, Name: "put", DataSourceName: "Notes" },
    });
    expect(deploy(resolver, "Resolver", UNIT)).toMatchObject({
      ref: `${arn}/types/Query/resolvers/x`,
      attributes: { ResolverArn: `${arn}/types/Query/resolvers/x`, TypeName: "Query", FieldName: "x" },
    });
  });
});

describe("properties", () => {
  it.each([
    [graphqlApi, { ...API, AuthenticationType: "API_KEY" }, "AuthenticationType"],
    [
      graphqlApi,
      { ...API, AdditionalAuthenticationProviders: [{ AuthenticationType: "AWS_IAM" }] },
      "AdditionalAuthenticationProviders",
    ],
    [graphqlApi, { ...API, LambdaAuthorizerConfig: {} }, "LambdaAuthorizerConfig"],
    [graphqlApi, { ...API, QueryDepthLimit: 76 }, "QueryDepthLimit"],
    [graphqlApi, { ...API, Visibility: "PRIVATE" }, "Visibility"],
    [dataSource, { ApiId: "a", Name: "n", Type: "HTTP", HttpConfig: {} }, "Type"],
    [
      dataSource,
      {
        ApiId: "a",
        Name: "n",
        Type: "AMAZON_DYNAMODB",
        DynamoDBConfig: { TableName: "t", AwsRegion: "r", Versioned: true },
      },
      "DynamoDBConfig.Versioned",
    ],
    [resolver, { ...UNIT, CachingConfig: { Ttl: 60 } }, "CachingConfig"],
    [resolver, { ...UNIT, SyncConfig: {} }, "SyncConfig"],
    [resolver, { ...UNIT, RequestMappingTemplate: "{}" }, "RequestMappingTemplate"],
    [resolver, { ...UNIT, MaxBatchSize: 2001 }, "MaxBatchSize"],
    [
      resolver,
      { ...UNIT, Kind: "PIPELINE", PipelineConfig: {}, DataSourceName: undefined, Code: undefined },
      "Code",
    ],
    [resolver, { ...UNIT, Code: "x".repeat(32_769) }, "Code"],
    [
      resolver,
      { ...UNIT, Runtime: { Name: "APPSYNC_JS", RuntimeVersion: "2.0.0" } },
      "Runtime.RuntimeVersion",
    ],
    [
      resolver,
      { ...UNIT, Kind: "PIPELINE", PipelineConfig: { Functions: Array(11).fill("f") } },
      "PipelineConfig.Functions",
    ],
    [
      functionConfiguration,
      { ApiId: "a", Name: "n", DataSourceName: "d", Code: "c", Runtime: RUNTIME, SyncConfig: {} },
      "SyncConfig",
    ],
  ])("of %o: %o is refused at %s", (definition, properties, path) => {
    const schema: v.GenericSchema = definition.properties;
    const parsed = v.safeParse(schema, properties);
    expect(parsed.issues?.map((issue) => v.getDotPath(issue))).toContain(path);
  });

  it("have no others: every type refuses a property it does not know", () => {
    for (const definition of appsyncResources) {
      const schema: v.GenericSchema = definition.properties;
      const parsed = v.safeParse(schema, { ...API, ...UNIT, Unknown: 1 });
      expect(parsed.success).toBe(false);
    }
  });
});

describe("loading refuses, by logical id and property,", () => {
  const SCHEMA = "type Query { a: String }";
  const code = returning("1");
  const load = async (
    spec: ApiSpec,
    change: (resources: ReturnType<typeof resourcesOf>) => object = () => ({}),
  ) => {
    const resources = resourcesOf(spec);
    const service = await openAppSync({
      ...resources,
      ...change(resources),
      clock: () => CLAIMS.auth_time * 1000,
      dynamodb: { call: () => Promise.resolve({}) },
      lambda: { invoke: () => Promise.resolve({ payload: "" }), enqueue: () => Promise.resolve() },
      verifyToken: readToken,
      gate: openToAll,
    });
    await service.close();
  };

  it.each<[string, ApiSpec, string]>([
    [
      "a resolver for a type the schema lacks",
      { schema: SCHEMA, resolvers: { "Mutation.a": code } },
      "MutationaResolver: TypeName: the schema has no object type Mutation",
    ],
    [
      "a resolver for a field the type lacks",
      { schema: SCHEMA, resolvers: { "Query.b": code } },
      "QuerybResolver: FieldName: the type Query has no field b",
    ],
    [
      "code that does not parse",
      { schema: SCHEMA, resolvers: { "Query.a": "export function (" } },
      "QueryaResolver: Code: code.js:1:",
    ],
    [
      "code without a handler",
      { schema: SCHEMA, resolvers: { "Query.a": "export function request() {}" } },
      "QueryaResolver: Code: it exports no function named response",
    ],
    [
      "code of a function",
      { schema: SCHEMA, resolvers: { "Query.a": { code, functions: [{ code: "import 'x'" }] } } },
      "Query_a_0: Code: Cannot find module 'x'",
    ],
    [
      "code that is missing, unless it is for a function",
      { schema: SCHEMA, resolvers: { "Query.a": {} } },
      "QueryaResolver: Code: is missing; only Lambda data sources do without",
    ],
    [
      "batches of what is no function",
      { schema: SCHEMA, resolvers: { "Query.a": { code, maxBatchSize: 10 } } },
      "QueryaResolver: MaxBatchSize: only Lambda data sources have batches",
    ],
    [
      "a schema that does not parse",
      { schema: "type Query {" },
      "Schema: Definition: the schema is not a valid SDL document",
    ],
    [
      "a schema without queries",
      { schema: "type Mutation { a: Int }" },
      "Schema: Definition: Query root type must be provided.",
    ],
    ["an unknown type", { schema: "type Query { a: Nope }" }, "Schema: Definition: Unknown type"],
    [
      "a scalar of one's own",
      { schema: "scalar Date type Query { a: Date }" },
      "Schema: Definition: the scalar Date is not one of AppSync's",
    ],
    [
      "a name that begins with AWS",
      { schema: "type AWSThing { a: Int } type Query { a: AWSThing }" },
      "Schema: Definition: the name AWSThing begins with AWS",
    ],
    [
      "a comment that AppSync's parser stumbles over",
      { schema: "type Query { a: E } enum E {\n# null\nA }" },
      'Schema: Definition: the comment above the enum value A contains "null"',
    ],
    [
      "extend",
      { schema: "type Query { a: Int } extend type Query { b: Int }" },
      "Schema: Definition: `extend` is not accepted by AppSync",
    ],
    [
      "a directive there is not",
      { schema: "type Query { a: Int @nope }" },
      "Schema: Definition: Unknown directive",
    ],
    [
      "a subscription to a mutation that there is not",
      {
        schema: `type Query { a: Int } type Mutation { b: Int }
          type Subscription { c: Int @aws_subscribe(mutations: ["b", "d"]) }`,
      },
      'Schema: Definition: The mutations argument on the aws_subscribe directive has an invalid value on the subscription c: there is no mutation "d"',
    ],
    [
      "a subscription where there are no mutations",
      {
        schema:
          'type Query { a: Int } type Subscription { c: Int @aws_subscribe(mutations: ["constructor"]) }',
      },
      'on the subscription c: there is no mutation "constructor"',
    ],
    [
      "a subscription to what is no list",
      {
        schema: `type Query { a: Int } type Mutation { b: Int }
          type Subscription { c: Int @aws_subscribe(mutations: "b") }`,
      },
      "The mutations argument on the aws_subscribe directive has an invalid value on the subscription c: a list of mutations is wanted",
    ],
    [
      "a subscription that gives something else than its mutation",
      {
        schema: `type Query { a: Int } type Mutation { b: [Int] }
          type Subscription { c: Int @aws_subscribe(mutations: ["b"]) }`,
      },
      "The subscription has an invalid output type on the subscription c: it is Int, that of the mutation b is [Int]",
    ],
    [
      "a schema over a megabyte",
      { schema: `type Query { a: Int } ${"#".repeat(1024 * 1024)}` },
      "Schema: Definition: the schema is longer than 1048576 bytes",
    ],
    [
      "a pattern that is none",
      { schema: SCHEMA, userPool: { AppIdClientRegex: "(" } },
      "Api: UserPoolConfig.AppIdClientRegex: ( is not a pattern",
    ],
  ])("%s", async (_name, spec, message) => {
    await expect(load(spec)).rejects.toThrow(message);
  });

  it("but not a subscription that may be null where its mutation may not", async () => {
    const schema = `type Query { a: Int } type Mutation { b: [Int!]! }
      type Subscription { c: [Int] @aws_subscribe(mutations: ["b"]) }`;
    await expect(load({ schema })).resolves.toBeUndefined();
  });

  it("a pipeline function that does not exist", async () => {
    const spec = { schema: SCHEMA, resolvers: { "Query.a": { code, functions: [{ code }] } } };
    await expect(load(spec, () => ({ functions: [] }))).rejects.toThrow(
      /^QueryaResolver: PipelineConfig.Functions: there is no function [a-z0-9]{26}$/,
    );
  });

  it("a data source that does not exist", async () => {
    const spec = { schema: SCHEMA, resolvers: { "Query.a": code } };
    await expect(load(spec, () => ({ dataSources: [] }))).rejects.toThrow(
      "QueryaResolver: DataSourceName: there is no data source none",
    );
  });

  it("a second resolver of a field, a second schema, a second API", async () => {
    const spec = { schema: SCHEMA, resolvers: { "Query.a": code } };
    const twice = <Value>(values: readonly Value[]) => [...values, ...values];
    await expect(load(spec, ({ resolvers }) => ({ resolvers: twice(resolvers) }))).rejects.toThrow(
      "the field Query.a has a resolver already",
    );
    await expect(load(spec, ({ schemas }) => ({ schemas: twice(schemas) }))).rejects.toThrow(
      "the API has a schema already",
    );
    await expect(load(spec, ({ apis }) => ({ apis: twice(apis) }))).rejects.toThrow(
      "Api: a second GraphQL API is not served",
    );
  });
});

it("a template without an API is served nothing", async () => {
  const service = await openAppSync({
    apis: [],
    schemas: [],
    dataSources: [],
    functions: [],
    resolvers: [],
    clock: () => 0,
    dynamodb: { call: () => Promise.resolve({}) },
    lambda: { invoke: () => Promise.resolve({ payload: "" }), enqueue: () => Promise.resolve() },
    verifyToken: readToken,
  });
  expect(service.serves("/graphql")).toBe(false);
  await service.close();
});

it("an API serves /graphql, its real-time endpoint and no other path", async () => {
  const service = await openService({ schema: "type Query { a: Int }" });
  expect(["/graphql", "/graphql/", "/graphql/realtime", "/"].filter((path) => service.serves(path))).toEqual([
    "/graphql",
    "/graphql/realtime",
  ]);
  await service.close();
});
