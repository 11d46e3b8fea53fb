// The GraphQL API of a template for tests of its resolvers: their code on real tables, with tokens that nobody signed and
// functions that the test plays.

import { join } from "node:path";
import * as appsync from "../appsync/resources.ts";
import { openAppSync, type AppSyncOptions } from "../appsync/service.ts";
import { readAssembly } from "../assembly/assembly.ts";
import { openDeployment } from "../assembly/deployment.ts";
import { resolveTemplate } from "../assembly/resolve.ts";
import type { Clock } from "../clock.ts";
import * as dynamodb from "../dynamodb/resources.ts";
import { openDynamoDb } from "../dynamodb/service.ts";
import { listenOnLoopback } from "../http/loopback-server.ts";
import { resourceDefinitions } from "../services.ts";

export interface GraphqlApiOptions {
  /** The folder of the cloud assembly. */
  readonly cloudAssembly: string;
  /** An empty folder for the tables. */
  readonly state: string;
  readonly clock: Clock;
  /** The functions behind Lambda data sources. */
  readonly lambda: AppSyncOptions["lambda"];
  /** Called before each call of a table; what it throws, an `AwsError`, is what the data source answers. */
  readonly beforeTableCall?: (operation: string) => void;
}

export interface GraphqlApi {
  /** The GraphQL endpoint. It takes every token of `unsignedToken`. */
  readonly url: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The names of the tables, in the order of the template. */
  readonly tableNames: readonly string[];
  /** Calls DynamoDB, by the name of an operation and its input. */
  callTable(operation: string, input: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

/** A token with these claims, in the place of one that a user pool signed. */
export function unsignedToken(claims: Readonly<Record<string, unknown>>): string {
  return `header.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signature`;
}

/** Opens the API of a template, with the template's own tables and nothing else of it. */
export async function openGraphqlApi(options: GraphqlApiOptions): Promise<GraphqlApi> {
  const { clock, state, lambda } = options;
  const assembly = readAssembly(options.cloudAssembly);
  const template = resolveTemplate({
    template: assembly.template,
    stackName: assembly.stackName,
    region: "us-east-1",
    account: "000000000000",
    deployment: openDeployment(join(state, "deployment")),
    definitions: resourceDefinitions,
    localize: (value) => value,
  });
  const tables = [...template.of(dynamodb.globalTableResource), ...template.of(dynamodb.tableResource)];
  const engine = await openDynamoDb({ clock, dir: join(state, "dynamodb"), tables });
  const graphql = await template.passed(() =>
    openAppSync({
      clock,
      apis: template.of(appsync.graphqlApi),
      schemas: template.of(appsync.graphqlSchema),
      dataSources: template.of(appsync.dataSource),
      functions: template.of(appsync.functionConfiguration),
      resolvers: template.of(appsync.resolver),
      dynamodb: {
        async call(operation, input) {
          options.beforeTableCall?.(operation);
          return engine.call(operation, input);
        },
      },
      lambda,
      verifyToken: (_, token) => Promise.resolve(claimsOf(token)),
    }),
  );
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 1_000_000,
    handler: graphql.handler,
    upgrade: graphql.upgrade,
    onError: (error) => {
      throw error;
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/graphql`,
    outputs: template.outputs,
    tableNames: tables.map(({ ref }) => ref),
    callTable: (operation, input) => engine.call(operation, input),
    async close() {
      await server.close();
      await graphql.close();
      await engine.close();
    },
  };
}

function claimsOf(token: string): Record<string, unknown> {
  const [, claims = ""] = token.split(".");
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
}
