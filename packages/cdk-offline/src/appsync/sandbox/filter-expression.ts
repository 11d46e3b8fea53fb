// Filter objects such as `{ title: { contains: "x" } }` as DynamoDB expressions, named and spelt as AppSync does.
// https://docs.aws.amazon.com/appsync/latest/devguide/transformation-helpers-in-utils-transform-js.html

import { isPlainObject, toDynamoDB, type TypedValues } from "./dynamodb-values.ts";

export interface DynamoDBExpression {
  readonly expression: string;
  readonly expressionNames: Readonly<Record<string, string>>;
  readonly expressionValues: TypedValues;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  eq: "=",
  ne: "<>",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  contains: "contains",
  notContains: "NOT contains",
  beginsWith: "begins_with",
};

const ATTRIBUTE_TYPES: Readonly<Record<string, string>> = {
  _null: "NULL",
  string: "S",
  stringSet: "SS",
  number: "N",
  numberSet: "NS",
  binary: "B",
  binarySet: "BS",
  boolean: "BOOL",
  list: "L",
  map: "M",
};

/** Thrown inside this file for a filter that AppSync answers with null. */
class Unrenderable extends Error {}

/** The expression for a filter object; null for one that cannot be rendered, as AppSync has it. */
export function toExpression(filter: unknown): DynamoDBExpression | null {
  const names: Record<string, string> = {};
  const values: TypedValues = {};
  try {
    const expression = conjunction(filter, "", { names, values });
    return { expression, expressionNames: names, expressionValues: values };
  } catch (error) {
    if (error instanceof Unrenderable) return null;
    throw error;
  }
}

interface Placeholders {
  readonly names: Record<string, string>;
  readonly values: TypedValues;
}

/** All members of a filter object, joined with AND. `prefix` makes value names unique across groups. */
function conjunction(filter: unknown, prefix: string, placeholders: Placeholders): string {
  return parts(filter, prefix, placeholders).join(" AND ");
}

function parts(filter: unknown, prefix: string, placeholders: Placeholders): string[] {
  if (!isPlainObject(filter)) throw new Unrenderable();
  const rendered: string[] = [];
  for (const [name, value] of Object.entries(filter)) {
    if (name === "and" || name === "or") {
      if (!Array.isArray(value)) throw new Unrenderable();
      if (value.length > 0) rendered.push(group(name, value, prefix, placeholders));
    } else if (name === "not") {
      rendered.push(`(NOT ${negated(parts(value, `${prefix}not_`, placeholders))})`);
    } else {
      rendered.push(field(name, value, prefix, placeholders));
    }
  }
  return rendered;
}

function group(
  operator: "and" | "or",
  members: readonly unknown[],
  prefix: string,
  placeholders: Placeholders,
) {
  const rendered = members.map((member, index) =>
    conjunction(member, `${prefix}${operator}_${index}_`, placeholders),
  );
  return wrapped(rendered, operator === "and" ? " AND " : " OR ");
}

function negated(clauses: readonly string[]): string {
  return wrapped(clauses, " AND ");
}

function wrapped(clauses: readonly string[], joiner: string): string {
  return clauses.length > 1 ? `(${clauses.join(joiner)})` : (clauses[0] ?? "");
}

function field(name: string, operators: unknown, prefix: string, placeholders: Placeholders): string {
  if (!isPlainObject(operators)) throw new Unrenderable();
  placeholders.names[`#${name}`] = name;
  return wrapped(comparisons(`#${name}`, `:${prefix}${name}`, operators, placeholders.values), " AND ");
}

/** The clauses for the operators of one field. `operand` is its name placeholder or the size of it. */
function comparisons(
  operand: string,
  valuePrefix: string,
  operators: Readonly<Record<string, unknown>>,
  values: TypedValues,
): string[] {
  return Object.entries(operators).flatMap(([operator, value]) => {
    const placeholder = `${valuePrefix}_${operator}`;
    if (operator === "size") {
      if (!isPlainObject(value)) throw new Unrenderable();
      const size = operand.startsWith("size(") ? operand : `size(${operand})`;
      return [wrapped(comparisons(size, placeholder, value, values), " AND ")].filter((it) => it !== "");
    }
    return [`(${comparison(operand, operator, value, placeholder, values)})`];
  });
}

function comparison(
  operand: string,
  operator: string,
  value: unknown,
  placeholder: string,
  values: TypedValues,
): string {
  const bind = (name: string, bound: unknown) => {
    values[name] = toDynamoDB(bound);
    return name;
  };
  const symbol = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (symbol !== undefined) return `${operand} ${symbol} ${bind(placeholder, value)}`;
  const functionName = Object.hasOwn(FUNCTIONS, operator) ? FUNCTIONS[operator] : undefined;
  if (functionName !== undefined) return `${functionName}(${operand},${bind(placeholder, value)})`;
  switch (operator) {
    case "between": {
      if (!Array.isArray(value) || value.length < 2) throw new Unrenderable();
      const [start, end] = value as unknown[];
      return `${operand} BETWEEN ${bind(`${placeholder}_start`, start)} AND ${bind(`${placeholder}_end`, end)}`;
    }
    case "in": {
      if (!Array.isArray(value)) throw new Unrenderable();
      if (value.length === 0) return "null";
      const bound = value.map((member, index) => bind(`${placeholder}_${index}`, member));
      return `${operand} IN (${bound.join(", ")})`;
    }
    case "attributeExists":
      if (typeof value !== "boolean") throw new Unrenderable();
      return `${value ? "attribute_exists" : "attribute_not_exists"}(${operand})`;
    case "attributeType": {
      const type =
        typeof value === "string" && Object.hasOwn(ATTRIBUTE_TYPES, value)
          ? ATTRIBUTE_TYPES[value]
          : undefined;
      if (type === undefined) throw new Unrenderable();
      return `attribute_type(${operand},${bind(placeholder, type)})`;
    }
    default:
      throw new Unrenderable();
  }
}
