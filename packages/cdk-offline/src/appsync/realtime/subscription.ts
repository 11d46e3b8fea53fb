// One subscription: which events of its field reach it, and what of them.
// https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html

import { isDeepStrictEqual } from "node:util";
import type { OperationDefinitionNode } from "graphql";
import { executeOperation, type ExecutionOptions } from "../graphql/execute.ts";
import type { SelectionScope } from "../graphql/selection.ts";
import type { EventFilter } from "./filter.ts";
import { realtimeError, type Payload } from "./protocol.ts";

export interface SubscriptionOptions {
  readonly fieldName: string;
  readonly scope: SelectionScope;
  readonly operation: OperationDefinitionNode;
  readonly args: Readonly<Record<string, unknown>>;
  readonly mayAccess: ExecutionOptions["mayAccess"];
  readonly depthLimit: number;
  /** What the resolver set; it takes the place of filtering by arguments. */
  readonly filter: EventFilter | undefined;
  readonly invalidationFilter: EventFilter | undefined;
  readonly onFailure: (error: unknown) => void;
}

export interface Subscription {
  /** The field of the type `Subscription`. */
  readonly fieldName: string;
  matches(event: unknown): boolean;
  isInvalidatedBy(payload: unknown): boolean;
  /** What the subscriber asked for of an event. What the mutation did not select is null. */
  payloadOf(event: unknown): Promise<Payload>;
}

export function openSubscription(options: SubscriptionOptions): Subscription {
  const { fieldName, args, filter, invalidationFilter } = options;
  return {
    fieldName,
    matches: filter ?? ((event) => matchesArguments(event, args)),
    isInvalidatedBy: (payload) => invalidationFilter?.(payload) === true,
    async payloadOf(event) {
      const { data, errors } = await executeOperation({
        ...options,
        // Resolvers ran for the mutation; what it gave is all there is.
        resolverOf: (typeName, name) =>
          typeName === options.scope.schema.getSubscriptionType()?.name && name === fieldName
            ? () => Promise.resolve({ value: event, errors: [] })
            : undefined,
        resolverLimit: 1,
      });
      return errors.length === 0 ? { data } : { data, errors: errors.map(realtimeError) };
    },
  };
}

/** An argument left out lets everything through; null lets through what has no value. */
function matchesArguments(event: unknown, args: Readonly<Record<string, unknown>>): boolean {
  const members =
    typeof event === "object" && event !== null ? (event as Readonly<Record<string, unknown>>) : {};
  return Object.entries(args).every(([name, value]) => {
    const member = Object.hasOwn(members, name) ? members[name] : null;
    return isDeepStrictEqual(member, value);
  });
}
