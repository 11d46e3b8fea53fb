// The GraphQL API of the template, with its own resolver code, on a real table; functions are recorded, tokens are not
// signed. Each test file has one, and each test its own users.

import { randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import { openGraphqlApi, unsignedToken, type AwsError } from "cdk-offline/testing";
import { localAssembly } from "../local-assembly.ts";
import { temporaryFolder } from "../temporary-folder.ts";

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
  let offsetMs = 0;
  const clock = () => Date.now() + offsetMs;
  const failures = new Map<string, AwsError[]>();
  const failWhenTold = (what: string) => {
    const error = failures.get(what)?.shift();
    if (error !== undefined) throw error;
  };
  const handedOver: HandedOver[] = [];
  const graphql = await openGraphqlApi({
    cloudAssembly: localAssembly().folder,
    state: temporaryFolder(),
    clock,
    beforeTableCall: failWhenTold,
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
  });
  WEB_CLIENT = graphql.outputs["WebClientId"] ?? "";
  afterAll(() => graphql.close());

  const { url } = graphql;
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
          authorization: unsignedToken(claims),
        },
        body: JSON.stringify({ query, variables }),
      });
      const body = (await response.json()) as Partial<Answer>;
      return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
    },
    async itemsOf(userId) {
      const { Items } = await graphql.callTable("Query", {
        TableName: graphql.tableNames[0],
        IndexName: "byUser",
        KeyConditionExpression: "userId = :user",
        ExpressionAttributeValues: { ":user": { S: userId } },
      });
      return Items as Readonly<Record<string, unknown>>[];
    },
  };
}
