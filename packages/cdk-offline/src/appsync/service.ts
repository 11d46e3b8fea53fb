// AWS AppSync on one machine: GraphQL over HTTP, subscriptions over WebSocket, with APPSYNC_JS resolvers on DynamoDB, Lambda
// and NONE data sources.

import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import { NotServed } from "../errors.ts";
import { json, type HttpHandler, type UpgradeHandler } from "../http/exchange.ts";
import type { ForeignPages } from "../http/foreign-page.ts";
import { loadApi, type ApiResources } from "./api.ts";
import type { VerifyToken } from "./authorization/caller.ts";
import type { DynamoDBPort } from "./data-sources/dynamodb/operation.ts";
import type { LambdaPort } from "./data-sources/lambda.ts";
import { serveControlPlane } from "./evaluate-code/control-plane.ts";
import { evaluateCodeWith } from "./evaluate-code/evaluate-code.ts";
import { openOwnEvaluator } from "./evaluate-code/own-evaluator.ts";
import { openEvaluator, type Evaluator } from "./evaluator/evaluator.ts";
import { openGate, type Gate } from "./gate/gate.ts";
import { serveGraphQL, type OnRequestLog } from "./http/graphql-endpoint.ts";
import { openRealtime, REALTIME_PATH } from "./realtime/endpoint.ts";
import type { Timers } from "./realtime/timers.ts";

/** How long one call of a handler may last. Handlers do no work that takes time; a slow machine may stall them. */
const HANDLER_TIME_LIMIT_MS = 3000;

const PATH = "/graphql";

/** The answer to a plain HTTP request for real time (RFC 9110 section 15.5.22). */
const UPGRADE_REQUIRED = json(
  426,
  { message: "the real-time endpoint speaks WebSocket, with the subprotocol graphql-ws" },
  { upgrade: "websocket", connection: "upgrade" },
);

export interface AppSyncOptions extends ApiResources {
  /** The service's own folder; made when it does not exist. Nothing is kept when it is left out. */
  readonly dir?: string;
  readonly clock: Clock;
  readonly dynamodb: DynamoDBPort;
  readonly lambda: LambdaPort;
  readonly verifyToken: VerifyToken;
  /** Checks resolver code; AppSync's rules when left out. It is closed with the service. */
  readonly gate?: Gate;
  /** Timers of real-time connections; those of Node when left out. */
  readonly timers?: Timers;
  /** Told how each request went. */
  readonly onRequestLog?: OnRequestLog;
}

export interface AppSync {
  readonly handler: HttpHandler;
  /** Takes requests that are signed for AppSync, at paths that are not the API's: AppSync's own API. */
  readonly signedHandler: HttpHandler;
  /** Takes connections to the real-time endpoint. */
  readonly upgrade: UpgradeHandler;
  /** Whether a path is the API's. */
  serves(path: string): boolean;
  /** All: it goes by the token that a request carries, and by nothing that a browser adds of itself. */
  foreignPages(): ForeignPages;
  close(): Promise<void>;
}

/**
 * Opens the API of a template. Rejects with `NotServed` for what cannot be served: a resolver for a field that the schema lacks, a function or a data source that does not exist, code
 * that cannot be used, a second API.
 */
export async function openAppSync(options: AppSyncOptions): Promise<AppSync> {
  const { apis, onRequestLog = () => undefined, ...rest } = options;
  const [resource, second] = apis;
  if (second !== undefined) {
    const reason = "a second GraphQL API is not served by the local runtime";
    throw new NotServed({ code: "type-not-served", logicalId: second.logicalId, reason });
  }
  const gate = options.gate ?? openGate({ dir: options.dir });
  const limits = { clock: options.clock, timeLimitMs: HANDLER_TIME_LIMIT_MS };
  const ownEvaluator = openOwnEvaluator(limits);
  const controlPlane = serveControlPlane(evaluateCodeWith({ gate, evaluator: ownEvaluator }));
  let serving: Evaluator | undefined;
  const closeProcesses = async () => {
    await gate.close();
    await ownEvaluator.close();
    await serving?.close();
  };
  if (resource === undefined) {
    return {
      handler: () => Promise.resolve({ status: 404 }),
      signedHandler: controlPlane,
      upgrade: () => ({ status: 404 }),
      serves: () => false,
      foreignPages: () => "all",
      close: closeProcesses,
    };
  }
  try {
    serving = await openEvaluator(limits);
    const api = await loadApi(resource, rest, { ...options, gate, evaluator: serving });
    const logged = (entry: { readonly notes: readonly string[]; readonly failures: readonly unknown[] }) => {
      onRequestLog({ requestId: randomUUID(), status: 200, operationName: null, errorTypes: [], ...entry });
    };
    const realtime = openRealtime({
      api,
      ...(options.timers !== undefined && { timers: options.timers }),
      note: (text) => {
        logged({ notes: [text], failures: [] });
      },
      onFailure: (error) => {
        logged({ notes: [], failures: [error] });
      },
    });
    const handler: HttpHandler = (request) =>
      request.url.pathname === REALTIME_PATH
        ? Promise.resolve(UPGRADE_REQUIRED)
        : serveGraphQL(api, request, onRequestLog, realtime.onMutation);
    return {
      handler,
      signedHandler: controlPlane,
      upgrade: realtime.upgrade,
      serves: (path) => path === PATH || path === REALTIME_PATH,
      foreignPages: () => "all",
      async close() {
        realtime.close();
        await closeProcesses();
      },
    };
  } catch (error) {
    await closeProcesses();
    throw error;
  }
}
