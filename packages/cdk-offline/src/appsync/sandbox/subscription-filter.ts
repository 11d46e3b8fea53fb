// util.transform.toSubscriptionFilter: a filter object as the list of alternatives that real-time delivery checks.
// https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html

import { isPlainObject } from "./dynamodb-values.ts";

interface FilterEntry {
  readonly fieldName: string;
  readonly operator: string;
  readonly value: unknown;
}

/** Filters that must all hold. */
type Group = readonly FilterEntry[];

export interface SubscriptionFilter {
  readonly filterGroup: readonly { readonly filters: Group }[];
}

/**
 * Groups are alternatives; the filters of one group hold together. Every operator of a field, every member of an `or`
 * and every rule is an alternative, so the groups multiply out. Null for what is not a filter object.
 */
export function toSubscriptionFilter(
  filter: unknown,
  ignoredFields?: readonly string[] | null,
  rules?: unknown,
): SubscriptionFilter | null {
  if (!isPlainObject(filter)) return null;
  const ignored = ignoredFields ?? [];
  const parts = alternativesOf(filter, ignored);
  if (isPlainObject(rules)) {
    const anyRule = Object.entries(rules).flatMap(([name, operators]) => fieldAlternatives(name, operators));
    if (anyRule.length > 0) parts.push(anyRule);
  }
  const groups = parts.length === 0 ? [] : product(parts);
  return { filterGroup: groups.map((filters) => ({ filters })) };
}

/** One list of alternatives for every member of the filter that says anything. */
function alternativesOf(filter: Readonly<Record<string, unknown>>, ignored: readonly string[]): Group[][] {
  const parts: Group[][] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (name === "and" && Array.isArray(value)) {
      parts.push(...value.filter(isPlainObject).flatMap((member) => alternativesOf(member, ignored)));
    } else if (name === "or" && Array.isArray(value)) {
      const either = value.filter(isPlainObject).flatMap((member) => {
        const memberParts = alternativesOf(member, ignored);
        return memberParts.length === 0 ? [] : product(memberParts);
      });
      if (either.length > 0) parts.push(either);
    } else if (!ignored.includes(name)) {
      const alternatives = fieldAlternatives(name, value);
      if (alternatives.length > 0) parts.push(alternatives);
    }
  }
  return parts;
}

function fieldAlternatives(fieldName: string, operators: unknown): Group[] {
  if (!isPlainObject(operators)) return [];
  return Object.entries(operators).map(([operator, value]) => [{ fieldName, operator, value }]);
}

function product(parts: readonly Group[][]): Group[] {
  return parts.reduce<Group[]>(
    (groups, alternatives) =>
      groups.flatMap((group) => alternatives.map((alternative) => [...group, ...alternative])),
    [[]],
  );
}
