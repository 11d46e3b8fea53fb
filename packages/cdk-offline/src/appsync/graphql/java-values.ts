// The service is written in Java: its messages name Java's classes and print values as Java does.

import { Kind, type ValueNode } from "graphql";

/** The class of a value that came from JSON. */
export function javaClassName(value: unknown): string {
  if (typeof value === "string") return "String";
  if (typeof value === "boolean") return "Boolean";
  if (typeof value === "number") {
    if (!Number.isInteger(value)) return "Double";
    return isInt(value) ? "Integer" : "Long";
  }
  return Array.isArray(value) ? "ArrayList" : "LinkedHashMap";
}

/** Whether a number fits GraphQL's Int. */
export function isInt(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value <= 2 ** 31 - 1;
}

/** What `toString` gives for a value that came from JSON: maps as `{a=1, b=2}`, lists as `[1, 2]`. */
export function javaText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, member]) => `${name}=${javaText(member)}`)
      .join(", ")}}`;
  }
  return String(value);
}

/** What graphql-java prints for a literal in a query. */
export function javaLiteral(node: ValueNode): string {
  switch (node.kind) {
    case Kind.VARIABLE:
      return `VariableReference{name='${node.name.value}'}`;
    case Kind.LIST:
      return `ArrayValue{values=[${node.values.map(javaLiteral).join(", ")}]}`;
    case Kind.OBJECT: {
      const fields = node.fields.map(
        ({ name, value }) => `ObjectField{name='${name.value}', value=${javaLiteral(value)}}`,
      );
      return `ObjectValue(objectFields=[${fields.join(", ")}])`;
    }
    case Kind.ENUM:
      return `EnumValue{name='${node.value}'}`;
    case Kind.STRING:
      return `StringValue{value='${node.value}'}`;
    case Kind.INT:
      return `IntValue{value=${node.value}}`;
    case Kind.FLOAT:
      return `FloatValue{value=${node.value}}`;
    case Kind.BOOLEAN:
      return `BooleanValue{value=${String(node.value)}}`;
    case Kind.NULL:
      return "NullValue{}";
  }
}
