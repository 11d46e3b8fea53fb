// Parsed and validated queries, kept so that a query sent again costs neither.

import {
  BREAK,
  GraphQLError,
  Kind,
  parse,
  Source,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import type { RequestProblem } from "./validation/problem.ts";
import { validateQuery, type ValidationOptions } from "./validation/validate.ts";

/** The quota "Maximum query length" (https://docs.aws.amazon.com/general/latest/gr/appsync.html). */
const MAX_TOKENS = 15_000;

/**
 * Selection sets, lists and objects that may stand within one another. graphql-java stops at 500 rules of its grammar by
 * default, of which each of these takes two or three; whether AppSync does is not known. What a resolver is told of a
 * selection grows with the square of its depth.
 */
const MAX_DEPTH = 500;

/** How many queries are kept, and up to which length each. */
const KEPT_QUERIES = 500;
const KEPT_LENGTH = 20_000;

export interface Query {
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export type Prepared =
  | { readonly kind: "unparseable" }
  | { readonly kind: "tooLong" }
  | { readonly kind: "invalid"; readonly problems: readonly RequestProblem[] }
  | { readonly kind: "valid"; readonly query: Query };

/** Parses and validates queries against one schema. */
export function openDocuments(
  schema: GraphQLSchema,
  options: ValidationOptions,
): (query: string) => Prepared {
  const kept = new Map<string, Prepared>();
  return (query) => {
    const known = kept.get(query);
    if (known !== undefined) {
      kept.delete(query); // to the end: the first of the map is the one not asked for the longest
      kept.set(query, known);
      return known;
    }
    const prepared = prepare(schema, query, options);
    if (prepared.kind === "valid" && query.length <= KEPT_LENGTH) {
      kept.set(query, prepared);
      const [oldest] = kept.keys();
      if (kept.size > KEPT_QUERIES && oldest !== undefined) kept.delete(oldest);
    }
    return prepared;
  };
}

function isNestedTooDeep(document: DocumentNode): boolean {
  let depth = 0;
  let isTooDeep = false;
  const level = {
    enter: () => {
      depth += 1;
      isTooDeep = depth > MAX_DEPTH;
      return isTooDeep ? BREAK : undefined;
    },
    leave: () => {
      depth -= 1;
    },
  };
  visit(document, { SelectionSet: level, ListValue: level, ObjectValue: level });
  return isTooDeep;
}

function prepare(schema: GraphQLSchema, query: string, options: ValidationOptions): Prepared {
  let document: DocumentNode;
  let problems: RequestProblem[];
  try {
    const source = new Source(query);
    document = parse(source, { maxLexicalTokens: MAX_TOKENS });
    // graphql-js goes through the text for the place of every error it makes; the tokens know theirs.
    source.body = "";
    if (isNestedTooDeep(document)) return { kind: "unparseable" };
    problems = validateQuery(schema, document, options);
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes(`more that ${MAX_TOKENS} tokens`)) {
      return { kind: "tooLong" };
    }
    // A syntax error, or nesting deeper than the stack.
    return { kind: "unparseable" };
  }
  if (problems.length > 0) return { kind: "invalid", problems };
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  return { kind: "valid", query: { operations, fragments } };
}
