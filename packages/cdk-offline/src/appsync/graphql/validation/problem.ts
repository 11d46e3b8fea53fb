// A validation error in graphql-java's wording, which is what AppSync answers.

import type { ASTNode, ASTVisitor, TypeInfo, ValidationContext } from "graphql";

/** A place in a query, as it stands in AppSync's errors. */
export interface ErrorLocation {
  readonly line: number;
  readonly column: number;
  readonly sourceName: null;
}

/** An error that concerns the whole operation. */
export interface RequestProblem {
  readonly path: null;
  readonly locations: readonly ErrorLocation[];
  readonly message: string;
}

/** The places of nodes in the text they were parsed from. */
export function locationsOf(nodes: readonly ASTNode[]): ErrorLocation[] {
  return nodes.flatMap(({ loc }) => {
    if (loc === undefined) return [];
    const { line, column } = loc.startToken; // counted once, while parsing
    return [{ line, column, sourceName: null }];
  });
}

/** Names of the fields and fragments around a node. */
export type QueryPath = readonly string[];

export type Report = (type: string, node: ASTNode, description: string, path?: QueryPath) => void;

/** What a rule works with. */
interface RuleSetting {
  readonly context: ValidationContext;
  /** Where the visitor stands in the schema; the one the context knows. */
  readonly typeInfo: TypeInfo;
  /** Where the visitor stands in the query. */
  readonly path: () => QueryPath;
  /** Reports an error at a node; at the visitor's place unless another path is given. */
  readonly report: Report;
}

/** A rule: a visitor that reports. */
export type Rule = (setting: RuleSetting) => ASTVisitor;

export function problem(type: string, node: ASTNode, description: string, path: QueryPath): RequestProblem {
  const where = path.length === 0 ? "" : ` @ '${path.join("/")}'`;
  return {
    path: null,
    locations: locationsOf([node]),
    message: `Validation error of type ${type}: ${description}${where}`,
  };
}
