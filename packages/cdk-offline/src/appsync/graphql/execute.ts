// Executes an operation as AppSync does: which fields run, how values are fitted to their types, and what is reported.

import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  OperationTypeNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type OperationDefinitionNode,
} from "graphql";
import { unauthorizedField, type AnswerError, type FieldError, type ResponsePath } from "./field-error.ts";
import { whenAll, whenThere, type MaybePromise } from "./maybe-promise.ts";
import { CoercionError, scalarNamed } from "./scalars.ts";
import { collectFields, selectionSetsOf, type CollectedFields, type SelectionScope } from "./selection.ts";
import { locationsOf } from "./validation/problem.ts";
import { argumentsOf } from "./variables.ts";

/** One field that is to be resolved. */
export interface FieldCall {
  readonly scope: SelectionScope;
  readonly parentType: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  /** The resolved parent; null at the root. */
  readonly source: unknown;
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a resolver gives: a value, and the errors it reports whether or not there is one. */
export interface Resolution {
  readonly value: unknown;
  readonly errors: readonly FieldError[];
}

type FieldResolver = (call: FieldCall) => Promise<Resolution>;

export interface ExecutionOptions {
  readonly scope: SelectionScope;
  readonly operation: OperationDefinitionNode;
  /** The resolver attached to a field; a field without one is a member of its parent. */
  readonly resolverOf: (typeName: string, fieldName: string) => FieldResolver | undefined;
  readonly mayAccess: (typeName: string, fieldName: string) => boolean;
  /** Levels of fields beyond which a field is refused; 0 = no limit. */
  readonly depthLimit: number;
  /** Resolvers run beyond which a field is refused. */
  readonly resolverLimit: number;
  /** Told of an exception that is nobody's answer; the caller sees only that something failed. */
  readonly onFailure: (error: unknown) => void;
}

export interface ExecutionResult {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly AnswerError[];
}

/** Stands for a value that cannot be there because one below it may not be null and is. */
const NOTHING = Symbol("nothing");

/** Steps to a value, last first. */
interface Step {
  readonly before: Step | undefined;
  readonly key: string | number;
  /** How many fields deep. */
  readonly level: number;
}

export async function executeOperation(options: ExecutionOptions): Promise<ExecutionResult> {
  const execution = new Execution(options);
  const data = await execution.root();
  return {
    data: data === NOTHING ? null : (data as Readonly<Record<string, unknown>>),
    errors: execution.errors,
  };
}

class Execution {
  readonly errors: AnswerError[] = [];
  readonly #options: ExecutionOptions;
  #resolversRun = 0;

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  async root(): Promise<unknown> {
    const { scope, operation } = this.#options;
    const type = scope.schema.getRootType(operation.operation);
    if (type === null || type === undefined) return {};
    const fields = collectFields(scope, type, [operation.selectionSet]);
    if (operation.operation !== OperationTypeNode.MUTATION)
      return this.#object(type, null, fields, undefined);
    // Mutations run one after the other (https://spec.graphql.org/October2021/#sec-Mutation).
    const values: [string, unknown][] = [];
    for (const [name, nodes] of fields) {
      const value = await this.#field(type, null, name, nodes, undefined);
      if (value === NOTHING) return NOTHING;
      values.push([name, value]);
    }
    return Object.fromEntries(values);
  }

  #object(
    type: GraphQLObjectType,
    source: unknown,
    fields: CollectedFields,
    at: Step | undefined,
  ): MaybePromise<unknown> {
    const names = [...fields.keys()];
    const values = [...fields].map(([name, nodes]) => this.#field(type, source, name, nodes, at));
    return whenAll(values, (settled) =>
      settled.includes(NOTHING)
        ? NOTHING
        : Object.fromEntries(names.map((name, index) => [name, settled[index]])),
    );
  }

  #field(
    parentType: GraphQLObjectType,
    source: unknown,
    name: string,
    nodes: readonly FieldNode[],
    before: Step | undefined,
  ): MaybePromise<unknown> {
    const { scope, mayAccess, resolverOf, depthLimit } = this.#options;
    const [node] = nodes;
    const field = node && fieldDefinition(scope, parentType, node.name.value);
    if (node === undefined || field === undefined) return undefined;
    const at: Step = { before, key: name, level: (before?.level ?? 0) + 1 };
    const place: Place = { parentType, nodes, at };
    const args = argumentsOf(field, node, scope.variables);
    const introspected = field.name.startsWith("__") || parentType.name.startsWith("__");
    if (introspected)
      return this.#complete(field.type, introspect(scope, field, source, args, parentType), place);
    if (depthLimit > 0 && at.level > depthLimit) return this.#refuse(field, place, DEPTH_LIMIT);
    if (!mayAccess(parentType.name, field.name)) {
      return this.#refuse(field, place, unauthorizedField(parentType.name, field.name));
    }
    const resolver = resolverOf(parentType.name, field.name);
    if (resolver === undefined) return this.#complete(field.type, memberOf(source, field.name), place);
    this.#resolversRun += 1;
    const { resolverLimit } = this.#options;
    if (this.#resolversRun > resolverLimit) return this.#refuse(field, place, RESOLVER_LIMIT);
    return this.#resolve(resolver, { scope, parentType, field, nodes, source, args }, place);
  }

  async #resolve(resolver: FieldResolver, call: FieldCall, place: Place): Promise<unknown> {
    let resolution: Resolution;
    try {
      resolution = await resolver(call);
    } catch (error) {
      this.#options.onFailure(error);
      resolution = { value: null, errors: [INTERNAL_FAILURE] };
    }
    for (const error of resolution.errors) this.#report(error, call.field, place);
    return this.#complete(call.field.type, resolution.value, place);
  }

  #refuse(field: GraphQLField<unknown, unknown>, place: Place, error: FieldError): MaybePromise<unknown> {
    this.#report(error, field, place);
    return this.#complete(field.type, null, place);
  }

  #report(error: FieldError, field: GraphQLField<unknown, unknown>, { nodes, at }: Place): void {
    this.errors.push({
      path: pathTo(at),
      data: this.#selected(error.data ?? null, field.type, nodes),
      errorType: error.errorType,
      errorInfo: error.errorInfo ?? null,
      locations: locationsOf(nodes.slice(0, 1)),
      message: error.message,
    });
  }

  /** What of an error's data the query asks for. */
  #selected(data: unknown, type: GraphQLOutputType, nodes: readonly FieldNode[]): unknown {
    if (Array.isArray(data)) return data.map((item) => this.#selected(item, type, nodes));
    const named = getNamedType(type);
    if (typeof data !== "object" || data === null || !isObjectType(named)) return data;
    const fields = collectFields(this.#options.scope, named, selectionSetsOf(nodes));
    return Object.fromEntries(
      [...fields].map(([name, inner]) => {
        const fieldName = inner[0]?.name.value ?? "";
        const innerType = named.getFields()[fieldName]?.type;
        const member = memberOf(data, fieldName);
        return [name, innerType === undefined ? member : this.#selected(member, innerType, inner)];
      }),
    );
  }

  /** Fits a value to a type. A null where there may be none is reported once and takes its parent with it. */
  #complete(type: GraphQLOutputType, value: unknown, place: Place): MaybePromise<unknown> {
    if (!isNonNullType(type)) {
      return whenThere(this.#completeNullable(type, value, place), (it) => (it === NOTHING ? null : it));
    }
    const inner = getNullableType(type) as GraphQLOutputType;
    return whenThere(this.#completeNullable(inner, value, place), (it) => {
      if (it !== null) return it;
      const path = pathTo(place.at);
      this.#misfit(
        place.at,
        `Cannot return null for non-nullable type: '${String(inner)}' within parent ` +
          `'${place.parentType.name}' (${pathText(path)})`,
      );
      return NOTHING;
    });
  }

  #completeNullable(type: GraphQLOutputType, value: unknown, place: Place): MaybePromise<unknown> {
    if (value === null || value === undefined) return null;
    if (isListType(type)) return this.#list(type.ofType as GraphQLOutputType, value, place);
    if (isLeafType(type)) return this.#leaf(type, value, place.at);
    const objectType = isAbstractType(type) ? this.#concreteType(type, value, place.at) : type;
    if (!isObjectType(objectType)) return null;
    const fields = collectFields(this.#options.scope, objectType, selectionSetsOf(place.nodes));
    return this.#object(objectType, value, fields, place.at);
  }

  #list(itemType: GraphQLOutputType, value: unknown, place: Place): MaybePromise<unknown> {
    if (!Array.isArray(value)) {
      const got = typeof value === "object" ? "OBJECT" : "SCALAR";
      const path = pathText(pathTo(place.at));
      this.#misfit(
        place.at,
        `Can't resolve value (${path}) : type mismatch error, expected type LIST, got ${got}`,
      );
      return null;
    }
    const items = value.map((item: unknown, index) => {
      const at: Step = { before: place.at, key: index, level: place.at.level };
      return this.#complete(itemType, item, { ...place, at });
    });
    return whenAll(items, (settled) => (settled.includes(NOTHING) ? NOTHING : settled));
  }

  #leaf(type: GraphQLLeafType, value: unknown, at: Step): unknown {
    try {
      if (!isEnumType(type)) return scalarNamed(type.name).toResult(value);
      if (typeof value === "string" && type.getValue(value) !== undefined) return value;
      throw new CoercionError(`Invalid input for Enum '${type.name}'. Unknown value '${String(value)}'`);
    } catch (error) {
      if (!(error instanceof CoercionError)) throw error;
      this.#misfit(at, `Can't serialize value (${pathText(pathTo(at))}) : ${error.message}`);
      return null;
    }
  }

  /** The type a value names in `__typename`. */
  #concreteType(type: GraphQLAbstractType, value: unknown, at: Step): GraphQLObjectType | undefined {
    const { schema } = this.#options.scope;
    const name = memberOf(value, "__typename");
    const found = typeof name === "string" ? schema.getType(name) : undefined;
    if (isObjectType(found) && schema.isSubType(type, found)) return found;
    const path = pathText(pathTo(at));
    this.#misfit(at, `Can't resolve '${path}'. Could not determine the exact type of '${type.name}'`);
    return undefined;
  }

  #misfit(at: Step, message: string): void {
    this.errors.push({ path: pathTo(at), locations: null, message });
  }
}

/** Where a value belongs: the field's nodes, the object the field is of, and the steps to the value. */
interface Place {
  readonly parentType: GraphQLObjectType;
  readonly nodes: readonly FieldNode[];
  readonly at: Step;
}

/**
 * https://docs.aws.amazon.com/appsync/latest/devguide/configuration-limits.html. The messages are not documented; that of
 * the resolvers is quoted in amplify-js#8342, that of the depth follows it.
 */
const DEPTH_LIMIT: FieldError = { errorType: "QueryDepthLimitReached", message: "Query depth limit reached" };
const RESOLVER_LIMIT: FieldError = {
  errorType: "ResolverExecutionLimitReached",
  message: "Resolver invocation limit reached",
};
const INTERNAL_FAILURE: FieldError = {
  errorType: "InternalFailure",
  message: "An internal failure occurred while resolving this field.",
};

function fieldDefinition(
  { schema }: SelectionScope,
  parentType: GraphQLObjectType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parentType === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parentType.getFields()[name];
}

/** Fields that describe the schema; only there defaults of arguments count. */
function introspect(
  { schema }: SelectionScope,
  field: GraphQLField<unknown, unknown>,
  source: unknown,
  args: Readonly<Record<string, unknown>>,
  parentType: GraphQLObjectType,
): unknown {
  if (field.name === TypeNameMetaFieldDef.name) return parentType.name;
  const defaults = Object.fromEntries(field.args.map(({ name, defaultValue }) => [name, defaultValue]));
  // The resolvers of introspection fields look at nothing of the info but the schema.
  return field.resolve?.(source, { ...defaults, ...args }, undefined, { schema } as GraphQLResolveInfo);
}

function memberOf(source: unknown, name: string): unknown {
  if (typeof source !== "object" || source === null || !Object.hasOwn(source, name)) return null;
  return (source as Readonly<Record<string, unknown>>)[name];
}

function pathTo(at: Step): ResponsePath {
  const path: (string | number)[] = [];
  for (let step: Step | undefined = at; step !== undefined; step = step.before) path.unshift(step.key);
  return path;
}

/** `/logins[0]/id`. */
function pathText(path: ResponsePath): string {
  return path.map((key) => (typeof key === "number" ? `[${key}]` : `/${key}`)).join("");
}
