// What API Gateway lets through to which function, how fast, and what it answers by itself.

import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { at, listAt, ofType, only, type ReadableTemplate } from "./readable.ts";

const API = "AWS::ApiGateway::RestApi";
const STAGE = "AWS::ApiGateway::Stage";
const POST_LOGINS = "SignInApiloginsPOST";

/** The path of a resource, such as `/auth/{proxy+}`. */
function pathOf(template: ReadableTemplate, reference: string): string {
  const resource = template[reference.slice(1, -1)];
  if (resource === undefined) return "";
  return `${pathOf(template, String(resource.Properties["ParentId"]))}/${String(resource.Properties["PathPart"])}`;
}

/** What a function answers as well; literal values stand in single quotes. */
const HARDENED = {
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

const calls = (name: string) => ({
  IntegrationHttpMethod: "POST",
  Type: "AWS_PROXY",
  Uri: `arn:<AWS::Partition>:apigateway:<AWS::Region>:lambda:path/2015-03-31/functions/<${name}.Arn>/invocations`,
});

export const restApi: Concern = {
  name: "the REST API",
  checks: [
    {
      name: "is open below /auth, and for POST /logins to tokens of the pool with the scope",
      holds: (template) => {
        const methods = ofType(template, "AWS::ApiGateway::Method").map(([name, { Properties }]) => {
          const { HttpMethod, ResourceId, RestApiId, ...settings } = Properties;
          expect(RestApiId, name).toBe("<SignInApi>");
          return [`${String(HttpMethod)} ${pathOf(template, String(ResourceId))}`, settings];
        });
        expect(Object.fromEntries(methods)).toEqual({
          "ANY /auth/{proxy+}": { AuthorizationType: "NONE", Integration: calls("FunctionsAuthFunction") },
          "POST /logins": {
            AuthorizationType: "COGNITO_USER_POOLS",
            AuthorizerId: "<SignInAuthorizer>",
            // With a scope the authorizer takes access tokens alone; without one it would take ID tokens.
            AuthorizationScopes: ["<IdentityUsersLedger>/logins"],
            Integration: calls("FunctionsLoginsFunction"),
          },
        });
      },
    },
    {
      name: "knows who asks from a token of the pool",
      holds: (template) => {
        const { Name, ...authorizer } = only(template, "AWS::ApiGateway::Authorizer").Properties;
        expect(Name).toBeTypeOf("string");
        expect(authorizer).toEqual({
          Type: "COGNITO_USER_POOLS",
          ProviderARNs: ["<IdentityUsers.Arn>"],
          IdentitySource: "method.request.header.Authorization",
          RestApiId: "<SignInApi>",
        });
      },
    },
    {
      name: "lets no more than so many requests through, whatever the route, and keeps no answer",
      holds: (template) => {
        const { Properties } = only(template, STAGE);
        const settings = listAt(Properties, "MethodSettings");
        const general = settings.filter(
          (setting) => at(setting, "HttpMethod") === "*" && at(setting, "ResourcePath") === "/*",
        );
        expect(general).toHaveLength(1);
        for (const setting of settings) {
          for (const limit of ["ThrottlingRateLimit", "ThrottlingBurstLimit"]) {
            expect(at(setting, limit), limit).toBeTypeOf("number");
            expect(at(setting, limit), limit).toBeGreaterThan(0);
            expect(at(setting, limit), limit).toBeLessThanOrEqual(500);
          }
          expect(setting).not.toHaveProperty("CachingEnabled");
        }
        expect(Properties).not.toHaveProperty("CacheClusterEnabled");
      },
    },
    {
      name: "has one regional endpoint, one stage and no policy that opens it to others",
      holds: (template) => {
        const { Properties } = only(template, API);
        expect(Properties["EndpointConfiguration"]).toEqual({ Types: ["REGIONAL"] });
        expect(Properties).not.toHaveProperty("Policy");
        const { MethodSettings, DeploymentId, ...stage } = only(template, STAGE).Properties;
        expect([MethodSettings, DeploymentId]).not.toContain(undefined);
        expect(stage).toEqual({ RestApiId: "<SignInApi>", StageName: "v1" });
      },
    },
    {
      name: "speaks TLS 1.2 or 1.3 and no older one",
      holds: (template, stage) => {
        expect(only(template, API).Properties).toMatchObject({
          SecurityPolicy: "SecurityPolicy_TLS13_1_2_PQ_2025_09",
          EndpointAccessMode: stage.endpointAccess, // without it a policy of this kind is refused
        });
      },
    },
    {
      name: "A30: answers by itself with the headers that the functions give, and no other origin's page",
      holds: (template) => {
        const answers = ofType(template, "AWS::ApiGateway::GatewayResponse").map(([, { Properties }]) => {
          const { ResponseType, ...settings } = Properties;
          return [String(ResponseType), settings];
        });
        const headers = Object.entries(HARDENED).map(([name, value]) => [
          `gatewayresponse.header.${name}`,
          `'${value}'`,
        ]);
        const hardened = {
          ResponseParameters: Object.fromEntries(headers) as unknown,
          RestApiId: "<SignInApi>",
        };
        expect(Object.fromEntries(answers)).toEqual({ DEFAULT_4XX: hardened, DEFAULT_5XX: hardened });
        expect(JSON.stringify(template)).not.toContain("Access-Control-Allow-Origin");
      },
    },
  ],
  mutations: [
    { name: "TLS 1.0", change: { [`${API}/Properties/SecurityPolicy`]: "TLS_1_0" } },
    {
      name: "a TLS policy without the access mode that it needs",
      change: { [`${API}/Properties/EndpointAccessMode`]: undefined },
    },
    {
      name: "POST /logins without scope",
      change: { [`${POST_LOGINS}/Properties/AuthorizationScopes`]: undefined },
    },
    {
      name: "POST /logins with a scope that every token has",
      change: { [`${POST_LOGINS}/Properties/AuthorizationScopes/1`]: "openid" },
    },
    {
      name: "POST /logins without authorizer",
      change: { [`${POST_LOGINS}/Properties/AuthorizationType`]: "NONE" },
    },
    {
      name: "an open method beside POST /logins",
      change: {
        SignInApiloginsGET: {
          Type: "AWS::ApiGateway::Method",
          Properties: {
            ...{ HttpMethod: "GET", ResourceId: "<SignInApilogins>", RestApiId: "<SignInApi>" },
            AuthorizationType: "NONE",
          },
        },
      },
    },
    {
      name: "tokens of another pool",
      change: { "AWS::ApiGateway::Authorizer/Properties/ProviderARNs/1": "arn:aws:cognito-idp:x" },
    },
    {
      name: "the token in the address",
      change: {
        "AWS::ApiGateway::Authorizer/Properties/IdentitySource": "method.request.querystring.token",
      },
    },
    {
      name: "no throttling",
      change: { [`${STAGE}/Properties/MethodSettings/0/ThrottlingRateLimit`]: undefined },
    },
    {
      name: "no limit of a burst",
      change: { [`${STAGE}/Properties/MethodSettings/0/ThrottlingBurstLimit`]: undefined },
    },
    {
      name: "throttling of one route alone",
      change: { [`${STAGE}/Properties/MethodSettings/0/ResourcePath`]: "/logins" },
    },
    {
      name: "answers kept by API Gateway",
      change: { [`${STAGE}/Properties/MethodSettings/0/CachingEnabled`]: true },
    },
    {
      name: "an endpoint at the edge",
      change: { [`${API}/Properties/EndpointConfiguration/Types/0`]: "EDGE" },
    },
    { name: "a policy for everybody", change: { [`${API}/Properties/Policy`]: {} } },
    {
      name: "a refusal without its headers",
      change: { SignInApiDEFAULT4XX: undefined },
    },
    {
      name: "a refusal that may be kept",
      change: {
        "SignInApiDEFAULT5XX/Properties/ResponseParameters/gatewayresponse.header.Cache-Control": undefined,
      },
    },
    {
      name: "a refusal for other origins' pages",
      change: {
        "SignInApiDEFAULT4XX/Properties/ResponseParameters/gatewayresponse.header.Access-Control-Allow-Origin":
          "'*'",
      },
    },
  ],
};
