// One GraphQL API, put together from the resources of the template. What does not fit together is refused here, by the
// logical id of the resource and the name of its property.

import { isObjectType, type GraphQLSchema } from "graphql";
import type { Clock } from "../clock.ts";
import { Refusals } from "../assembly/refusals.ts";
import type { Resource } from "../assembly/resource.ts";
import { NotServed } from "../errors.ts";
import { openAccess, type AccessCheck } from "./authorization/access.ts";
import { openAuthentication, type Caller, type VerifyToken } from "./authorization/caller.ts";
import type { DataSource } from "./data-sources/data-source.ts";
import type { DynamoDBPort } from "./data-sources/dynamodb/operation.ts";
import { openPageTokens } from "./data-sources/dynamodb/page-token.ts";
import { tableDataSource } from "./data-sources/dynamodb/table.ts";
import { lambdaDataSource, type LambdaPort } from "./data-sources/lambda.ts";
import { noneDataSource } from "./data-sources/none.ts";
import { ResolverCodeError } from "./evaluator/compile.ts";
import type { Evaluator, LoadedCode } from "./evaluator/evaluator.ts";
import { DYNAMODB } from "./evaluator/wire.ts";
import { describeFindings } from "./gate/finding.ts";
import type { Gate } from "./gate/gate.ts";
import { SchemaError } from "./graphql/dialect.ts";
import { openDocuments, type Prepared } from "./graphql/documents.ts";
import { buildApiSchema } from "./graphql/schema.ts";
import type { Resolver, Step } from "./resolver/resolver.ts";
import type {
  DataSourceProperties,
  FunctionProperties,
  GraphqlApiProperties,
  GraphqlSchemaProperties,
  ResolverProperties,
} from "./resources.ts";

/** The resources of one API. */
export interface ApiResources {
  readonly apis: readonly Resource<GraphqlApiProperties>[];
  readonly schemas: readonly Resource<GraphqlSchemaProperties>[];
  readonly dataSources: readonly Resource<DataSourceProperties>[];
  readonly functions: readonly Resource<FunctionProperties>[];
  readonly resolvers: readonly Resource<ResolverProperties>[];
}

export interface ApiPorts {
  readonly clock: Clock;
  readonly dynamodb: DynamoDBPort;
  readonly lambda: LambdaPort;
  readonly verifyToken: VerifyToken;
  readonly evaluator: Evaluator;
  readonly gate: Gate;
}

/** An API that is ready to answer. */
export interface Api {
  readonly properties: GraphqlApiProperties;
  /** Nothing while the template has no schema for it, which AppSync answers with an error of its own. */
  readonly graphql:
    | {
        readonly schema: GraphQLSchema;
        readonly prepare: (query: string) => Prepared;
        readonly mayAccess: AccessCheck;
      }
    | undefined;
  readonly authenticate: (authorization: string | undefined) => Promise<Caller>;
  resolverOf(typeName: string, fieldName: string): Resolver | undefined;
}

function refusal(
  { logicalId }: Resource<unknown>,
  property: string,
  reason: string,
  { refersTo, ...options }: ErrorOptions & { readonly refersTo?: string } = {},
): NotServed {
  const rest = refersTo === undefined ? {} : { refersTo };
  return new NotServed({ code: "not-deployable", logicalId, property, reason, ...rest }, options);
}

/** Builds the API. Rejects with everything that is refused: a `NotServed`, or a `TemplateError` of several. */
export async function loadApi(
  api: Resource<GraphqlApiProperties>,
  resources: Omit<ApiResources, "apis">,
  ports: ApiPorts,
): Promise<Api> {
  const apiId = api.attributes["ApiId"] ?? "";
  const own = <Properties extends { readonly ApiId: string }>(all: readonly Resource<Properties>[]) =>
    all.filter(({ properties }) => properties.ApiId === apiId);
  const { UserPoolConfig: pool, IntrospectionConfig: introspection } = api.properties;
  const refusals = new Refusals();
  const code = await openCode([...own(resources.functions), ...own(resources.resolvers)], ports);
  const schema = refusals.attempt(() => loadSchema(own(resources.schemas)));
  const clientIds = refusals.attempt(() => clientIdPattern(api));
  const dataSources = loadDataSources(own(resources.dataSources), apiId, ports);
  const functions = await loadFunctions(own(resources.functions), { dataSources, code, refusals });
  const resolvers = await loadResolvers(own(resources.resolvers), {
    schema,
    dataSources,
    functions,
    code,
    refusals,
  });
  refusals.throwAny();
  return {
    properties: api.properties,
    graphql: schema && {
      schema,
      prepare: openDocuments(schema, { introspection: introspection !== "DISABLED" }),
      mayAccess: openAccess(schema, pool.DefaultAction),
    },
    authenticate: openAuthentication({
      clock: ports.clock,
      verifyToken: ports.verifyToken,
      userPoolId: pool.UserPoolId,
      clientIds,
    }),
    resolverOf: (typeName, fieldName) => resolvers.get(`${typeName}.${fieldName}`),
  };
}

function clientIdPattern(api: Resource<GraphqlApiProperties>): RegExp | undefined {
  const pattern = api.properties.UserPoolConfig.AppIdClientRegex;
  try {
    return pattern === undefined ? undefined : new RegExp(pattern, "u");
  } catch (cause) {
    throw refusal(api, "UserPoolConfig.AppIdClientRegex", `${String(pattern)} is not a pattern`, { cause });
  }
}

function loadSchema(schemas: readonly Resource<GraphqlSchemaProperties>[]): GraphQLSchema | undefined {
  const [schema, second] = schemas;
  if (second !== undefined) throw refusal(second, "ApiId", "the API has a schema already");
  if (schema === undefined) return undefined;
  try {
    return buildApiSchema(schema.properties.Definition);
  } catch (cause) {
    throw cause instanceof SchemaError ? refusal(schema, "Definition", cause.message, { cause }) : cause;
  }
}

interface LoadedDataSource {
  readonly type: DataSourceProperties["Type"];
  readonly dataSource: DataSource;
}

function loadDataSources(
  resources: readonly Resource<DataSourceProperties>[],
  apiId: string,
  { dynamodb, lambda }: ApiPorts,
): ReadonlyMap<string, LoadedDataSource> {
  const pageTokens = openPageTokens(apiId);
  const load = (properties: DataSourceProperties): DataSource => {
    switch (properties.Type) {
      case "AMAZON_DYNAMODB": {
        const { TableName: tableName, AwsRegion: awsRegion } = properties.DynamoDBConfig;
        return tableDataSource({ dynamodb, lambda, tableName, awsRegion, pageTokens });
      }
      case "AWS_LAMBDA":
        return lambdaDataSource(lambda, properties.LambdaConfig.LambdaFunctionArn);
      case "NONE":
        return noneDataSource;
    }
  };
  return new Map(
    resources.map(({ properties }) => [
      properties.Name,
      { type: properties.Type, dataSource: load(properties) },
    ]),
  );
}

/** Loads the code of a resource. Rejects with `NotServed`. */
type LoadCode = (resource: Resource<{ readonly Code: string }>) => Promise<LoadedCode>;

/** Checks all code at once. What CloudFormation would fail to deploy is refused, with the reason that it does not give. */
async function openCode(
  resources: readonly Resource<{ readonly Code?: string | undefined }>[],
  { gate, evaluator }: Pick<ApiPorts, "gate" | "evaluator">,
): Promise<LoadCode> {
  const verdicts = await gate.check(resources.flatMap(({ properties }) => properties.Code ?? []));
  return async (resource) => {
    const { Code } = resource.properties;
    const findings = verdicts.get(Code) ?? [];
    if (findings.length > 0) throw refusal(resource, "Code", describeFindings(findings));
    try {
      return await evaluator.load(Code);
    } catch (cause) {
      throw cause instanceof ResolverCodeError ? refusal(resource, "Code", cause.message, { cause }) : cause;
    }
  };
}

/** What functions and resolvers are loaded from. */
interface Parts {
  readonly dataSources: ReadonlyMap<string, LoadedDataSource>;
  readonly code: LoadCode;
  /** Takes what is refused. */
  readonly refusals: Refusals;
}

/** A function, or a unit resolver. Without code it has to be a direct Lambda resolver. */
async function loadStep(
  name: string,
  resource: Resource<StepProperties>,
  { dataSources, code: load }: Parts,
): Promise<Step> {
  const { DataSourceName, Code, Runtime, MaxBatchSize: maxBatchSize } = resource.properties;
  const found = dataSources.get(DataSourceName);
  if (found === undefined) {
    const refersTo = "AWS::AppSync::DataSource";
    throw refusal(resource, "DataSourceName", `there is no data source ${DataSourceName}`, { refersTo });
  }
  const { type, dataSource } = found;
  if (maxBatchSize > 0 && type !== "AWS_LAMBDA") {
    throw refusal(resource, "MaxBatchSize", "only Lambda data sources have batches");
  }
  if ((Code === undefined) !== (Runtime === undefined)) {
    throw refusal(resource, "Runtime", "Code and Runtime go together");
  }
  if (Code === undefined) {
    if (type === "AWS_LAMBDA") {
      return { name, code: undefined, dataSource, resultFrom: undefined, maxBatchSize };
    }
    throw refusal(resource, "Code", "is missing; only Lambda data sources do without");
  }
  const properties = { ...resource.properties, Code };
  const code = await load({ ...resource, properties });
  const resultFrom = type === "AMAZON_DYNAMODB" ? DYNAMODB : undefined;
  return { name, code, dataSource, resultFrom, maxBatchSize };
}

type StepProperties = Pick<FunctionProperties, "DataSourceName" | "Code" | "Runtime" | "MaxBatchSize">;

/** Functions by their id. */
async function loadFunctions(
  resources: readonly Resource<FunctionProperties>[],
  parts: Parts,
): Promise<ReadonlyMap<string, Step>> {
  const loaded = new Map<string, Step>();
  await Promise.all(
    resources.map(async (resource) => {
      const step = await parts.refusals.attemptLater(() =>
        loadStep(resource.properties.Name, resource, parts),
      );
      if (step !== undefined) loaded.set(resource.attributes["FunctionId"] ?? "", step);
    }),
  );
  return loaded;
}

interface ResolverParts extends Parts {
  readonly schema: GraphQLSchema | undefined;
  readonly functions: ReadonlyMap<string, Step>;
}

/** Resolvers by `Type.field`. */
async function loadResolvers(
  resources: readonly Resource<ResolverProperties>[],
  parts: ResolverParts,
): Promise<ReadonlyMap<string, Resolver>> {
  const loaded = new Map<string, Resolver>();
  const seen = new Set<string>();
  await Promise.all(
    resources.map(async (resource) => {
      const name = `${resource.properties.TypeName}.${resource.properties.FieldName}`;
      parts.refusals.attempt(() => {
        checkField(resource, parts.schema);
        if (seen.has(name)) throw refusal(resource, "FieldName", `the field ${name} has a resolver already`);
        seen.add(name);
      });
      const resolver = await parts.refusals.attemptLater(() => loadResolver(name, resource, parts));
      if (resolver !== undefined) loaded.set(name, resolver);
    }),
  );
  return loaded;
}

function checkField(resource: Resource<ResolverProperties>, schema: GraphQLSchema | undefined): void {
  const { TypeName, FieldName } = resource.properties;
  const type = schema?.getType(TypeName);
  if (!isObjectType(type)) {
    const refersTo = "AWS::AppSync::GraphQLSchema";
    throw refusal(resource, "TypeName", `the schema has no object type ${TypeName}`, { refersTo });
  }
  if (type.getFields()[FieldName] === undefined) {
    throw refusal(resource, "FieldName", `the type ${TypeName} has no field ${FieldName}`);
  }
}

async function loadResolver(
  name: string,
  resource: Resource<ResolverProperties>,
  parts: ResolverParts,
): Promise<Resolver> {
  const { properties } = resource;
  if (properties.Kind === "UNIT") {
    return { kind: "unit", step: await loadStep(name, { ...resource, properties }, parts) };
  }
  const steps = properties.PipelineConfig.Functions.map((id) => {
    const step = parts.functions.get(id);
    if (step !== undefined) return step;
    const refersTo = "AWS::AppSync::FunctionConfiguration";
    throw refusal(resource, "PipelineConfig.Functions", `there is no function ${id}`, { refersTo });
  });
  const code = await parts.code({ ...resource, properties });
  return { kind: "pipeline", name, code, functions: steps };
}
