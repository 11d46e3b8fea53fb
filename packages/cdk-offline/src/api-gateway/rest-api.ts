// A REST API as it is deployed: its stages, its tree of paths and what stands behind each method.

import { refusalsOf } from "../assembly/refusals.ts";
import type { Resource } from "../assembly/resource.ts";
import { NotServed } from "../errors.ts";
import { customGatewayResponses, type CustomGatewayResponse } from "./gateway-response.ts";
import { compileSchema, type SchemaCheck } from "./json-schema.ts";
import type {
  AuthorizerProperties,
  DeploymentProperties,
  GatewayResponseProperties,
  MethodProperties,
  ModelProperties,
  RequestValidatorProperties,
  ResourceProperties,
  RestApiProperties,
  StageProperties,
} from "./resources.ts";

type Resources<Properties> = readonly Resource<Properties>[];

/** All resources of API Gateway in a template. */
export interface ApiGatewayTemplate {
  readonly apis: Resources<RestApiProperties>;
  readonly resources: Resources<ResourceProperties>;
  readonly methods: Resources<MethodProperties>;
  readonly authorizers: Resources<AuthorizerProperties>;
  readonly deployments: Resources<DeploymentProperties>;
  readonly stages: Resources<StageProperties>;
  readonly requestValidators: Resources<RequestValidatorProperties>;
  readonly models: Resources<ModelProperties>;
  readonly gatewayResponses: Resources<GatewayResponseProperties>;
}

export interface RestApi {
  readonly id: string;
  readonly isDisabled: boolean;
  readonly binaryMediaTypes: readonly string[];
  readonly root: PathNode;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly gatewayResponses: ReadonlyMap<string, CustomGatewayResponse>;
}

export interface Stage {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>> | null;
}

/** A resource of the API: one segment of a path and what is below it. */
export interface PathNode {
  readonly id: string;
  /** The whole path as the template spells it, such as `/auth/{proxy+}`. */
  readonly path: string;
  readonly children: ReadonlyMap<string, PathNode>;
  /** By HTTP method or "ANY". */
  readonly methods: ReadonlyMap<string, Method>;
}

export interface Method {
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly authorizer: Authorizer | undefined;
  readonly requiredParameters: readonly string[];
  /** Checks of a JSON body by content type; `undefined` when bodies are not validated. */
  readonly bodyChecks: ReadonlyMap<string, SchemaCheck> | undefined;
}

export interface Authorizer {
  /** The header with the token, in lower case. */
  readonly header: string;
  readonly userPoolIds: readonly string[];
  /** Without scopes an ID token is asked for, with scopes an access token that has one of them. */
  readonly scopes: readonly string[];
}

/** Everything that `assembleRestApi` refuses of the APIs of a template. */
export function checkRestApis(template: ApiGatewayTemplate): readonly NotServed[] {
  // What is refused of a model is not refused a second time where it is used.
  const models = new Map(template.models.map(({ ref }): [string, SchemaCheck] => [ref, () => true]));
  return refusalsOf([
    ...template.models.map(
      ({ properties, logicalId }) =>
        () =>
          compileSchema(properties.Schema, logicalId),
    ),
    ...template.stages.map((stage) => () => assembleStage(template, stage)),
    ...template.methods.map((method) => () => assembleMethod(template, method, models)),
    ...template.gatewayResponses.map((response) => () => customGatewayResponses([response])),
  ]);
}

/** Puts an API together. Throws `NotServed` when it refers to what is not in the template or not served. */
export function assembleRestApi(template: ApiGatewayTemplate, api: Resource<RestApiProperties>): RestApi {
  const ofApi = <Properties extends { RestApiId: string }>(resources: Resources<Properties>) =>
    resources.filter(({ properties }) => properties.RestApiId === api.ref);
  const methods = ofApi(template.methods);
  const models = new Map(
    ofApi(template.models).map((model) => [
      model.ref,
      compileSchema(model.properties.Schema, model.logicalId),
    ]),
  );
  const build = (id: string, path: string): PathNode => ({
    id,
    path: path === "" ? "/" : path,
    children: new Map(
      ofApi(template.resources)
        .filter(({ properties }) => properties.ParentId === id)
        .map(({ ref, properties }) => [properties.PathPart, build(ref, `${path}/${properties.PathPart}`)]),
    ),
    methods: new Map(
      methods
        .filter(({ properties }) => properties.ResourceId === id)
        .map((method) => [method.properties.HttpMethod, assembleMethod(template, method, models)]),
    ),
  });
  return {
    id: api.ref,
    isDisabled: api.properties.DisableExecuteApiEndpoint,
    binaryMediaTypes: api.properties.BinaryMediaTypes,
    root: build(api.attributes["RootResourceId"] ?? "", ""),
    stages: new Map(ofApi(template.stages).map((stage) => [stage.ref, assembleStage(template, stage)])),
    gatewayResponses: customGatewayResponses(ofApi(template.gatewayResponses)),
  };
}

function assembleStage(
  template: ApiGatewayTemplate,
  { logicalId, properties }: Resource<StageProperties>,
): Stage {
  const { StageName: name, DeploymentId: deploymentId, Variables } = properties;
  if (!template.deployments.some(({ ref }) => ref === deploymentId)) {
    const reason = `there is no deployment ${deploymentId} in the template`;
    throw new NotServed({
      code: "unknown-reference",
      logicalId,
      property: "DeploymentId",
      reason,
      refersTo: "AWS::ApiGateway::Deployment",
    });
  }
  return { name, deploymentId, variables: Variables ?? null };
}

function assembleMethod(
  template: ApiGatewayTemplate,
  { logicalId, properties }: Resource<MethodProperties>,
  models: ReadonlyMap<string, SchemaCheck>,
): Method {
  const validator = template.requestValidators.find(
    ({ ref }) => ref === properties.RequestValidatorId,
  )?.properties;
  return {
    functionArn: functionArnIn(properties.Integration.Uri, logicalId),
    timeoutMs: properties.Integration.TimeoutInMillis,
    authorizer: assembleAuthorizer(template, logicalId, properties),
    requiredParameters:
      validator?.ValidateRequestParameters === true ? requiredParameters(properties.RequestParameters) : [],
    bodyChecks:
      validator?.ValidateRequestBody === true
        ? bodyChecks(properties.RequestModels, models, logicalId)
        : undefined,
  };
}

function functionArnIn(uri: string, logicalId: string): string {
  const match =
    /^arn:aws:apigateway:[^:]+:lambda:path\/2015-03-31\/functions\/(?<arn>[^/]+)\/invocations$/.exec(uri);
  const arn = match?.groups?.["arn"];
  if (arn === undefined) {
    throw new NotServed({
      code: "value-not-served",
      logicalId,
      property: "Integration.Uri",
      seen: uri,
      served: "the invocation of a function",
    });
  }
  return arn;
}

function assembleAuthorizer(
  template: ApiGatewayTemplate,
  logicalId: string,
  { AuthorizationType, AuthorizerId, AuthorizationScopes }: MethodProperties,
): Authorizer | undefined {
  if (AuthorizationType === "NONE") return undefined;
  const authorizer = template.authorizers.find(({ ref }) => ref === AuthorizerId)?.properties;
  if (authorizer === undefined) {
    const reason = "it has no authorizer in the template";
    throw new NotServed({
      code: "unknown-reference",
      logicalId,
      property: "AuthorizerId",
      reason,
      refersTo: "AWS::ApiGateway::Authorizer",
    });
  }
  return {
    header: authorizer.IdentitySource.replace("method.request.header.", "").toLowerCase(),
    userPoolIds: authorizer.ProviderARNs.map((arn) => arn.split("/").at(-1) ?? ""),
    scopes: AuthorizationScopes,
  };
}

function requiredParameters(parameters: MethodProperties["RequestParameters"]): string[] {
  return Object.entries(parameters).flatMap(([name, isRequired]) => (isRequired ? [name] : []));
}

function bodyChecks(
  requestModels: MethodProperties["RequestModels"],
  models: ReadonlyMap<string, SchemaCheck>,
  logicalId: string,
): ReadonlyMap<string, SchemaCheck> {
  return new Map(
    Object.entries(requestModels).map(([contentType, name]) => {
      const check = models.get(name);
      if (check === undefined) {
        const reason = `there is no model ${name} in the template`;
        throw new NotServed({
          code: "unknown-reference",
          logicalId,
          property: "RequestModels",
          reason,
          refersTo: "AWS::ApiGateway::Model",
        });
      }
      return [contentType, check];
    }),
  );
}
