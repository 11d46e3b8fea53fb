// Refuses introspection that goes round in circles: each round multiplies the answer, so that a query of one kilobyte
// would fill the memory. The depth limit of an API does not hold for it.

import { Kind, visit, type DocumentNode, type SelectionSetNode } from "graphql";
import { problem, type RequestProblem } from "./problem.ts";

/** The fields of a type that lead to further types, by which a query can go round. */
const MULTIPLYING = ["fields", "inputFields", "interfaces", "possibleTypes"];

/** How many of them may stand within one another. Tools that read a schema ask for one within another at most. */
const MOST_NESTED = 3;

/**
 * One problem for each look into the schema that goes too far, in the words of graphql-java's check of good faith, which
 * is stricter. The document has to be free of other errors.
 */
export function multiplyingIntrospection(document: DocumentNode): RequestProblem[] {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  const known = new Map<SelectionSetNode, number>();

  /** How many multiplying fields stand within one another below a selection set; each set is gone through once. */
  const nestingOf = (set: SelectionSetNode | undefined): number => {
    if (set === undefined) return 0;
    const nesting = known.get(set) ?? Math.max(...set.selections.map(nestingOfSelection));
    known.set(set, nesting);
    return nesting;
  };
  const nestingOfSelection = (selection: SelectionSetNode["selections"][number]): number => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return nestingOf(fragments.get(selection.name.value));
    const own = selection.kind === Kind.FIELD && MULTIPLYING.includes(selection.name.value) ? 1 : 0;
    return own + nestingOf(selection.selectionSet);
  };

  const problems: RequestProblem[] = [];
  visit(document, {
    Field(node) {
      if (node.name.value !== "__schema" && node.name.value !== "__type") return;
      if (nestingOf(node.selectionSet) <= MOST_NESTED) return;
      const words =
        "This request is not asking for introspection in good faith - its fields are nested too often!";
      problems.push(problem("BadFaithIntrospection", node, words, [node.name.value]));
    },
  });
  return problems;
}
