// Enhanced filters: what a subscription's resolver set with `extensions.setSubscriptionFilter`, and whether an event passes.
// https://docs.aws.amazon.com/appsync/latest/devguide/extensions.html#extensions-filterJsonObject

import * as v from "valibot";
import { RealtimeRefusal } from "./errors.ts";

/** Decides about an event, or the payload of an invalidation. */
export type EventFilter = (event: unknown) => boolean;

const MAX_FILTERS = 10;
const MAX_FIELDS_OF_A_FILTER = 5;
const MAX_NESTING = 5;
const MAX_TEXT_LENGTH = 256;

type Scalar = string | number | boolean;
type Comparison = (field: unknown, value: unknown) => boolean;

interface Operator {
  readonly takes: (value: unknown) => boolean;
  readonly holds: Comparison;
  /** Most values of a list. */
  readonly maxValues?: number;
  /** Whether it stands for a filter for each of its values when filters are counted. */
  readonly alternatives?: boolean;
}

const isText = (value: unknown) => typeof value === "string" && value.length <= MAX_TEXT_LENGTH;
const isOrdered = (value: unknown) => isText(value) || typeof value === "number";
const isScalar = (value: unknown): value is Scalar => isOrdered(value) || typeof value === "boolean";
const isList = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isOrdered);
const isPair = (value: unknown) => isList(value) && (value as unknown[]).length === 2;

/** Compares numbers with numbers and texts with texts; nothing else has an order. */
function ordered(accept: (order: number) => boolean): Comparison {
  return (field, value) => {
    if (typeof field === "number" && typeof value === "number") return accept(field - value);
    if (typeof field !== "string" || typeof value !== "string") return false;
    return accept(field < value ? -1 : Number(field > value));
  };
}

const lt = ordered((order) => order < 0);
const gt = ordered((order) => order > 0);

function contains(field: unknown, value: unknown): boolean {
  if (Array.isArray(field)) return field.includes(value);
  if (typeof field === "string") return typeof value === "string" && field.includes(value);
  return field === value;
}

function isOneOf(field: unknown, value: unknown): boolean {
  return Array.isArray(value) && value.includes(field);
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  eq: { takes: isScalar, holds: (field, value) => field === value },
  ne: { takes: isScalar, holds: (field, value) => field !== value },
  le: { takes: isOrdered, holds: ordered((order) => order <= 0) },
  lt: { takes: isOrdered, holds: lt },
  ge: { takes: isOrdered, holds: ordered((order) => order >= 0) },
  gt: { takes: isOrdered, holds: gt },
  contains: { takes: isOrdered, holds: contains },
  notContains: { takes: isOrdered, holds: (field, value) => !contains(field, value) },
  beginsWith: {
    takes: isText,
    holds: (field, value) =>
      typeof field === "string" && typeof value === "string" && field.startsWith(value),
  },
  in: { takes: isList, holds: isOneOf, maxValues: 5, alternatives: true },
  notIn: { takes: isList, holds: (field, value) => !isOneOf(field, value), maxValues: 5 },
  // The example in the documentation leaves out both ends.
  between: {
    takes: isPair,
    holds: (field, value) => Array.isArray(value) && gt(field, value[0]) && lt(field, value[1]),
  },
  containsAny: {
    takes: isList,
    holds: (field, value) => Array.isArray(field) && field.some((item) => isOneOf(item, value)),
    maxValues: 20,
  },
};

const filterSchema = v.object({
  filterGroup: v.array(
    v.object({
      filters: v.array(
        v.object({ fieldName: v.string(), operator: v.string(), value: v.optional(v.unknown(), null) }),
      ),
    }),
  ),
});
type Rule = v.InferOutput<typeof filterSchema>["filterGroup"][number]["filters"][number];

/**
 * Reads the argument of `setSubscriptionFilter` or `setSubscriptionInvalidationFilter`: groups are alternatives, the
 * rules of a group hold together. Throws a RealtimeRefusal for what the service does not take; its wordings are those
 * that users of the service report, as far as there are any.
 */
export function readFilter(argument: unknown): EventFilter {
  const read = v.safeParse(filterSchema, argument);
  if (!read.success) throw invalid("subscription filter is not a filter object.");
  const groups = read.output.filterGroup.map(({ filters }) => filters);
  for (const rules of groups) {
    rules.forEach(checkRule);
    if (new Set(rules.map(({ fieldName }) => fieldName)).size > MAX_FIELDS_OF_A_FILTER) {
      throw invalid(`Filters exceed maximum attributes limit ${MAX_FIELDS_OF_A_FILTER} for subscription.`);
    }
  }
  if (groups.reduce((sum, rules) => sum + combinations(rules), 0) > MAX_FILTERS) {
    throw invalid(`Filters combination exceed maximum limit ${MAX_FILTERS} for subscription.`);
  }
  return (event) => groups.some((rules) => rules.every((rule) => holds(rule, event)));
}

function checkRule({ operator: name, value }: Rule): void {
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined) throw invalid(`subscription filter has invalid operator \`${name}\`.`);
  const { maxValues } = operator;
  if (maxValues !== undefined && Array.isArray(value) && value.length > maxValues) {
    throw invalid(`subscription exceeds maximum value limit ${maxValues} for operator \`${name}\`.`);
  }
  if (!operator.takes(value)) {
    throw invalid(`subscription filter has invalid filter value for operator \`${name}\`.`);
  }
}

/** How many filters a group counts as: `in` stands for one for each of its values. */
function combinations(rules: readonly Rule[]): number {
  return rules.reduce((product, { operator, value }) => {
    const isAlternatives = OPERATORS[operator]?.alternatives === true && Array.isArray(value);
    return isAlternatives ? product * value.length : product;
  }, 1);
}

/** A rule on a field that the event does not have, or has no value for, does not hold: it is never compared. */
function holds({ fieldName, operator, value }: Rule, event: unknown): boolean {
  const path = fieldName.split(".");
  if (path.length > MAX_NESTING) return false;
  const field = path.reduce(memberOf, event);
  return field !== null && field !== undefined && OPERATORS[operator]?.holds(field, value) === true;
}

/** A list has no members: the service ignores what is published as one, and looks at no list on the way to a field. */
function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function invalid(message: string): RealtimeRefusal {
  return new RealtimeRefusal([{ message, errorCode: 400 }]);
}
