// What a mutation publishes: its answer by the names of the schema's fields, whatever the caller called them.

import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
} from "graphql";
import { collectFields, selectionSetsOf, type SelectionScope } from "../graphql/selection.ts";

type Members = Readonly<Record<string, unknown>>;

/**
 * Turns the value of a field, as it stands in an answer, back into fields by name. A field selected several times counts
 * as it was selected first; what was not selected is not there.
 */
export function publishedValue(
  scope: SelectionScope,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  value: unknown,
): unknown {
  if (Array.isArray(value)) return value.map((item) => publishedValue(scope, type, nodes, item));
  const named = getNamedType(type);
  if (typeof value !== "object" || value === null || !isCompositeType(named)) return value;
  const members = value as Members;
  const concrete = concreteType(scope, named, nodes, members);
  const published = new Map<string, unknown>();
  for (const [responseKey, inner] of collectFields(scope, concrete, selectionSetsOf(nodes))) {
    const name = inner[0]?.name.value ?? "";
    if (published.has(name)) continue;
    const field = "getFields" in concrete ? concrete.getFields()[name] : undefined;
    const member = members[responseKey];
    published.set(name, field === undefined ? member : publishedValue(scope, field.type, inner, member));
  }
  return Object.fromEntries(published);
}

/** The type of an answer's object. One of several possible types is only known where its name was asked for. */
function concreteType(
  scope: SelectionScope,
  type: GraphQLCompositeType,
  nodes: readonly FieldNode[],
  members: Members,
): GraphQLCompositeType {
  if (!isAbstractType(type)) return type;
  for (const [responseKey, inner] of collectFields(scope, type, selectionSetsOf(nodes))) {
    if (inner[0]?.name.value !== TypeNameMetaFieldDef.name) continue;
    const named = scope.schema.getType(String(members[responseKey]));
    if (isObjectType(named)) return named;
  }
  return type;
}
