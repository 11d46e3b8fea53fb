// GraphQL over HTTP as AppSync speaks it: from a request to its answer, one step after the other.

import { OperationTypeNode, type OperationDefinitionNode } from "graphql";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import type { Api } from "../api.ts";
import { identityOf, UnauthenticatedError, type Caller } from "../authorization/caller.ts";
import type { SubscriptionInvalidation } from "../evaluator/wire.ts";
import { executeOperation } from "../graphql/execute.ts";
import type { AnswerError } from "../graphql/field-error.ts";
import type { SelectionScope } from "../graphql/selection.ts";
import { coerceVariables } from "../graphql/variables.ts";
import { Batches } from "../resolver/batches.ts";
import type { RequestContext } from "../resolver/context.ts";
import { runResolver } from "../resolver/resolver.ts";
import { faultAnswer, newRequestId, preflight, resultAnswer } from "./answers.ts";
import {
  operationOf,
  readRequest,
  RefusedRequest,
  TOO_LONG,
  UNPARSEABLE,
  type GraphQLRequest,
  type RequestFault,
} from "./read-request.ts";

/** How a request went, for the runtime's log. Of what the caller sent it holds only the operation's name. */
export interface RequestLogEntry {
  readonly requestId: string;
  readonly status: number;
  /** Null for a request that came to no operation, or to one without a name. */
  readonly operationName: string | null;
  /** The error types of the answer; "" for an error that has none. */
  readonly errorTypes: readonly string[];
  /** What resolver code printed, and why it broke off. */
  readonly notes: readonly string[];
  /** What failed in the runtime itself. */
  readonly failures: readonly unknown[];
}

export type OnRequestLog = (entry: RequestLogEntry) => void;

/** A mutation that was run, for the subscriptions to it. */
export interface MutationOutcome {
  readonly scope: SelectionScope;
  readonly operation: OperationDefinitionNode;
  /** As it stands in the answer; null when there is none. */
  readonly data: Readonly<Record<string, unknown>> | null;
  /** The arguments of `extensions.invalidateSubscriptions`. */
  readonly invalidations: readonly SubscriptionInvalidation[];
}

/** Told of each mutation before it is answered; must neither throw nor take time. */
export type OnMutation = (outcome: MutationOutcome) => void;

/** The quota "Request execution time" (https://docs.aws.amazon.com/general/latest/gr/appsync.html). */
const REQUEST_TIME_LIMIT_MS = 30_000;

/** The quota "Resolvers executed in a single request", which holds where the API sets no limit of its own. */
const MOST_RESOLVERS = 10_000;

const NO_SCHEMA: RequestFault = {
  status: 502,
  errorType: "GraphQLSchemaException",
  message: "No schema definition exists.",
};

/** Collects what is said of a request while it is served. */
interface Notes {
  readonly notes: string[];
  readonly failures: unknown[];
}

/** Answers one request to `/graphql`. */
export async function serveGraphQL(
  api: Api,
  request: HttpRequest,
  onRequestLog: OnRequestLog,
  onMutation: OnMutation,
): Promise<HttpResponse> {
  if (request.method === "OPTIONS") return preflight();
  const requestId = newRequestId();
  const notes: Notes = { notes: [], failures: [] };
  let operationName: string | null = null;
  const logged = (response: HttpResponse, errorTypes: readonly string[]) => {
    onRequestLog({ requestId, status: response.status, operationName, errorTypes, ...notes });
    return response;
  };
  try {
    const caller = await api.authenticate(request.headers["authorization"]);
    const asked = readRequest(request);
    ({ operationName } = asked);
    const { data, errors } = await execute(api, asked, caller, request, notes, onMutation);
    return logged(resultAnswer(requestId, data, errors), errors.map(errorTypeOf));
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    return logged(faultAnswer(requestId, fault), [fault.errorType]);
  }
}

function errorTypeOf(error: AnswerError): string {
  return "errorType" in error ? (error.errorType ?? "") : "";
}

function faultOf(error: unknown): RequestFault | undefined {
  if (error instanceof RefusedRequest) return error.fault;
  if (!(error instanceof UnauthenticatedError)) return undefined;
  return { status: 401, errorType: "UnauthorizedException", message: error.message };
}

interface Outcome {
  readonly data: unknown;
  readonly errors: readonly AnswerError[];
}

async function execute(
  api: Api,
  asked: GraphQLRequest,
  caller: Caller,
  request: HttpRequest,
  notes: Notes,
  onMutation: OnMutation,
): Promise<Outcome> {
  if (api.graphql === undefined) throw new RefusedRequest(NO_SCHEMA);
  const { schema, prepare, mayAccess } = api.graphql;
  const prepared = prepare(asked.query);
  if (prepared.kind === "unparseable") throw new RefusedRequest(UNPARSEABLE);
  if (prepared.kind === "tooLong") throw new RefusedRequest(TOO_LONG);
  if (prepared.kind === "invalid") return { data: null, errors: prepared.problems };
  const operation = operationOf(prepared.query, asked.operationName);
  const { variables, problems } = coerceVariables(schema, operation, asked.variables);
  if (problems.length > 0) return { data: null, errors: problems };
  const resolverRequest = {
    context: requestContext(api, caller, request, operation, asked.variables),
    callerSub: caller.sub,
    batches: new Batches(request.body.length),
    invalidated: new Set<string>(),
    note: (text: string) => {
      notes.notes.push(text);
    },
  };
  const scope = { schema, fragments: prepared.query.fragments, variables };
  const invalidations: SubscriptionInvalidation[] = [];
  const outcome = await executeOperation({
    scope,
    operation,
    resolverOf(typeName, fieldName) {
      const resolver = api.resolverOf(typeName, fieldName);
      if (resolver === undefined) return undefined;
      return async (call) => {
        const resolution = await runResolver(resolver, call, resolverRequest);
        invalidations.push(...resolution.invalidations);
        return resolution;
      };
    },
    mayAccess: (typeName, fieldName) => mayAccess(typeName, fieldName, caller.groups),
    depthLimit: api.properties.QueryDepthLimit ?? 0,
    resolverLimit: api.properties.ResolverCountLimit || MOST_RESOLVERS,
    onFailure(error) {
      notes.failures.push(error);
    },
  });
  if (operation.operation === OperationTypeNode.MUTATION) {
    onMutation({ scope, operation, data: outcome.data, invalidations });
  }
  return outcome;
}

/** What resolvers see of a request. */
export function requestContext(
  api: Api,
  caller: Caller,
  request: HttpRequest,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): RequestContext {
  const declared = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  const variables = Object.fromEntries(Object.entries(given).filter(([name]) => declared.has(name)));
  return {
    identity: JSON.stringify(identityOf(caller, request, api.properties.UserPoolConfig.DefaultAction)),
    request: JSON.stringify({ headers: headersOf(request), domainName: null }),
    variables: JSON.stringify(variables),
    env: JSON.stringify(api.properties.EnvironmentVariables ?? {}),
    expiresAtMs: performance.now() + REQUEST_TIME_LIMIT_MS,
  };
}

/** `ctx.request.headers`: all but the cookie, a repeated one as a list. */
function headersOf(request: HttpRequest): Readonly<Record<string, string | readonly string[]>> {
  const headers = new Map<string, string | readonly string[]>();
  for (const [name, value] of request.rawHeaders) {
    const key = name.toLowerCase();
    if (key === "cookie") continue;
    const known = headers.get(key);
    headers.set(key, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(headers);
}
