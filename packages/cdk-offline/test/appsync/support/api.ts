// An AppSync API behind a loopback server, made from a schema and resolver code.

import { expect } from "vitest";
import type { DynamoDBPort } from "../../../src/appsync/data-sources/dynamodb/operation.ts";
import type { Gate } from "../../../src/appsync/gate/gate.ts";
import type { LambdaPort } from "../../../src/appsync/data-sources/lambda.ts";
import type { RequestLogEntry } from "../../../src/appsync/http/graphql-endpoint.ts";
import {
  dataSource,
  functionConfiguration,
  graphqlApi,
  graphqlSchema,
  resolver,
} from "../../../src/appsync/resources.ts";
import type { Timers } from "../../../src/appsync/realtime/timers.ts";
import { openAppSync, type AppSync } from "../../../src/appsync/service.ts";
import { listenOnLoopback, type LoopbackServer } from "../../../src/http/loopback-server.ts";
import { deploy } from "./deploy.ts";

const POOL_ID = "us-east-1_TestPool1";
const RUNTIME = { Name: "APPSYNC_JS", RuntimeVersion: "1.0.0" };

/** The service's clock in these tests: 2026-11-22T16:00:00.250Z. */
export const NOW_MS = Date.UTC(2026, 10, 22, 16, 0, 0, 250);

/** A data source by its kind; `table` names a table. */
export type Source = "none" | "lambda" | { readonly table: string };

export interface FunctionSpec {
  /** Nothing for a direct Lambda resolver. */
  readonly code?: string;
  readonly source?: Source;
  readonly maxBatchSize?: number;
}

/** A unit resolver, or a pipeline when it has functions. */
export type ResolverSpec =
  FunctionSpec | { readonly code: string; readonly functions: readonly FunctionSpec[] };

export interface ApiSpec {
  /** Left out, the API has none. */
  readonly schema?: string;
  /** By `Type.field`; a text is the code of a unit resolver on the data source NONE. */
  readonly resolvers?: Readonly<Record<string, string | ResolverSpec>>;
  /** Further properties of the API. */
  readonly api?: Readonly<Record<string, unknown>>;
  readonly userPool?: Readonly<Record<string, unknown>>;
  readonly dynamodb?: DynamoDBPort;
  readonly lambda?: Partial<LambdaPort>;
  readonly clock?: () => number;
  /** Every code is let in when it is left out: loading the real gate takes a second. */
  readonly gate?: Gate;
  readonly timers?: Timers;
  readonly verifyToken?: (userPoolId: string, token: string) => Promise<Readonly<Record<string, unknown>>>;
}

/** Claims of an access token, as the pool would have signed them. */
export const CLAIMS = {
  sub: "7d8ca528-4931-4254-9273-ea5ee853f271",
  iss: `https://cognito-idp.us-east-1.amazonaws.com/${POOL_ID}`,
  client_id: "web-client",
  origin_jti: "b7b1cd5f-7d9d-4b3a-8d1c-b1d8c8d3e1f0",
  token_use: "access",
  auth_time: Math.floor(NOW_MS / 1000) - 5,
  exp: Math.floor(NOW_MS / 1000) + 300,
  username: "nadia",
} as const;

/** A token whose claims the tests' pool reads without a signature. */
export function tokenOf(claims: Readonly<Record<string, unknown>> = CLAIMS): string {
  return `header.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signature`;
}

/** The port to the pool: gives back what `tokenOf` was given. */
export function readToken(_userPoolId: string, token: string): Promise<Readonly<Record<string, unknown>>> {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
  return Promise.resolve(JSON.parse(claims) as Readonly<Record<string, unknown>>);
}

/** Resources of an API in the shape in which the template's loader hands them over. */
export function resourcesOf(spec: ApiSpec) {
  const api = deploy(graphqlApi, "Api", {
    Name: "test",
    AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
    UserPoolConfig: { UserPoolId: POOL_ID, AwsRegion: "us-east-1", DefaultAction: "ALLOW", ...spec.userPool },
    ...spec.api,
  });
  const ApiId = api.attributes["ApiId"];
  const dataSources = new Map<string, ReturnType<typeof deploySource>>();
  const functions: ReturnType<typeof deployFunction>[] = [];
  const resolvers: ReturnType<typeof deployResolver>[] = [];

  function deploySource(name: string, source: Source) {
    const common = { ApiId, Name: name, ServiceRoleArn: "arn:aws:iam::000000000000:role/source" };
    if (source === "none") return deploy(dataSource, name, { ApiId, Name: name, Type: "NONE" });
    if (source === "lambda") {
      const LambdaFunctionArn = "arn:aws:lambda:us-east-1:000000000000:function:test";
      return deploy(dataSource, name, { ...common, Type: "AWS_LAMBDA", LambdaConfig: { LambdaFunctionArn } });
    }
    const DynamoDBConfig = { TableName: source.table, AwsRegion: "us-east-1" };
    return deploy(dataSource, name, { ...common, Type: "AMAZON_DYNAMODB", DynamoDBConfig });
  }
  function sourceName(source: Source = "none"): string {
    const name = typeof source === "string" ? source : `table_${source.table}`;
    if (!dataSources.has(name)) dataSources.set(name, deploySource(name, source));
    return name;
  }
  const codeOf = ({ code, maxBatchSize }: FunctionSpec) => ({
    ...(code === undefined ? {} : { Code: code, Runtime: RUNTIME }),
    ...(maxBatchSize === undefined ? {} : { MaxBatchSize: maxBatchSize }),
  });
  function deployFunction(name: string, spec: FunctionSpec) {
    const DataSourceName = sourceName(spec.source);
    return deploy(functionConfiguration, name, { ApiId, Name: name, DataSourceName, ...codeOf(spec) });
  }
  function deployResolver(name: string, resolverSpec: ResolverSpec) {
    const [TypeName = "", FieldName = ""] = name.split(".");
    const common = { ApiId, TypeName, FieldName, ...codeOf(resolverSpec) };
    const logicalId = `${TypeName}${FieldName}Resolver`;
    if (!("functions" in resolverSpec)) {
      return deploy(resolver, logicalId, {
        ...common,
        Kind: "UNIT",
        DataSourceName: sourceName(resolverSpec.source),
      });
    }
    const steps = resolverSpec.functions.map((step, index) =>
      deployFunction(`${TypeName}_${FieldName}_${String(index)}`, step),
    );
    functions.push(...steps);
    const Functions = steps.map(({ attributes }) => attributes["FunctionId"]);
    return deploy(resolver, logicalId, { ...common, Kind: "PIPELINE", PipelineConfig: { Functions } });
  }

  for (const [name, value] of Object.entries(spec.resolvers ?? {})) {
    resolvers.push(deployResolver(name, typeof value === "string" ? { code: value } : value));
  }
  return {
    apis: [api],
    schemas:
      spec.schema === undefined ? [] : [deploy(graphqlSchema, "Schema", { ApiId, Definition: spec.schema })],
    dataSources: [...dataSources.values()],
    functions,
    resolvers,
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly Readonly<Record<string, unknown>>[];
}

export interface TestApi {
  readonly url: string;
  readonly log: readonly RequestLogEntry[];
  /** Sends a request to /graphql, with a token unless a header says otherwise. */
  send(init: RequestInit): Promise<Answer>;
  /** Sends a query. */
  query(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    claims?: Readonly<Record<string, unknown>>,
  ): Promise<Answer>;
  /** Sends a query and gives its data; an answer with errors fails the test. */
  data(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

const noLambda: LambdaPort = {
  invoke: () => Promise.reject(new Error("no function is expected to be invoked")),
  enqueue: () => Promise.reject(new Error("no event is expected to be queued")),
};
const noTable: DynamoDBPort = {
  call: () => Promise.reject(new Error("no table is expected to be called")),
};

/** Lets every code in. */
export const openToAll: Gate = {
  check: () => Promise.resolve(new Map()),
  close: () => Promise.resolve(),
};

export function openService(spec: ApiSpec, log: RequestLogEntry[] = []): Promise<AppSync> {
  return openAppSync({
    ...resourcesOf(spec),
    clock: spec.clock ?? (() => NOW_MS),
    dynamodb: spec.dynamodb ?? noTable,
    lambda: { ...noLambda, ...spec.lambda },
    verifyToken: spec.verifyToken ?? readToken,
    gate: spec.gate ?? openToAll,
    ...(spec.timers !== undefined && { timers: spec.timers }),
    onRequestLog: (entry) => log.push(entry),
  });
}

export async function openApi(spec: ApiSpec): Promise<TestApi> {
  const log: RequestLogEntry[] = [];
  const service = await openService(spec, log);
  const server: LoopbackServer = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 10_000_000,
    handler: service.handler,
    upgrade: service.upgrade,
    onError: (error) => {
      throw error;
    },
  });
  const url = `http://127.0.0.1:${String(server.port)}/graphql`;
  const send = async (init: RequestInit): Promise<Answer> => {
    const response = await fetch(url, { method: "POST", ...init });
    const text = await response.text();
    const body = (text === "" ? {} : JSON.parse(text)) as Partial<Pick<Answer, "data" | "errors">>;
    const { status, headers } = response;
    return { status, headers, text, data: body.data ?? null, errors: body.errors ?? [] };
  };
  const query: TestApi["query"] = (text, variables, claims) =>
    send({
      headers: { authorization: tokenOf(claims), "content-type": "application/json" },
      body: JSON.stringify({ query: text, variables }),
    });
  return {
    url,
    log,
    send,
    query,
    async data(text, variables) {
      const { data, errors } = await query(text, variables);
      expect(errors).toEqual([]);
      return data ?? {};
    },
    async close() {
      await server.close();
      await service.close();
    },
  };
}

/** Code of a resolver on the data source NONE whose result is an expression over `ctx`. */
export function returning(expression: string): string {
  return `
    import { util, runtime } from "@aws-appsync/utils";
    export function request(ctx) { return { payload: null }; }
    export function response(ctx) { return ${expression}; }`;
}
