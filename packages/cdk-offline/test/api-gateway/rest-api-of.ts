// A REST API as the template resolver would hand it over, from the methods a test names, behind a real HTTP server.

import {
  authorizerResource,
  deploymentResource,
  gatewayResponseResource,
  methodResource,
  modelResource,
  requestValidatorResource,
  resourceResource,
  restApiResource,
  stageResource,
  type MethodProperties,
  type ResourceProperties,
} from "../../src/api-gateway/resources.ts";
import { openApiGateway, type ApiGatewayOptions } from "../../src/api-gateway/service.ts";
import type { Resource, ResourceDefinition } from "../../src/assembly/resource.ts";
import { listenOnLoopback } from "../../src/http/loopback-server.ts";
import { deployed } from "../deployed.ts";

export type Handler = (event: Record<string, unknown>) => unknown;

export interface TestApi {
  /** By `METHOD /path`: properties of the method beside those that every method has. */
  readonly methods: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly api?: Readonly<Record<string, unknown>>;
  readonly stage?: Readonly<Record<string, unknown>>;
  readonly models?: Readonly<Record<string, unknown>>;
  readonly validators?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly gatewayResponses?: readonly Readonly<Record<string, unknown>>[];
  readonly options?: Partial<ApiGatewayOptions>;
  /** The function behind every method: its result is sent as JSON, what it throws is an error of the function. */
  readonly handler?: Handler;
}

export const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:fn";
const poolArn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_pool";

export function openRestApi(test: TestApi) {
  const api = resourceOf(restApiResource, "Api", { Name: "Api", ...test.api });
  const RestApiId = api.ref;
  const rootId = api.attributes["RootResourceId"] ?? "";
  const resources: Resource<ResourceProperties>[] = [];
  const methods: Resource<MethodProperties>[] = [];
  const resourceIdOf = (path: string): string =>
    path
      .split("/")
      .filter((part) => part !== "")
      .reduce((ParentId, PathPart) => {
        const known = resources.find(
          ({ properties }) => properties.ParentId === ParentId && properties.PathPart === PathPart,
        );
        if (known !== undefined) return known.ref;
        const made = resourceOf(resourceResource, path, { RestApiId, ParentId, PathPart });
        resources.push(made);
        return made.ref;
      }, rootId);
  const authorizer = resourceOf(authorizerResource, "Authorizer", {
    RestApiId,
    Name: "users",
    Type: "COGNITO_USER_POOLS",
    IdentitySource: "method.request.header.Authorization",
    ProviderARNs: [poolArn],
  });
  const validators = Object.entries(test.validators ?? {}).map(([name, properties]) => ({
    ...resourceOf(requestValidatorResource, name, { RestApiId, ...properties }),
    ref: name,
  }));
  for (const [route, properties] of Object.entries(test.methods)) {
    const [HttpMethod, path = ""] = route.split(" ");
    const isGuarded = properties["AuthorizationType"] === "COGNITO_USER_POOLS";
    const { Integration, ...others } = properties;
    methods.push(
      resourceOf(methodResource, route, {
        RestApiId,
        ResourceId: resourceIdOf(path),
        HttpMethod,
        AuthorizationType: "NONE",
        Integration: {
          Type: "AWS_PROXY",
          IntegrationHttpMethod: "POST",
          Uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
          ...(Integration as object | undefined),
        },
        ...(isGuarded ? { AuthorizerId: authorizer.ref } : {}),
        ...others,
      }),
    );
  }
  const deployment = resourceOf(deploymentResource, "Deployment", { RestApiId });
  const gateway = openApiGateway({
    clock: () => Date.UTC(2026, 10, 22, 10, 20, 30),
    region: "us-east-1",
    account: "000000000000",
    apis: [api],
    resources,
    methods,
    authorizers: [authorizer],
    deployments: [deployment],
    stages: [
      resourceOf(stageResource, "Stage", {
        RestApiId,
        StageName: "v1",
        DeploymentId: deployment.ref,
        ...test.stage,
      }),
    ],
    requestValidators: validators,
    models: Object.entries(test.models ?? {}).map(([Name, Schema]) =>
      resourceOf(modelResource, Name, { RestApiId, ContentType: "application/json", Name, Schema }),
    ),
    gatewayResponses: (test.gatewayResponses ?? []).map((properties) =>
      resourceOf(gatewayResponseResource, "GatewayResponse", { RestApiId, ...properties }),
    ),
    lambda: { invoke: (_name, payload) => invoke(test.handler ?? ((event) => event), payload) },
    verifyToken: () => Promise.reject(new Error("no token was to be verified")),
    ...test.options,
  });
  return { gateway, apiId: api.ref };
}

/** Serves an API at `http://127.0.0.1:<port>/<stage>/…`. */
export async function serveRestApi(test: TestApi) {
  const { gateway, apiId } = openRestApi(test);
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 11 * 1024 * 1024,
    handler: (request) => gateway.handle(apiId, request.url.pathname, request),
    onError: () => undefined,
  });
  return { ...server, apiId, url: `http://127.0.0.1:${server.port}` };
}

async function invoke(handler: Handler, payload: string) {
  try {
    const result = await handler(JSON.parse(payload) as Record<string, unknown>);
    return { payload: JSON.stringify(result ?? null) };
  } catch (error) {
    return { payload: JSON.stringify({ errorMessage: String(error) }), functionError: "Unhandled" };
  }
}

function resourceOf<Parsed>(
  definition: ResourceDefinition<Parsed>,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): Resource<Parsed> {
  return deployed(definition, properties, { logicalId });
}
