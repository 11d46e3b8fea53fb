// Who may ask the GraphQL API what, and how much at once.

import { Kind, parse, valueFromASTUntyped, type DirectiveNode } from "graphql";
import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { at, ofType, only, type ReadableTemplate } from "./readable.ts";

const API = "AWS::AppSync::GraphQLApi";
const SCHEMA = "AWS::AppSync::GraphQLSchema";

/** The directives of every type and field that has one, as `Type.field` → directives with their arguments. */
function directivesOf(template: ReadableTemplate): Readonly<Record<string, readonly string[]>> {
  const written = (directives: readonly DirectiveNode[] | undefined) =>
    (directives ?? []).map(({ name, arguments: given }) => {
      const values = (given ?? []).map((argument) => [
        argument.name.value,
        valueFromASTUntyped(argument.value),
      ]);
      return `@${name.value} ${JSON.stringify(Object.fromEntries(values))}`;
    });
  const { definitions } = parse(String(only(template, SCHEMA).Properties["Definition"]));
  const found = definitions.flatMap((definition) => {
    if (definition.kind === Kind.SCHEMA_DEFINITION)
      return [["schema", written(definition.directives)] as const];
    if (!("name" in definition) || definition.name === undefined) return [];
    const type = definition.name.value;
    const fields = "fields" in definition ? (definition.fields ?? []) : [];
    return [
      [type, written(definition.directives)] as const,
      ...fields.map((field) => [`${type}.${field.name.value}`, written(field.directives)] as const),
    ];
  });
  return Object.fromEntries(found.filter(([, directives]) => directives.length > 0));
}

const FOR_AUDITORS = '@aws_cognito_user_pools {"cognito_groups":["auditors"]}';

export const graphqlApi: Concern = {
  name: "the GraphQL API",
  checks: [
    {
      name: "J4: takes tokens of the web client alone, and no other kind of key, signature or token",
      holds: (template) => {
        const { Properties } = only(template, API);
        expect(Properties["AuthenticationType"]).toBe("AMAZON_COGNITO_USER_POOLS");
        expect(Properties["UserPoolConfig"]).toEqual({
          AppIdClientRegex: "^<IdentityUsersWeb>$",
          AwsRegion: "<AWS::Region>",
          DefaultAction: "ALLOW",
          UserPoolId: "<IdentityUsers>",
        });
        for (const absent of [
          "AdditionalAuthenticationProviders",
          "LambdaAuthorizerConfig",
          "OpenIDConnectConfig",
        ]) {
          expect(Properties).not.toHaveProperty(absent);
        }
        expect(ofType(template, "AWS::AppSync::ApiKey")).toEqual([]);
      },
    },
    {
      name: "J4: limits how deep and how wide a query goes, and tells its schema outside of production alone",
      holds: (template, stage) => {
        const { Properties } = only(template, API);
        expect(Properties["IntrospectionConfig"]).toBe(stage.name === "prod" ? "DISABLED" : "ENABLED");
        expect(Properties["QueryDepthLimit"]).toBe(5);
        expect(Properties["ResolverCountLimit"]).toBe(20);
      },
    },
    {
      name: "keeps items as long as the stage says",
      holds: (template, { retention }) => {
        expect(only(template, API).Properties["EnvironmentVariables"]).toEqual({
          RETENTION_DAYS: String(retention.toDays()),
        });
      },
    },
    {
      name: "gives everybody's sign-ins to the pool's group of auditors, and opens no field to anybody else",
      holds: (template) => {
        expect(directivesOf(template)).toEqual({
          "Query.loginsOf": [FOR_AUDITORS],
          "Subscription.onLogin": ['@aws_subscribe {"mutations":["recordLogin"]}'],
        });
        const group = only(template, "AWS::Cognito::UserPoolGroup").Properties["GroupName"];
        expect(FOR_AUDITORS).toContain(`"${String(group)}"`);
        const guarded = ofType(template, "AWS::AppSync::Resolver").filter(
          ([, { Properties }]) => Properties["FieldName"] === "loginsOf",
        );
        expect(guarded.map(([, { Properties }]) => Properties["Code"])).toEqual([
          expect.stringContaining(`"${String(group)}"`),
        ]);
      },
    },
    {
      name: "answers nobody from another's answer: no cache",
      holds: (template) => {
        expect(ofType(template, "AWS::AppSync::ApiCache")).toEqual([]);
        for (const [name, { Properties }] of ofType(template, "AWS::AppSync::Resolver")) {
          expect(Properties, name).not.toHaveProperty("CachingConfig");
        }
      },
    },
    {
      name: "reaches table and functions by the roles made for it, and nothing on the internet",
      holds: (template) => {
        const sources = ofType(template, "AWS::AppSync::DataSource");
        expect(sources.length).toBeGreaterThan(0);
        for (const [name, { Properties }] of sources) {
          const { Name, Type, ApiId, ServiceRoleArn, ...config } = Properties;
          expect(Name).toBeTypeOf("string");
          expect(ApiId, name).toBe("<ApiGraphQL.ApiId>");
          if (Type === "NONE") {
            expect([ServiceRoleArn, config], name).toEqual([undefined, {}]);
            continue;
          }
          expect(ServiceRoleArn, name).toBe(`<${name.replace(/Source$/, "")}${roleSuffix(Type)}.Arn>`);
          if (Type === "AMAZON_DYNAMODB") {
            const table = only(template, "AWS::DynamoDB::GlobalTable").name;
            const expected = { DynamoDBConfig: { AwsRegion: "<AWS::Region>", TableName: `<${table}>` } };
            expect(config, name).toEqual(expected);
          } else {
            expect(Type, name).toBe("AWS_LAMBDA");
            expect(Object.keys(config), name).toEqual(["LambdaConfig"]);
            const called = String(at(config, "LambdaConfig/LambdaFunctionArn"));
            expect(called, name).toBe(`<${name.replace(/^Api(\w+)Source$/, "Functions$1Function")}.Arn>`);
          }
        }
      },
    },
    {
      name: "runs every resolver and step in APPSYNC_JS",
      holds: (template) => {
        for (const type of ["AWS::AppSync::Resolver", "AWS::AppSync::FunctionConfiguration"]) {
          for (const [name, { Properties }] of ofType(template, type)) {
            expect(Properties["Runtime"], name).toEqual({ Name: "APPSYNC_JS", RuntimeVersion: "1.0.0" });
            expect(Properties["ApiId"], name).toBe("<ApiGraphQL.ApiId>");
          }
        }
        expect(only(template, SCHEMA).Properties["ApiId"]).toBe("<ApiGraphQL.ApiId>");
      },
    },
  ],
  mutations: [
    { name: "an API key", change: { Key: { Type: "AWS::AppSync::ApiKey", Properties: {} } } },
    {
      name: "an API key beside the pool",
      change: {
        [`${API}/Properties/AdditionalAuthenticationProviders`]: [{ AuthenticationType: "API_KEY" }],
      },
    },
    {
      name: "AWS's signatures beside the pool",
      change: {
        [`${API}/Properties/AdditionalAuthenticationProviders`]: [{ AuthenticationType: "AWS_IAM" }],
      },
    },
    {
      name: "an API key in the place of the pool",
      change: { [`${API}/Properties/AuthenticationType`]: "API_KEY" },
    },
    {
      name: "tokens of any client of the pool",
      change: { [`${API}/Properties/UserPoolConfig/AppIdClientRegex`]: undefined },
    },
    {
      name: "tokens of clients whose identifier begins alike",
      change: { [`${API}/Properties/UserPoolConfig/AppIdClientRegex`]: "^<IdentityUsersWeb>" },
    },
    {
      name: "introspection in production",
      change: { [`${API}/Properties/IntrospectionConfig`]: "ENABLED" },
    },
    { name: "queries of any depth", change: { [`${API}/Properties/QueryDepthLimit`]: undefined } },
    { name: "any number of resolvers", change: { [`${API}/Properties/ResolverCountLimit`]: 0 } },
    {
      name: "items kept longer than the files",
      change: { [`${API}/Properties/EnvironmentVariables/RETENTION_DAYS`]: "4000" },
    },
    {
      name: "auditors' directive removed",
      change: { [`${SCHEMA}/Properties/Definition`]: "type Query { loginsOf(username: String!): ID }" },
    },
    {
      name: "a field that an API key opens",
      change: {
        [`${SCHEMA}/Properties/Definition`]:
          'type Query { loginsOf: ID @aws_cognito_user_pools(cognito_groups: ["auditors"]) g: ID @aws_api_key }',
      },
    },
    {
      name: "another group than the directive's",
      change: { "AWS::Cognito::UserPoolGroup/Properties/GroupName": "audit" },
    },
    {
      name: "another group than the resolver's",
      change: { "ApiGraphQLQueryloginsOf/Properties/Code": 'const AUDITORS = "audit";' },
    },
    {
      name: "answers from a cache",
      change: { "ApiGraphQLQuerymyLogins/Properties/CachingConfig": { Ttl: 60 } },
    },
    {
      name: "a source on the internet",
      change: {
        Elsewhere: {
          Type: "AWS::AppSync::DataSource",
          Properties: {
            ...{ Name: "Elsewhere", Type: "HTTP", ApiId: "<ApiGraphQL.ApiId>" },
            HttpConfig: { Endpoint: "https://example.com" },
          },
        },
      },
    },
    {
      name: "another function behind a source",
      change: {
        "ApiGreetingSource/Properties/LambdaConfig/LambdaFunctionArn": "<FunctionsAuthFunction.Arn>",
      },
    },
    {
      name: "a source by another's role",
      change: { "ApiGreetingSource/Properties/ServiceRoleArn": "<ApiTableRole.Arn>" },
    },
  ],
};

/** A table's role is named after the table, a function's after its source. */
function roleSuffix(type: unknown): string {
  return type === "AMAZON_DYNAMODB" ? "Role" : "SourceRole";
}
