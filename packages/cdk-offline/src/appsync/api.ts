// One GraphQL API, put together from the resources of the template. What does not fit together is refused here, by the
// logical id of the resource and the name of its property.

import { isObjectType, type GraphQLSchema } from "graphql";
import type { Clock } from "../clock.ts";
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
  cause?: unknown,
): NotServed {
  return new NotServed({ code: "not-deployable", logicalId, property, reason }, { cause });
}

/** Builds the API. Rejects with `NotServed`. */
export async function loadApi(
  api: Resource<GraphqlApiProperties>,
  resources: Omit<ApiResources, "apis">,
  ports: ApiPorts,
): Promise<Api> {
  const apiId = api.attributes["ApiId"] ?? "";
  const own = <Properties extends { readonly ApiId: string }>(all: readonly Resource<Properties>[]) =>
    all.filter(({ properties }) => properties.ApiId === apiId);
  const { UserPoolConfig: pool, IntrospectionConfig: introspection } = api.properties;
  await checkCode([...own(resources.functions), ...own(resources.resolvers)], ports.gate);
  const schema = loadSchema(own(resources.schemas));
  const dataSources = loadDataSources(own(resources.dataSources), apiId, ports);
  const functions = await loadFunctions(own(resources.functions), dataSources, ports.evaluator);
  const resolvers = await loadResolvers(own(resources.resolvers), {
    schema,
    dataSources,
    functions,
    evaluator: ports.evaluator,
  });
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
      clientIds: clientIdPattern(api),
    }),
    resolverOf: (typeName, fieldName) => resolvers.get(`${typeName}.${fieldName}`),
  };
}

function clientIdPattern(api: Resource<GraphqlApiProperties>): RegExp | undefined {
  const pattern = api.properties.UserPoolConfig.AppIdClientRegex;
  try {
    return pattern === undefined ? undefined : new RegExp(pattern, "u");
  } catch (cause) {
    throw refusal(api, "UserPoolConfig.AppIdClientRegex", `${String(pattern)} is not a pattern`, cause);
  }
}

function loadSchema(schemas: readonly Resource<GraphqlSchemaProperties>[]): GraphQLSchema | undefined {
  const [schema, second] = schemas;
  if (second !== undefined) throw refusal(second, "ApiId", "the API has a schema already");
  if (schema === undefined) return undefined;
  try {
    return buildApiSchema(schema.properties.Definition);
  } catch (cause) {
    throw cause instanceof SchemaError ? refusal(schema, "Definition", cause.message, cause) : cause;
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

/** Refuses what CloudFormation would fail to deploy, but says why. */
async function checkCode(
  resources: readonly Resource<{ readonly Code?: string | undefined }>[],
  gate: Gate,
): Promise<void> {
  const codes = resources.flatMap(({ properties }) => properties.Code ?? []);
  const verdicts = await gate.check(codes);
  for (const resource of resources) {
    const findings = verdicts.get(resource.properties.Code ?? "") ?? [];
    if (findings.length > 0) throw refusal(resource, "Code", describeFindings(findings));
  }
}

async function loadCode(
  resource: Resource<{ readonly Code: string }>,
  evaluator: Evaluator,
): Promise<LoadedCode> {
  try {
    return await evaluator.load(resource.properties.Code);
  } catch (cause) {
    throw cause instanceof ResolverCodeError ? refusal(resource, "Code", cause.message, cause) : cause;
  }
}

/** A function, or a unit resolver. Without code it has to be a direct Lambda resolver. */
async function loadStep(
  name: string,
  resource: Resource<StepProperties>,
  dataSources: ReadonlyMap<string, LoadedDataSource>,
  evaluator: Evaluator,
): Promise<Step> {
  const { DataSourceName, Code, Runtime, MaxBatchSize: maxBatchSize } = resource.properties;
  const found = dataSources.get(DataSourceName);
  if (found === undefined) {
    throw refusal(resource, "DataSourceName", `there is no data source ${DataSourceName}`);
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
  const code = await loadCode({ ...resource, properties }, evaluator);
  const resultFrom = type === "AMAZON_DYNAMODB" ? DYNAMODB : undefined;
  return { name, code, dataSource, resultFrom, maxBatchSize };
}

type StepProperties = Pick<FunctionProperties, "DataSourceName" | "Code" | "Runtime" | "MaxBatchSize">;

/** Functions by their id. */
async function loadFunctions(
  resources: readonly Resource<FunctionProperties>[],
  dataSources: ReadonlyMap<string, LoadedDataSource>,
  evaluator: Evaluator,
): Promise<ReadonlyMap<string, Step>> {
  const loaded = await Promise.all(
    resources.map(async (resource): Promise<[string, Step]> => {
      const step = await loadStep(resource.properties.Name, resource, dataSources, evaluator);
      return [resource.attributes["FunctionId"] ?? "", step];
    }),
  );
  return new Map(loaded);
}

interface ResolverParts {
  readonly schema: GraphQLSchema | undefined;
  readonly dataSources: ReadonlyMap<string, LoadedDataSource>;
  readonly functions: ReadonlyMap<string, Step>;
  readonly evaluator: Evaluator;
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
      const { TypeName, FieldName } = resource.properties;
      const name = `${TypeName}.${FieldName}`;
      const type = parts.schema?.getType(TypeName);
      if (!isObjectType(type))
        throw refusal(resource, "TypeName", `the schema has no object type ${TypeName}`);
      if (type.getFields()[FieldName] === undefined) {
        throw refusal(resource, "FieldName", `the type ${TypeName} has no field ${FieldName}`);
      }
      if (seen.has(name)) throw refusal(resource, "FieldName", `the field ${name} has a resolver already`);
      seen.add(name);
      loaded.set(name, await loadResolver(name, resource, parts));
    }),
  );
  return loaded;
}

async function loadResolver(
  name: string,
  resource: Resource<ResolverProperties>,
  { dataSources, functions, evaluator }: ResolverParts,
): Promise<Resolver> {
  const { properties } = resource;
  if (properties.Kind === "UNIT") {
    return { kind: "unit", step: await loadStep(name, { ...resource, properties }, dataSources, evaluator) };
  }
  const steps = properties.PipelineConfig.Functions.map((id) => {
    const step = functions.get(id);
    if (step === undefined) throw refusal(resource, "PipelineConfig.Functions", `there is no function ${id}`);
    return step;
  });
  const code = await loadCode({ ...resource, properties }, evaluator);
  return { kind: "pipeline", name, code, functions: steps };
}
