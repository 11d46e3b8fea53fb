// The update objects of the DynamoDB module as update expressions, numbered as AppSync numbers them.

import { isPlainObject, toDynamoDB, type TypedValues } from "./dynamodb-values.ts";
import type { DynamoDBExpression } from "./filter-expression.ts";
import { FaultSignal } from "./signals.ts";

/** What `operations` makes. The members differ by type. */
interface Operation {
  readonly type: string;
  readonly value?: unknown;
  readonly items?: unknown;
  readonly by?: number | null;
  readonly index?: number;
}

export const operations = {
  add: (value: unknown) => ({ type: "OPERATION_ADD", value }),
  remove: () => ({ type: "OPERATION_REMOVE" }),
  replace: (value: unknown) => ({ type: "OPERATION_REPLACE", value }),
  increment: (by?: number) => ({ type: "OPERATION_INCREMENT", by }),
  decrement: (by?: number) => ({ type: "OPERATION_DECREMENT", by }),
  append: (items: unknown) => ({ type: "OPERATION_APPEND", items }),
  prepend: (items: unknown) => ({ type: "OPERATION_PREPEND", items }),
  updateListItem: (value: unknown, index: number) => ({ type: "OPERATION_UPDATE_LIST_ITEM", value, index }),
};

/** A change of one attribute: what stands behind SET, or nothing for a removal. */
interface Change {
  readonly path: readonly string[];
  readonly assign?: (name: string, bind: (value: unknown) => string) => string;
}

/** One SET clause for all assignments, then one REMOVE clause for all removals. */
export function toUpdateExpression(update: unknown): DynamoDBExpression {
  if (!isPlainObject(update)) throw new FaultSignal("update wants an object of attributes");
  const changes = changesOf(update, []);
  const expressionNames: Record<string, string> = {};
  const expressionValues: TypedValues = {};
  const nameOf = (path: readonly string[]) =>
    path.map((segment) => alias(expressionNames, segment)).join(".");
  const bind = (value: unknown) => {
    const placeholder = `:expValue_${Object.keys(expressionValues).length + 1}`;
    expressionValues[placeholder] = toDynamoDB(value);
    return placeholder;
  };
  const assignments = changes.flatMap(({ path, assign }) =>
    assign === undefined ? [] : [assign(nameOf(path), bind)],
  );
  const removals = changes.flatMap(({ path, assign }) => (assign === undefined ? [nameOf(path)] : []));
  const clauses = [
    ...(assignments.length > 0 ? [`SET ${assignments.join(", ")}`] : []),
    ...(removals.length > 0 ? [`REMOVE ${removals.join(", ")}`] : []),
  ];
  return { expression: clauses.join(" "), expressionNames, expressionValues };
}

/** The placeholder of an attribute name; a name used twice keeps the one it has. */
export function alias(names: Record<string, string>, segment: string): string {
  const known = Object.entries(names).find(([, name]) => name === segment);
  if (known !== undefined) return known[0];
  const placeholder = `#expName_${Object.keys(names).length + 1}`;
  names[placeholder] = segment;
  return placeholder;
}

/** A nested object changes the attributes it names; only `replace` and `add` set a map as a whole. */
function changesOf(update: Readonly<Record<string, unknown>>, parent: readonly string[]): Change[] {
  return Object.entries(update).flatMap(([name, value]): Change[] => {
    const path = [...parent, name];
    if (isOperation(value)) return [changeOf(path, value)];
    if (Array.isArray(value) && value.length > 0 && value.every(isListItemUpdate)) {
      return value.map((item) => changeOf(path, item));
    }
    if (isPlainObject(value) && Object.keys(value).length > 0) return changesOf(value, path);
    return [{ path, assign: (attribute, bind) => `${attribute} = ${bind(value)}` }];
  });
}

function changeOf(path: readonly string[], operation: Operation): Change {
  const { value, items, by, index } = operation;
  switch (operation.type) {
    case "OPERATION_ADD":
    case "OPERATION_REPLACE":
      return { path, assign: (name, bind) => `${name} = ${bind(value)}` };
    case "OPERATION_REMOVE":
      return { path };
    case "OPERATION_INCREMENT":
      return { path, assign: (name, bind) => `${name} = ${name} + ${bind(by ?? 1)}` };
    case "OPERATION_DECREMENT":
      return { path, assign: (name, bind) => `${name} = ${name} - ${bind(by ?? 1)}` };
    case "OPERATION_APPEND":
      return { path, assign: (name, bind) => `${name} = list_append(${name}, ${bind(items)})` };
    case "OPERATION_PREPEND":
      return { path, assign: (name, bind) => `${name} = list_append(${bind(items)}, ${name})` };
    case "OPERATION_UPDATE_LIST_ITEM":
      return { path, assign: (name, bind) => `${name}[${Number(index)}] = ${bind(value)}` };
    default:
      throw new FaultSignal(`${operation.type} is not an operation of an update`);
  }
}

function isOperation(value: unknown): value is Operation {
  return isPlainObject(value) && typeof value["type"] === "string" && value["type"].startsWith("OPERATION_");
}

function isListItemUpdate(value: unknown): value is Operation {
  return isOperation(value) && value.type === "OPERATION_UPDATE_LIST_ITEM";
}
