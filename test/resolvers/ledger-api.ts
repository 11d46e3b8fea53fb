// The GraphQL API of the template, with its own resolver code, on a real table; functions are recorded, tokens are not
// signed. Each test file has one, and each test its own users.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll } from "vitest";
import * as appsync from "../../packages/cdk-offline/src/appsync/resources.ts";
import { openAppSync } from "../../packages/cdk-offline/src/appsync/service.ts";
import { openDeployment } from "../../packages/cdk-offline/src/assembly/deployment.ts";
import { resolveTemplate } from "../../packages/cdk-offline/src/assembly/resolve.ts";
import type { AwsError } from "../../packages/cdk-offline/src/aws/errors.ts";
import { globalTableResource } from "../../packages/cdk-offline/src/dynamodb/resources.ts";
import { openDynamoDb } from "../../packages/cdk-offline/src/dynamodb/service.ts";
import { listenOnLoopback } from "../../packages/cdk-offline/src/http/loopback-server.ts";
import { resourceDefinitions } from "../../packages/cdk-offline/src/services.ts";
import { temporaryFolder } from "../../packages/cdk-offline/test/temporary-folder.ts";
import { localAssembly } from "../local-assembly.ts";

export type Claims = Readonly<Record<string, unknown>>;

interface Answer {
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly errorType?: string; readonly message: string }[];
}

interface HandedOver {
  readonly record: Readonly<Record<string, unknown>>;
  readonly repeat: boolean;
}

export interface LedgerApi {
  /** The GraphQL endpoint. */
  readonly url: string;
  ask(claims: Claims, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Every item of the table with this user id. */
  itemsOf(userId: string): Promise<Readonly<Record<string, unknown>>[]>;
  /** What was handed to the function that writes files, for this user. */
  handedOver(userId: string): HandedOver[];
  /** Moves the clock. */
  pass(seconds: number): void;
  /** Lets the next calls fail: of an operation of the table, or of a function. */
  failNext(what: string, error: AwsError, times?: number): void;
  now(): number;
}

/** Claims of an access token of a fresh sign-in of a fresh user. */
export function signInOf(api: LedgerApi, overrides: Claims = {}): Claims {
  const authTime = Math.floor(api.now() / 1000);
  return {
    sub: randomUUID(),
    iss: "https://cognito-idp.us-east-1.amazonaws.com/pool",
    client_id: WEB_CLIENT,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    token_use: "access",
    scope: "openid ledger/logins",
    auth_time: authTime,
    iat: authTime,
    exp: authTime + 300,
    jti: randomUUID(),
    username: "ada",
    ...overrides,
  };
}

/** The client identifier that the API takes tokens of; the template gives it when it is resolved. */
let WEB_CLIENT = "";

export async function openLedgerApi(): Promise<LedgerApi> {
  const folder = temporaryFolder();
  let offsetMs = 0;
  const clock = () => Date.now() + offsetMs;
  const assembly = localAssembly();
  const template = resolveTemplate({
    template: assembly.template,
    stackName: assembly.stackName,
    region: "us-east-1",
    account: "000000000000",
    deployment: openDeployment(join(folder, "deployment")),
    definitions: resourceDefinitions,
    localize: (value) => value,
  });
  WEB_CLIENT = template.outputs["WebClientId"] ?? "";
  const tables = template.of(globalTableResource);
  const dynamodb = await openDynamoDb({ clock, dir: join(folder, "dynamodb"), tables });

  const failures = new Map<string, AwsError[]>();
  const failWhenTold = (what: string) => {
    const error = failures.get(what)?.shift();
    if (error !== undefined) throw error;
  };
  const handedOver: HandedOver[] = [];
  const graphql = await openAppSync({
    clock,
    apis: template.of(appsync.graphqlApi),
    schemas: template.of(appsync.graphqlSchema),
    dataSources: template.of(appsync.dataSource),
    functions: template.of(appsync.functionConfiguration),
    resolvers: template.of(appsync.resolver),
    dynamodb: {
      call: (operation, input) =>
        new Promise((resolve, reject) => {
          failWhenTold(operation);
          dynamodb.call(operation, input).then(resolve, reject);
        }),
    },
    lambda: {
      invoke: (_, payload) =>
        new Promise((resolve) => {
          failWhenTold("invoke");
          const { username, locale } = JSON.parse(payload) as { username: string; locale: string | null };
          resolve({ payload: JSON.stringify({ message: `Hello ${username}`, locale: locale ?? "en" }) });
        }),
      enqueue: (_, payload) =>
        new Promise((resolve) => {
          failWhenTold("enqueue");
          handedOver.push(JSON.parse(payload) as HandedOver);
          resolve();
        }),
    },
    verifyToken: (_, token) => {
      const [, claims = ""] = token.split(".");
      return Promise.resolve(JSON.parse(Buffer.from(claims, "base64url").toString()) as Claims);
    },
  });
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
  afterAll(async () => {
    await server.close();
    await graphql.close();
    await dynamodb.close();
  });

  const url = `http://127.0.0.1:${server.port}/graphql`;
  return {
    url,
    now: clock,
    pass(seconds) {
      offsetMs += seconds * 1000;
    },
    failNext(what, error, times = 1) {
      failures.set(
        what,
        Array.from({ length: times }, () => error),
      );
    },
    handedOver: (userId) => handedOver.filter(({ record }) => record["userId"] === userId),
    async ask(claims, query, variables) {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `header.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signature`,
        },
        body: JSON.stringify({ query, variables }),
      });
      const body = (await response.json()) as Partial<Answer>;
      return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
    },
    async itemsOf(userId) {
      const { Items } = await dynamodb.call("Query", {
        TableName: tables[0]?.ref,
        IndexName: "byUser",
        KeyConditionExpression: "userId = :user",
        ExpressionAttributeValues: { ":user": { S: userId } },
      });
      return Items as Readonly<Record<string, unknown>>[];
    },
  };
}
