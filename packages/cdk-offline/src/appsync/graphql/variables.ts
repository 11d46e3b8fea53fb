// Variables and arguments: from JSON and literals to the values resolvers see.

import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ValueNode,
} from "graphql";
import { javaClassName, javaText } from "./java-values.ts";
import { CoercionError, scalarNamed } from "./scalars.ts";
import { locationsOf, type RequestProblem } from "./validation/problem.ts";

/** The variables that were supplied or have a default, by name; others are missing. */
export type Variables = ReadonlyMap<string, unknown>;

/** A null where the type has none; the message names the inner type, as AppSync's does (aws-appsync-community#406). */
class NullError extends Error {}

/** Converts the variables of a request. Errors name the variable as AppSync names it. */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): { readonly variables: Variables; readonly problems: readonly RequestProblem[] } {
  const variables = new Map<string, unknown>();
  const problems: RequestProblem[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType;
    try {
      if (Object.hasOwn(given, name)) variables.set(name, fromJson(given[name], type));
      else if (definition.defaultValue !== undefined) {
        variables.set(name, fromLiteral(definition.defaultValue, type, new Map()));
      } else if (isNonNullType(type)) throw new NullError(String(type));
    } catch (error) {
      const message = messageOf(error, name);
      problems.push({ path: null, locations: locationsOf([definition]), message });
    }
  }
  return { variables, problems };
}

function messageOf(error: unknown, name: string): string {
  if (error instanceof NullError) {
    return `Variable '${name}' has coerced Null value for NonNull type '${error.message}'`;
  }
  if (error instanceof CoercionError) return `Variable '${name}' has an invalid value. ${error.message}`;
  throw error;
}

function fromJson(value: unknown, type: GraphQLInputType): unknown {
  if (value === null || value === undefined) {
    if (isNonNullType(type)) throw new NullError(String(type));
    return null;
  }
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const itemType = nullable.ofType;
    return Array.isArray(value) ? value.map((item) => fromJson(item, itemType)) : [fromJson(value, itemType)];
  }
  if (isInputObjectType(nullable)) return objectFromJson(value, nullable);
  if (isEnumType(nullable)) {
    if (typeof value === "string" && nullable.getValue(value) !== undefined) return value;
    throw new CoercionError(
      `Invalid input for Enum '${nullable.name}'. No value found for name '${javaText(value)}'`,
    );
  }
  return scalarNamed(getNamedType(nullable).name).fromVariable(value);
}

function objectFromJson(value: unknown, type: GraphQLInputObjectType): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CoercionError(
      `Expected type 'Map' but was '${javaClassName(value)}'. ` +
        "Variables for input objects must be an instance of type 'Map'.",
    );
  }
  const fields = type.getFields();
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) {
      throw new CoercionError(
        `The variables input contains a field name '${name}' that is not defined for input object type '${type.name}'`,
      );
    }
  }
  const members = value as Readonly<Record<string, unknown>>;
  const converted: [string, unknown][] = [];
  for (const field of Object.values(fields)) {
    if (Object.hasOwn(members, field.name)) {
      converted.push([field.name, fromJson(members[field.name], field.type)]);
    } else if (isNonNullType(field.type)) throw new NullError(String(field.type));
  }
  return Object.fromEntries(converted);
}

/** A validated literal as a value. A variable that was not supplied is null: AppSync knows no missing value. */
function fromLiteral(node: ValueNode, type: GraphQLInputType, variables: Variables): unknown {
  if (node.kind === Kind.VARIABLE) return variables.get(node.name.value) ?? null;
  if (node.kind === Kind.NULL) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const itemType = nullable.ofType;
    const items = node.kind === Kind.LIST ? node.values : [node];
    return items.map((item) => fromLiteral(item, itemType, variables));
  }
  if (isInputObjectType(nullable)) {
    const fields = nullable.getFields();
    const members = node.kind === Kind.OBJECT ? node.fields : [];
    return Object.fromEntries(
      members.flatMap(({ name, value }) => {
        const field = fields[name.value];
        return field === undefined ? [] : [[name.value, fromLiteral(value, field.type, variables)]];
      }),
    );
  }
  if (isEnumType(nullable)) return node.kind === Kind.ENUM ? node.value : null;
  return scalarNamed(getNamedType(nullable).name).fromLiteral(node) ?? null;
}

/** The arguments that a field is given in a query; those left out stay out. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Variables,
): Record<string, unknown> {
  return Object.fromEntries(
    (node.arguments ?? []).flatMap(({ name, value }) => {
      const declared = field.args.find((argument) => argument.name === name.value);
      return declared === undefined ? [] : [[name.value, fromLiteral(value, declared.type, variables)]];
    }),
  );
}
