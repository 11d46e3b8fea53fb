// What a query selects: fields by response name, and the forms in which resolvers are told of it.

import {
  doTypesOverlap,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  print,
  typeFromAST,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from "graphql";
import type { Variables } from "./variables.ts";

/** What it takes to read a selection set. */
export interface SelectionScope {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Variables;
}

/** Fields by response name, in the order in which they are answered. */
export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

/** The fields that selection sets ask of a type. On an interface or union: those it is asked for by itself. */
export function collectFields(
  scope: SelectionScope,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): CollectedFields {
  const collected = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const collect = (set: SelectionSetNode) => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, scope.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const nodes = collected.get(name);
        if (nodes === undefined) collected.set(name, [selection]);
        else nodes.push(selection);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
      }
      const fragment = fragmentOf(scope, selection);
      if (fragment !== undefined && applies(scope.schema, fragment, type)) collect(fragment.selectionSet);
    }
  };
  sets.forEach(collect);
  return collected;
}

/** The selection sets of the nodes of one field. */
export function selectionSetsOf(nodes: readonly FieldNode[]): SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

function fragmentOf(
  scope: SelectionScope,
  selection: Exclude<SelectionNode, FieldNode>,
): FragmentDefinitionNode | InlineFragmentNode | undefined {
  return selection.kind === Kind.INLINE_FRAGMENT ? selection : scope.fragments.get(selection.name.value);
}

function applies(
  schema: GraphQLSchema,
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  type: GraphQLCompositeType,
): boolean {
  if (typeCondition === undefined) return true;
  const condition = typeFromAST(schema, typeCondition);
  if (condition === type) return true;
  if (!isObjectType(type)) return false;
  return isCompositeType(condition) && isAbstractType(condition) && doTypesOverlap(schema, condition, type);
}

/** `@skip` and `@include` (https://spec.graphql.org/October2021/#sec--skip). */
function isIncluded(node: SelectionNode, variables: Variables): boolean {
  return (node.directives ?? []).every(({ name, arguments: given }) => {
    if (name.value !== "skip" && name.value !== "include") return true;
    const condition = given?.find((argument) => argument.name.value === "if")?.value;
    const value =
      condition?.kind === Kind.VARIABLE
        ? variables.get(condition.name.value) === true
        : condition?.kind === Kind.BOOLEAN && condition.value;
    return value === (name.value === "include");
  });
}

/**
 * `ctx.info.selectionSetList`: what is selected below a field, as paths of response names. `ctx.info.selectionSetGraphQL`:
 * the same as text. https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html
 */
export function selectionInfo(
  scope: SelectionScope,
  type: GraphQLNamedType,
  nodes: readonly FieldNode[],
): { readonly selectionSetList: readonly string[]; readonly selectionSetGraphQL: string } {
  const sets = selectionSetsOf(nodes);
  const [first] = sets;
  return {
    selectionSetList: isCompositeType(type) ? paths(scope, type, sets, "") : [],
    selectionSetGraphQL: first === undefined ? "" : print(first),
  };
}

function paths(
  scope: SelectionScope,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  prefix: string,
): string[] {
  return [...collectFields(scope, type, sets)].flatMap(([name, nodes]) => {
    const path = `${prefix}${name}`;
    const below = fieldNamedType(type, nodes[0]?.name.value ?? "");
    const inner = selectionSetsOf(nodes);
    if (below === undefined || inner.length === 0) return [path];
    return [path, ...paths(scope, below, inner, `${path}/`)];
  });
}

function fieldNamedType(type: GraphQLCompositeType, fieldName: string): GraphQLCompositeType | undefined {
  if (!("getFields" in type)) return undefined;
  let inner: unknown = type.getFields()[fieldName]?.type;
  while (typeof inner === "object" && inner !== null && "ofType" in inner) inner = inner.ofType;
  return isCompositeType(inner) ? inner : undefined;
}
