// AWS AppSync on one machine: GraphQL over HTTP with APPSYNC_JS resolvers on DynamoDB, Lambda and NONE data sources.

import type { Clock } from "../clock.ts";
import type { HttpHandler } from "../http/exchange.ts";
import { loadApi, type ApiResources } from "./api.ts";
import type { VerifyToken } from "./authorization/caller.ts";
import type { DynamoDBPort } from "./data-sources/dynamodb/operations.ts";
import type { LambdaPort } from "./data-sources/lambda.ts";
import { openEvaluator } from "./evaluator/evaluator.ts";
import { serveGraphQL, type OnRequestLog } from "./http/graphql-endpoint.ts";

/** How long one call of a handler may last. Handlers do no work that takes time; a slow machine may stall them. */
const HANDLER_TIME_LIMIT_MS = 3000;

const PATH = "/graphql";

export interface AppSyncOptions extends ApiResources {
  readonly clock: Clock;
  readonly dynamodb: DynamoDBPort;
  readonly lambda: LambdaPort;
  readonly verifyToken: VerifyToken;
  /** Told how each request went. */
  readonly onRequestLog?: OnRequestLog;
}

export interface AppSync {
  readonly handler: HttpHandler;
  /** Whether a path is AppSync's. */
  serves(path: string): boolean;
  close(): Promise<void>;
}

/**
 * Opens the API of a template. Rejects with an Error that names the resource (by its logical id) and the property that
 * cannot be served: a resolver for a field that the schema lacks, a function or a data source that does not exist, code
 * that cannot be used, a second API.
 */
export async function openAppSync(options: AppSyncOptions): Promise<AppSync> {
  const { apis, onRequestLog = () => undefined, ...rest } = options;
  const [resource, second] = apis;
  if (second !== undefined) {
    throw new Error(`${second.logicalId}: a second GraphQL API is not served by the local runtime`);
  }
  if (resource === undefined) {
    return {
      handler: () => Promise.resolve({ status: 404 }),
      serves: () => false,
      close: () => Promise.resolve(),
    };
  }
  const evaluator = await openEvaluator({ clock: options.clock, timeLimitMs: HANDLER_TIME_LIMIT_MS });
  try {
    const api = await loadApi(resource, rest, { ...options, evaluator });
    return {
      handler: (request) => serveGraphQL(api, request, onRequestLog),
      serves: (path) => path === PATH,
      close: () => evaluator.close(),
    };
  } catch (error) {
    await evaluator.close();
    throw error;
  }
}
