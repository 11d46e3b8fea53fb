// Takes what mutations publish to the subscriptions that want it.

import { Kind, type GraphQLSchema } from "graphql";
import type { SubscriptionInvalidation } from "../evaluator/wire.ts";
import { collectFields } from "../graphql/selection.ts";
import type { MutationOutcome } from "../http/graphql-endpoint.ts";
import type { Payload } from "./protocol.ts";
import { publishedValue } from "./published-value.ts";
import type { Subscription } from "./subscription.ts";

/** A subscription, and where its events go. */
export interface Listener {
  readonly subscription: Subscription;
  readonly deliver: (payload: Payload) => void;
  /** The subscription was ended by a mutation. */
  readonly invalidate: () => void;
}

export interface Broadcast {
  add(listener: Listener): void;
  remove(listener: Listener): void;
  /** Returns at once; delivers when the mutation has been answered. Never throws. */
  publish(outcome: MutationOutcome): void;
}

export interface BroadcastOptions {
  readonly schema: GraphQLSchema | undefined;
  /** Told of an event that could not be delivered for a fault of the runtime. */
  readonly onFailure: (error: unknown) => void;
}

export function openBroadcast({ schema, onFailure }: BroadcastOptions): Broadcast {
  const listeners = new Map<string, Set<Listener>>();
  const fieldsBy = subscriptionsByMutation(schema);

  async function deliver(listener: Listener, event: unknown): Promise<void> {
    try {
      if (!listener.subscription.matches(event)) return;
      const payload = await listener.subscription.payloadOf(event);
      if (listeners.get(listener.subscription.fieldName)?.has(listener) === true) listener.deliver(payload);
    } catch (error) {
      onFailure(error);
    }
  }

  async function run(outcome: MutationOutcome): Promise<void> {
    for (const { mutation, event } of eventsOf(outcome)) {
      const fields = fieldsBy.get(mutation) ?? [];
      const interested = fields.flatMap((field) => [...(listeners.get(field) ?? [])]);
      await Promise.all(interested.map((listener) => deliver(listener, event)));
    }
    for (const invalidation of outcome.invalidations) invalidate(invalidation);
  }

  function invalidate({ subscriptionField, payload }: SubscriptionInvalidation): void {
    for (const listener of [...(listeners.get(subscriptionField) ?? [])]) {
      if (listener.subscription.isInvalidatedBy(payload)) listener.invalidate();
    }
  }

  /** One outcome after the other, so that subscribers see events in the order of the answers. */
  let latest = Promise.resolve();
  return {
    add(listener) {
      const { fieldName } = listener.subscription;
      listeners.set(fieldName, (listeners.get(fieldName) ?? new Set<Listener>()).add(listener));
    },
    remove(listener) {
      listeners.get(listener.subscription.fieldName)?.delete(listener);
    },
    publish(outcome) {
      if (listeners.size === 0) return;
      latest = latest
        .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
        .then(() => run(outcome))
        .catch(onFailure);
    },
  };
}

/** Which fields of the type `Subscription` each mutation publishes to, from their `@aws_subscribe`. */
function subscriptionsByMutation(schema: GraphQLSchema | undefined): ReadonlyMap<string, readonly string[]> {
  const byMutation = new Map<string, string[]>();
  for (const field of Object.values(schema?.getSubscriptionType()?.getFields() ?? {})) {
    const directive = field.astNode?.directives?.find(({ name }) => name.value === "aws_subscribe");
    const value = directive?.arguments?.find(({ name }) => name.value === "mutations")?.value;
    const mutations = value?.kind === Kind.LIST ? value.values : value === undefined ? [] : [value];
    for (const mutation of mutations) {
      if (mutation.kind !== Kind.STRING) continue;
      byMutation.set(mutation.value, [...(byMutation.get(mutation.value) ?? []), field.name]);
    }
  }
  return byMutation;
}

interface PublishedEvent {
  /** The field of the type `Mutation`. */
  readonly mutation: string;
  readonly event: unknown;
}

/** The events of a mutation: one for each root field that has a value, whether or not there were errors beside it. */
function eventsOf({ scope, operation, data }: MutationOutcome): PublishedEvent[] {
  const type = scope.schema.getMutationType();
  if (data === null || !type) return [];
  return [...collectFields(scope, type, [operation.selectionSet])].flatMap(([responseKey, nodes]) => {
    const mutation = nodes[0]?.name.value ?? "";
    const field = type.getFields()[mutation];
    const value = data[responseKey];
    if (field === undefined || value === null || value === undefined) return [];
    return [{ mutation, event: publishedValue(scope, field.type, nodes, value) }];
  });
}
