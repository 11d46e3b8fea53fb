// From a `start` message to a subscription: authorized, validated, and let in by the field's resolver.

import { Kind, OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from "graphql";
import type { HttpRequest } from "../../http/exchange.ts";
import type { Api } from "../api.ts";
import { UnauthenticatedError, type Caller } from "../authorization/caller.ts";
import type { FieldCall } from "../graphql/execute.ts";
import { unauthorizedField } from "../graphql/field-error.ts";
import { collectFields, type SelectionScope } from "../graphql/selection.ts";
import { argumentsOf, coerceVariables } from "../graphql/variables.ts";
import { requestContext } from "../http/graphql-endpoint.ts";
import { TOO_LONG, UNPARSEABLE } from "../http/read-request.ts";
import { Batches } from "../resolver/batches.ts";
import { runResolver } from "../resolver/resolver.ts";
import { RealtimeRefusal } from "./errors.ts";
import { readFilter } from "./filter.ts";
import { checkHost } from "./handshake.ts";
import { realtimeError, unsupported, type AuthorizationHeaders, type ClientMessage } from "./protocol.ts";
import { openSubscription, type Subscription } from "./subscription.ts";

export type StartMessage = Extract<ClientMessage, { type: "start" }>;

/** What a subscription is started for. */
export interface Subscriber {
  readonly api: Api;
  /** The request that opened the connection. */
  readonly handshake: HttpRequest;
  /** Told what resolver code printed, and why it broke off. */
  readonly note: (text: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Starts a subscription. Rejects with a RealtimeRefusal that holds the errors for the client. */
export async function subscribe(subscriber: Subscriber, start: StartMessage): Promise<Subscription> {
  const { api, handshake, onFailure } = subscriber;
  checkHost(start.authorization, handshake);
  const caller = await authenticate(api, start.authorization);
  const { graphql } = api;
  if (graphql === undefined) {
    throw new RealtimeRefusal([
      { errorType: "GraphQLSchemaException", message: "No schema definition exists." },
    ]);
  }
  const { scope, operation } = prepare(graphql, start);
  const call = rootCall(scope, operation);
  const typeName = call.parentType.name;
  const fieldName = call.field.name;
  const mayAccess = (type: string, field: string) => graphql.mayAccess(type, field, caller.groups);
  if (!mayAccess(typeName, fieldName)) {
    throw new RealtimeRefusal([realtimeError(unauthorizedField(typeName, fieldName))]);
  }
  const filters = await runSubscriptionResolver(subscriber, start, { caller, operation, call });
  return openSubscription({
    ...{ fieldName, scope, operation, mayAccess, onFailure, ...filters },
    args: filteringArguments(call),
    depthLimit: api.properties.QueryDepthLimit ?? 0,
  });
}

/** The caller of a connection or a subscription. Rejects with a RealtimeRefusal for one that is not let in. */
export async function authenticate(
  api: Api,
  headers: AuthorizationHeaders,
  errorCode?: number,
): Promise<Caller> {
  try {
    return await api.authenticate(headers.get("authorization"));
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    const { message } = error;
    throw new RealtimeRefusal([
      { errorType: "UnauthorizedException", message, ...(errorCode !== undefined && { errorCode }) },
    ]);
  }
}

interface PreparedSubscription {
  readonly scope: SelectionScope;
  readonly operation: OperationDefinitionNode;
}

function prepare(
  { schema, prepare: prepareQuery }: { schema: GraphQLSchema } & Pick<NonNullable<Api["graphql"]>, "prepare">,
  { query, operationName, variables: given }: StartMessage,
): PreparedSubscription {
  const prepared = prepareQuery(query);
  if (prepared.kind === "unparseable") throw new RealtimeRefusal([realtimeError(UNPARSEABLE)]);
  if (prepared.kind === "tooLong") throw new RealtimeRefusal([realtimeError(TOO_LONG)]);
  if (prepared.kind === "invalid") throw new RealtimeRefusal(prepared.problems.map(realtimeError));
  const { operations, fragments } = prepared.query;
  const operation =
    operationName === null ? operations[0] : operations.find(({ name }) => name?.value === operationName);
  if (operation === undefined || (operationName === null && operations.length > 1)) {
    throw new RealtimeRefusal([unsupported("")]);
  }
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
    throw new RealtimeRefusal([unsupported(operation.operation)]);
  }
  const { variables, problems } = coerceVariables(schema, operation, given);
  if (problems.length > 0) throw new RealtimeRefusal(problems.map(realtimeError));
  return { scope: { schema, fragments, variables }, operation };
}

/** The one field of the subscription. Throws a RealtimeRefusal when directives leave none of it. */
function rootCall(scope: SelectionScope, operation: OperationDefinitionNode): FieldCall {
  const parentType = scope.schema.getSubscriptionType();
  const [nodes] = parentType ? collectFields(scope, parentType, [operation.selectionSet]).values() : [];
  const [node] = nodes ?? [];
  const field = node && parentType?.getFields()[node.name.value];
  if (!parentType || !nodes || !node || !field) throw new RealtimeRefusal([unsupported("")]);
  return { scope, parentType, field, nodes, source: null, args: argumentsOf(field, node, scope.variables) };
}

/** The arguments that filter events. A variable that was not supplied is null to resolvers but says nothing here. */
function filteringArguments({ scope, nodes, args }: FieldCall): FieldCall["args"] {
  const given = nodes[0]?.arguments ?? [];
  const names = given
    .filter(({ value }) => value.kind !== Kind.VARIABLE || scope.variables.has(value.name.value))
    .map(({ name }) => name.value);
  return Object.fromEntries(Object.entries(args).filter(([name]) => names.includes(name)));
}

interface Asked {
  readonly caller: Caller;
  readonly operation: OperationDefinitionNode;
  readonly call: FieldCall;
}

/** Runs the field's resolver, if it has one; what it returns reaches nobody, what it raises ends the subscription. */
async function runSubscriptionResolver(
  { api, handshake, note }: Subscriber,
  start: StartMessage,
  { caller, operation, call }: Asked,
) {
  const resolver = api.resolverOf(call.parentType.name, call.field.name);
  if (resolver === undefined) return { filter: undefined, invalidationFilter: undefined };
  const request = { ...handshake, rawHeaders: headersOf(handshake, start.authorization) };
  const { errors, subscriptionFilter, invalidationFilter } = await runResolver(resolver, call, {
    context: requestContext(api, caller, request, operation, start.variables),
    callerSub: caller.sub,
    batches: new Batches(0), // a subscription has one field
    invalidated: new Set<string>(),
    note,
  });
  if (errors.length > 0) throw new RealtimeRefusal(errors.map(realtimeError));
  return {
    filter: subscriptionFilter === null ? undefined : readFilter(subscriptionFilter),
    invalidationFilter: invalidationFilter === null ? undefined : readFilter(invalidationFilter),
  };
}

/** The headers of the handshake, those in the message in their place. */
function headersOf(
  { rawHeaders }: HttpRequest,
  authorization: AuthorizationHeaders,
): HttpRequest["rawHeaders"] {
  return [...rawHeaders.filter(([name]) => !authorization.has(name.toLowerCase())), ...authorization];
}
