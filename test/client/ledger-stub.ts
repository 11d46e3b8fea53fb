// The server side as the client and the page see it: session endpoints and GraphQL API on loopback, with data and
// faults of the test's choosing. The contract is the real one: the queries run against schema.graphql.

import { readFileSync } from "node:fs";
import { buildSchema, graphql, type GraphQLError, type GraphQLSchema } from "graphql";
import * as v from "valibot";
import {
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  json,
  listenOnLoopback,
} from "cdk-offline/testing";

/** A sign-in as the stub's ledger holds it. */
export interface StubLogin {
  readonly id: string;
  readonly loggedInAt: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** What the stub serves; a test may change it at any time. */
interface StubState {
  user: { id: string; username: string; groups: string[] };
  isSignedIn: boolean;
  /** Newest first; the first one is the sign-in of the open session. */
  logins: StubLogin[];
  /** Ids that the index behind `myLogins` does not show yet. */
  notYetListed: Set<string>;
  expiresInSeconds: number;
  /** Whether the sign-in of the open session is on record. */
  isRecorded: boolean;
  /**
   * Asked before each call, which is named by path ("/auth/session") or by operation ("MyLogins"): an answer given here
   * is sent instead of the ordinary one; a promise that does not resolve yet keeps the caller waiting.
   */
  intercept: (call: string) => Promise<HttpResponse | undefined> | HttpResponse | undefined;
}

export interface LedgerStub {
  /** Of the page and the session endpoints, on another host name than the API, as in production. */
  readonly origin: string;
  readonly graphqlUrl: string;
  readonly state: StubState;
  /** The names of all calls so far, in order. */
  readonly calls: readonly string[];
  /** The parsed bodies and headers of the GraphQL requests so far. */
  readonly graphqlRequests: readonly { readonly body: unknown; readonly headers: HttpRequest["headers"] }[];
  /** The API refuses all tokens given out until now. */
  refuseTokens(): void;
  close(): Promise<void>;
}

/** A GraphQL answer in which a field failed with an `errorType`, in AppSync's form. */
export function fieldError(field: string, errorType: string): HttpResponse {
  const error = {
    path: [field],
    data: null,
    errorType,
    errorInfo: null,
    locations: null,
    message: "it failed",
  };
  return json(200, { data: { [field]: null }, errors: [error] }, CORS);
}

/** `count` sign-ins, one each six hours back from noon of 22 November 2026. */
export function madeLogins(count: number): StubLogin[] {
  const newest = Date.UTC(2026, 10, 22, 12, 0, 7);
  return Array.from({ length: count }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(count - index).padStart(12, "0")}`,
    loggedInAt: new Date(newest - index * 6 * 3_600_000).toISOString().replace(".000", ""),
    address: index % 3 === 2 ? "2001:db8:85a3::8a2e:370:7334" : "203.0.113.7",
    userAgent: USER_AGENTS[index % USER_AGENTS.length] ?? null,
  }));
}

const USER_AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
  null,
];

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization,content-type",
  "access-control-allow-methods": "POST,OPTIONS",
};

const graphqlRequest = v.object({
  operationName: v.string(),
  query: v.string(),
  variables: v.optional(v.record(v.string(), v.unknown())),
});

/** Starts a stub with three sign-ins of the user "ada". `page` answers what is not a session endpoint. */
export async function startLedgerStub(page?: HttpHandler): Promise<LedgerStub> {
  const state: StubState = {
    user: { id: "5b1f3d1c-0000-4000-8000-000000000001", username: "ada", groups: [] },
    isSignedIn: true,
    logins: madeLogins(3),
    notYetListed: new Set(),
    expiresInSeconds: 300,
    isRecorded: true,
    intercept: () => undefined,
  };
  const schema = buildSchema(readFileSync("aws.graphql", "utf8") + readFileSync("schema.graphql", "utf8"));
  const calls: string[] = [];
  const graphqlRequests: { body: unknown; headers: HttpRequest["headers"] }[] = [];
  let issued = 0;
  let refusedUpTo = 0;

  const api = await listen("127.0.0.1", async (request) => {
    if (request.method === "OPTIONS") return { status: 204, headers: CORS };
    const body: unknown = JSON.parse(request.body.toString("utf8"));
    graphqlRequests.push({ body, headers: request.headers });
    const { operationName, query, variables } = v.parse(graphqlRequest, body);
    calls.push(operationName);
    const number = Number(/^token-(\d+)$/.exec(request.headers["authorization"] ?? "")?.[1] ?? 0);
    if (number <= refusedUpTo) return unauthorized();
    return (await state.intercept(operationName)) ?? execute(schema, state, query, variables);
  });

  const endpoints = await listen("localhost", async (request) => {
    const { pathname } = request.url;
    if (!pathname.startsWith("/auth/")) return (await page?.(request)) ?? json(404, {});
    calls.push(pathname);
    const refused = refuseForeign(request);
    if (refused !== undefined) return refused;
    const intercepted = await state.intercept(pathname);
    if (intercepted !== undefined) return intercepted;
    if (pathname === "/auth/logout") {
      state.isSignedIn = false;
      return json(200, { logoutUrl: `http://localhost:${endpoints.port}/` });
    }
    if (!state.isSignedIn) return json(401, { error: "no_session", requestId: "request-1" });
    issued += 1;
    return json(200, {
      accessToken: `token-${issued}`,
      expiresInSeconds: state.expiresInSeconds,
      user: state.user,
      graphqlUrl: `http://127.0.0.1:${api.port}/graphql`,
      realtimeUrl: `ws://127.0.0.1:${api.port}/graphql/realtime`,
      ...(!state.isRecorded && { recorded: false }),
    });
  });

  return {
    origin: `http://localhost:${endpoints.port}`,
    graphqlUrl: `http://127.0.0.1:${api.port}/graphql`,
    state,
    calls,
    graphqlRequests,
    refuseTokens() {
      refusedUpTo = issued;
    },
    async close() {
      for (const { server } of [api, endpoints]) server.closeAllConnections();
      await Promise.all([api.close(), endpoints.close()]);
    },
  };
}

function listen(hostName: string, handler: HttpHandler) {
  return listenOnLoopback({
    port: 0,
    hostNames: [hostName],
    maxBodyBytes: 1_000_000,
    handler,
    onError(error) {
      throw error; // a fault of the stub: the test run must not go on as if nothing had happened
    },
  });
}

function refuseForeign(request: HttpRequest): HttpResponse | undefined {
  if (request.method !== "POST") return json(405, { error: "invalid_request", requestId: "request-0" });
  const isOurs = request.headers["x-ll-csrf"] === "1";
  return isOurs ? undefined : json(403, { error: "csrf", requestId: "request-0" });
}

function unauthorized(): HttpResponse {
  const error = { errorType: "UnauthorizedException", message: "Token has expired." };
  return json(401, { errors: [error] }, CORS);
}

async function execute(
  schema: GraphQLSchema,
  state: StubState,
  source: string,
  variableValues: Record<string, unknown> | undefined,
): Promise<HttpResponse> {
  const { data, errors } = await graphql({ schema, source, variableValues, rootValue: rootOf(state) });
  return json(200, { data, ...(errors === undefined ? {} : { errors: errors.map(inAppSyncForm) }) }, CORS);
}

function inAppSyncForm(error: GraphQLError) {
  return { ...error.toJSON(), errorType: "InvalidPage" };
}

function rootOf(state: StubState) {
  const record = (login: StubLogin) => ({
    ...login,
    userId: state.user.id,
    username: state.user.username,
    recordedAt: login.loggedInAt,
    clientId: "web-client",
    methods: null,
    file: `${state.user.id}/${login.loggedInAt}-${login.id}/${state.user.username}.txt`,
    alreadyRecorded: true,
  });
  const pageOf = ({ limit = 20, nextToken }: { limit?: number; nextToken?: string }) => {
    const listed = state.logins.filter(({ id }) => !state.notYetListed.has(id));
    const start = nextToken === undefined ? 0 : Number(nextToken.replace("after-", ""));
    const end = start + limit;
    return {
      items: listed.slice(start, end).map(record),
      nextToken: end < listed.length ? `after-${end}` : null,
    };
  };
  return {
    greeting: () => ({
      message: `Hello, ${state.user.username}`,
      locale: "en",
      lastLogin: state.logins[1] === undefined ? null : record(state.logins[1]),
    }),
    myLogins: pageOf,
    loginsOf: pageOf,
    recordLogin: () => (state.logins[0] === undefined ? null : record(state.logins[0])),
  };
}
