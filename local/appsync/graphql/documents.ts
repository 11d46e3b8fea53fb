// Parsed and validated queries, kept so that a query sent again costs neither.

import {
  Kind,
  parse,
  Source,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from "graphql";
import type { RequestProblem } from "./validation/problem.ts";
import { validateQuery, type ValidationOptions } from "./validation/validate.ts";

/** A query is refused beyond this, as graphql-java does by default. */
const MAX_TOKENS = 15_000;

/** How many queries are kept, and up to which length each. */
const KEPT_QUERIES = 500;
const KEPT_LENGTH = 20_000;

export interface Query {
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export type Prepared =
  | { readonly kind: "unparseable" }
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

function prepare(schema: GraphQLSchema, query: string, options: ValidationOptions): Prepared {
  let document: DocumentNode;
  let problems: RequestProblem[];
  try {
    const source = new Source(query);
    document = parse(source, { maxTokens: MAX_TOKENS });
    // graphql-js goes through the text for the place of every error it makes; the tokens know theirs.
    source.body = "";
    problems = validateQuery(schema, document, options);
  } catch {
    // A syntax error, too many tokens, or nesting deeper than the stack.
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
