// What holds for the template as a whole: which kinds of things there are, and that none holds a secret.

import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { at, ofType, only } from "./readable.ts";

/** Every type of which the checks know what is safe. A further one comes with its checks. */
export const KNOWN_TYPES = [
  "AWS::ApiGateway::Authorizer",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Stage",
  "AWS::AppSync::DataSource",
  "AWS::AppSync::FunctionConfiguration",
  "AWS::AppSync::GraphQLApi",
  "AWS::AppSync::GraphQLSchema",
  "AWS::AppSync::Resolver",
  "AWS::CloudFront::Distribution",
  "AWS::CloudFront::Function",
  "AWS::CloudFront::OriginAccessControl",
  "AWS::CloudFront::ResponseHeadersPolicy",
  "AWS::Cognito::ManagedLoginBranding",
  "AWS::Cognito::UserPool",
  "AWS::Cognito::UserPoolClient",
  "AWS::Cognito::UserPoolDomain",
  "AWS::Cognito::UserPoolGroup",
  "AWS::Cognito::UserPoolResourceServer",
  "AWS::DynamoDB::GlobalTable",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::S3::Bucket",
  "AWS::S3::BucketPolicy",
  "AWS::SQS::Queue",
  "AWS::SQS::QueuePolicy",
  "AWS::SSM::Parameter",
  "AWS::SecretsManager::Secret",
];

export const wholeTemplate: Concern = {
  name: "the whole template",
  checks: [
    {
      name: "every resource is of a type that has its checks: no API key, no function URL, no custom resource",
      holds: (template) => {
        const types = Object.values(template).map(({ Type }) => Type);
        expect([...new Set(types)].filter((type) => !KNOWN_TYPES.includes(type))).toEqual([]);
      },
    },
    {
      name: "J5: no secret is read into the template but where AWS itself puts one into a secret or the distribution",
      holds: (template) => {
        const { ClientSecret, PageDistribution, ...others } = template;
        expect(JSON.stringify(others)).not.toMatch(/[.:]ClientSecret\b|"SecretString"|\{\{resolve:/);
        expect(JSON.stringify(PageDistribution).split("{{resolve:")).toHaveLength(2);
        expect(JSON.stringify(ClientSecret)).not.toContain("{{resolve:");
      },
    },
    {
      name: "no address is of somebody's machine, or of nobody",
      holds: (template) => {
        expect(JSON.stringify(template)).not.toMatch(/localhost|127\.0\.0\.1|example\.com/);
      },
    },
    {
      name: "what others see by its name is named after stage and region, so that no two stacks share a name",
      holds: (template, { name: stage }) => {
        const names = [
          only(template, "AWS::ApiGateway::RestApi").Properties["Name"],
          only(template, "AWS::Cognito::UserPool").Properties["UserPoolName"],
          ...["OriginAccessControl", "ResponseHeadersPolicy"].map((kind) =>
            at(only(template, `AWS::CloudFront::${kind}`).Properties, `${kind}Config/Name`),
          ),
        ];
        expect(new Set(names)).toEqual(new Set([`login-ledger-${stage}-<AWS::Region>`]));
      },
    },
    {
      name: "every parameter is plain text of this stage",
      holds: (template, { name: stage }) => {
        const parameters = ofType(template, "AWS::SSM::Parameter").map(([name, { Properties }]) => {
          const { Description, Value, Name, ...others } = Properties;
          expect([Description, Value].map((text) => typeof text)).toEqual(["string", "string"]);
          expect(others, name).toEqual({ Type: "String" });
          return String(Name);
        });
        expect(parameters.length).toBeGreaterThan(0);
        expect(parameters.filter((name) => !name.startsWith(`/login-ledger/${stage}/`))).toEqual([]);
      },
    },
  ],
  mutations: [
    {
      name: "a REST API whose metrics are those of another stage",
      change: { "AWS::ApiGateway::RestApi/Properties/Name": "Api" },
    },
    {
      name: "a name in CloudFront that a second region would need too",
      change: {
        "AWS::CloudFront::OriginAccessControl/Properties/OriginAccessControlConfig/Name": "login-ledger-prod",
      },
    },
    {
      name: "a function URL",
      change: { Url: { Type: "AWS::Lambda::Url", Properties: { AuthType: "NONE" } } },
    },
    {
      name: "an API key of AppSync",
      change: { Key: { Type: "AWS::AppSync::ApiKey", Properties: {} } },
    },
    {
      name: "a custom resource",
      change: { Custom: { Type: "Custom::S3AutoDeleteObjects", Properties: {} } },
    },
    {
      name: "a user with keys",
      change: { Keys: { Type: "AWS::IAM::AccessKey", Properties: { UserName: "u" } } },
    },
    {
      name: "logs sent elsewhere",
      change: { Sent: { Type: "AWS::Logs::SubscriptionFilter", Properties: {} } },
    },
    {
      name: "the client secret in a parameter",
      change: { "ConfigParameter/Properties/Value": "<IdentityUsersWeb.ClientSecret>" },
    },
    {
      name: "a secret read at deployment",
      change: { "ConfigParameter/Properties/Value": "{{resolve:secretsmanager:x}}" },
    },
    {
      name: "the address of somebody's machine",
      change: { "ConfigParameter/Properties/Value": "http://localhost:4000" },
    },
    {
      name: "another stage's parameter",
      change: { "ConfigParameter/Properties/Name": "/login-ledger/dev/config" },
    },
  ],
};
