// util.transform.toElasticsearchQueryDSL, as far as AWS shows what it writes.
// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-utils-transform-js.html

import { isPlainObject } from "./dynamodb-values.ts";
import { FaultSignal, NotServedSignal } from "./signals.ts";

type Clause = Readonly<Record<string, unknown>>;

/** The members of a query hold together, and so do the operators of a field. */
export function toQueryDSL(query: unknown): Clause {
  if (!isPlainObject(query)) throw new FaultSignal("toElasticsearchQueryDSL wants a query object");
  const fields = Object.entries(query).map(([name, operators]) => {
    if (name === "and" || name === "or" || name === "not" || !isPlainObject(operators)) throw notShown(name);
    return together(Object.entries(operators).map(([operator, value]) => clause(name, operator, value)));
  });
  return together(fields);
}

/** AWS shows two members; of fewer it shows nothing. */
function together(clauses: readonly Clause[]): Clause {
  if (clauses.length < 2) throw notShown("a single member");
  return { bool: { must: clauses } };
}

function clause(field: string, operator: string, value: unknown): Clause {
  switch (operator) {
    case "eq":
      return { term: { [field]: value } };
    case "ne":
      return { bool: { must_not: { term: { [field]: value } } } };
    case "range": {
      const [gte, lte] = Array.isArray(value) ? (value as unknown[]) : [];
      return { range: { [field]: { gte, lte } } };
    }
    case "wildcard":
      return { wildcard: { [field]: value } };
    default:
      throw notShown(operator);
  }
}

function notShown(what: string): NotServedSignal {
  return new NotServedSignal(`${what} in util.transform.toElasticsearchQueryDSL`);
}
