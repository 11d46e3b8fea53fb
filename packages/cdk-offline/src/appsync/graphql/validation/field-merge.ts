// Whether fields with one response name can be merged, checked in time that grows with the query and not with the
// square of its aliases (https://spec.graphql.org/October2021/#sec-Field-Selection-Merging).

import {
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  print,
  SchemaMetaFieldDef,
  typeFromAST,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from "graphql";
import { problem, type QueryPath, type RequestProblem } from "./problem.ts";

interface Selected {
  readonly node: FieldNode;
  readonly parent: GraphQLCompositeType;
  readonly type: GraphQLOutputType;
}

/** A selection set and the type it is on. */
type Selection = readonly [SelectionSetNode, GraphQLCompositeType];

/** The first conflict of each operation. The document has to be free of other errors. */
export function fieldConflicts(schema: GraphQLSchema, document: DocumentNode): RequestProblem[] {
  const check = new MergeCheck(schema, document);
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    const root = schema.getRootType(definition.operation);
    if (root === null || root === undefined) return [];
    const conflict = check.conflictIn([[definition.selectionSet, root]], []);
    return conflict === undefined ? [] : [conflict];
  });
}

class MergeCheck {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Numbers of selection sets, and the merged groups of them that were found free of conflicts. */
  readonly #numbers = new Map<SelectionSetNode, number>();
  readonly #clean = new Set<string>();
  /** The same for groups whose fields never meet, but answer in one shape. */
  readonly #alike = new Set<string>();

  constructor(schema: GraphQLSchema, document: DocumentNode) {
    this.#schema = schema;
    this.#fragments = new Map(
      document.definitions.flatMap((node) =>
        node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
      ),
    );
  }

  conflictIn(selections: readonly Selection[], path: QueryPath): RequestProblem | undefined {
    const key = this.#keyOf(selections);
    if (this.#clean.has(key)) return undefined;
    for (const [name, fields] of this.#collect(selections)) {
      const conflict = this.#conflictAmong(name, fields, [...path, name]);
      if (conflict !== undefined) return conflict;
    }
    this.#clean.add(key);
    return undefined;
  }

  #conflictAmong(name: string, fields: readonly Selected[], path: QueryPath): RequestProblem | undefined {
    // Fields on different object types never meet; those on an interface or a union may meet any.
    const onAbstract = fields.filter(({ parent }) => isAbstractType(parent));
    const objects = new Set(fields.map(({ parent }) => parent).filter(isObjectType));
    const meetings =
      objects.size === 0
        ? [onAbstract]
        : [...objects].map((object) => [...onAbstract, ...fields.filter(({ parent }) => parent === object)]);
    return (
      firstOf(meetings, (meeting) => this.#differing(name, meeting, path)) ??
      this.#misshapen(name, fields, path) ??
      firstOf(meetings, (meeting) => this.conflictIn(subSelections(meeting), path)) ??
      // Fields that never meet must still answer in one shape.
      (meetings.length > 1 ? this.#shapeConflict(subSelections(fields), path) : undefined)
    );
  }

  #shapeConflict(selections: readonly Selection[], path: QueryPath): RequestProblem | undefined {
    const key = this.#keyOf(selections);
    if (this.#alike.has(key)) return undefined;
    const conflict = firstOf([...this.#collect(selections)], ([name, fields]) => {
      const inner = [...path, name];
      return this.#misshapen(name, fields, inner) ?? this.#shapeConflict(subSelections(fields), inner);
    });
    if (conflict === undefined) this.#alike.add(key);
    return conflict;
  }

  #misshapen(name: string, fields: readonly Selected[], path: QueryPath): RequestProblem | undefined {
    const [first, ...others] = fields;
    const other = others.find(({ type }) => first !== undefined && !sameShape(first.type, type));
    return other && this.#conflict(other.node, `${name}: they return differing types`, path);
  }

  #differing(name: string, meeting: readonly Selected[], path: QueryPath): RequestProblem | undefined {
    const [first, ...others] = meeting;
    if (first === undefined) return undefined;
    for (const { node } of others) {
      if (node.name.value !== first.node.name.value) {
        const fields = `${first.node.name.value} and ${node.name.value}`;
        return this.#conflict(node, `${name}: ${fields} are different fields`, path);
      }
      if (argumentsText(node) !== argumentsText(first.node)) {
        return this.#conflict(node, `${name}: they have differing arguments`, path);
      }
    }
    return undefined;
  }

  #conflict(node: FieldNode, description: string, path: QueryPath): RequestProblem {
    return problem("FieldsConflict", node, description, path);
  }

  /** The same text for the same selection sets, in whatever order. */
  #keyOf(selections: readonly Selection[]): string {
    const numbers = new Set(selections.map(([set]) => this.#number(set)));
    return [...numbers].sort((a, b) => a - b).join();
  }

  #number(set: SelectionSetNode): number {
    const number = this.#numbers.get(set) ?? this.#numbers.size;
    this.#numbers.set(set, number);
    return number;
  }

  /** The fields of selection sets by response name, through fragments; each set and fragment is gone through once. */
  #collect(selections: readonly Selection[]): Map<string, Selected[]> {
    const collected = new Map<string, Selected[]>();
    const seen = new Set<SelectionSetNode>();
    const open = [...selections];
    for (const [set, parent] of open) {
      if (seen.has(set)) continue;
      seen.add(set);
      for (const node of set.selections) {
        if (node.kind === Kind.FIELD) {
          const type = fieldType(parent, node);
          if (type === undefined) continue;
          const name = node.alias?.value ?? node.name.value;
          const fields = collected.get(name) ?? [];
          fields.push({ node, parent, type });
          collected.set(name, fields);
          continue;
        }
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
        if (fragment === undefined) continue;
        const condition = fragment.typeCondition && typeFromAST(this.#schema, fragment.typeCondition);
        const type = condition === undefined || !isCompositeType(condition) ? parent : condition;
        open.push([fragment.selectionSet, type]);
      }
    }
    return collected;
  }
}

function subSelections(fields: readonly Selected[]): Selection[] {
  return fields.flatMap(({ node, type }): Selection[] => {
    const named = unwrapped(type);
    return node.selectionSet !== undefined && isCompositeType(named) ? [[node.selectionSet, named]] : [];
  });
}

/** The first that a search finds. */
function firstOf<Value>(
  values: readonly Value[],
  search: (value: Value) => RequestProblem | undefined,
): RequestProblem | undefined {
  for (const value of values) {
    const found = search(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function fieldType(parent: GraphQLCompositeType, node: FieldNode): GraphQLOutputType | undefined {
  const meta = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef].find(
    ({ name }) => name === node.name.value,
  );
  if (meta !== undefined) return meta.type;
  return "getFields" in parent ? parent.getFields()[node.name.value]?.type : undefined;
}

function argumentsText(node: FieldNode): string {
  return (node.arguments ?? [])
    .map((argument) => print(argument))
    .sort()
    .join();
}

function unwrapped(type: GraphQLOutputType): GraphQLOutputType {
  return isNonNullType(type) || isListType(type) ? unwrapped(type.ofType as GraphQLOutputType) : type;
}

/** Whether answers of two types look alike: lists of the same depth, the same leaf, objects of any type. */
function sameShape(a: GraphQLOutputType, b: GraphQLOutputType): boolean {
  if (isNonNullType(a) || isNonNullType(b)) {
    return isNonNullType(a) && isNonNullType(b) && sameShape(a.ofType, b.ofType);
  }
  if (isListType(a) || isListType(b)) {
    return isListType(a) && isListType(b) && sameShape(a.ofType, b.ofType);
  }
  return isLeafType(a) || isLeafType(b) ? a === b : true;
}
