// `extensions` as resolver code sees it. https://docs.aws.amazon.com/appsync/latest/devguide/extensions-js.html

import { MAX_INVALIDATIONS, TOO_MANY_INVALIDATIONS } from "../evaluator/wire.ts";
import { isPlainObject } from "./dynamodb-values.ts";
import { currentInvocation, type Invocation } from "./invocation.ts";
import { FaultSignal } from "./signals.ts";

/** The types whose fields are roots. An API may name its roots otherwise; then nobody here can tell. */
const ROOT_TYPES = ["Query", "Mutation", "Subscription"];

/**
 * The call under way, if the extension may be used in it. AWS's documentation says where that is, and not what happens
 * elsewhere; here the call faults.
 */
function invocationFor(name: string, rootType: string, responseOnly: boolean): Invocation {
  const invocation = currentInvocation();
  const { handler, parentTypeName } = invocation;
  const elsewhere = ROOT_TYPES.some((type) => type === parentTypeName && type !== rootType);
  if (elsewhere || (responseOnly && handler !== "response")) {
    const where = `${responseOnly ? "the response handler of " : ""}a ${rootType.toLowerCase()} resolver`;
    throw new FaultSignal(`extensions.${name} can be used only in ${where}`);
  }
  return invocation;
}

export const extensions = {
  setSubscriptionFilter(filter: unknown): void {
    invocationFor("setSubscriptionFilter", "Subscription", true).subscriptionFilter = filter ?? null;
  },
  setSubscriptionInvalidationFilter(filter: unknown): void {
    const invocation = invocationFor("setSubscriptionInvalidationFilter", "Subscription", true);
    invocation.invalidationFilter = filter ?? null;
  },
  invalidateSubscriptions(invalidation: unknown): void {
    const { invalidations } = invocationFor("invalidateSubscriptions", "Mutation", true);
    const { subscriptionField, payload } = isPlainObject(invalidation) ? invalidation : {};
    if (typeof subscriptionField !== "string" || !isPlainObject(payload)) {
      throw new FaultSignal(
        "extensions.invalidateSubscriptions wants { subscriptionField: a name, payload: an object }",
      );
    }
    // As it is now: what the code does to its object afterwards changes nothing.
    const text = JSON.stringify({ subscriptionField, payload });
    if (invalidations.some((other) => JSON.stringify(other) === text)) return;
    if (invalidations.length >= MAX_INVALIDATIONS) {
      throw new FaultSignal(TOO_MANY_INVALIDATIONS);
    }
    invalidations.push(JSON.parse(text) as { subscriptionField: string; payload: Record<string, unknown> });
  },
  /** The cache of an API is refused where the API is loaded, so that there is nothing to evict. */
  evictFromApiCache(typeName: unknown, fieldName: unknown, keyValuePair: unknown): void {
    invocationFor("evictFromApiCache", "Mutation", false);
    if (typeof typeName !== "string" || typeof fieldName !== "string" || !isPlainObject(keyValuePair)) {
      throw new FaultSignal(
        "extensions.evictFromApiCache wants a type, a field and an object of caching keys",
      );
    }
  },
};
