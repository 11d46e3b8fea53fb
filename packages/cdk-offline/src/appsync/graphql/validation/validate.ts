// Validates a query against the schema, with the answers AppSync gives.

import {
  TypeInfo,
  ValidationContext,
  visit,
  visitInParallel,
  visitWithTypeInfo,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import { argumentValues, requiredArguments } from "./argument-rules.ts";
import { fieldConflicts } from "./field-merge.ts";
import { multiplyingIntrospection } from "./introspection.ts";
import { problem, type RequestProblem, type Rule } from "./problem.ts";
import { rewordedRules } from "./reworded-rules.ts";
import { variables } from "./variable-rules.ts";

/** With introspection off the types that describe the schema have no fields, which is what a query of them is told. */
const noIntrospection: Rule = ({ typeInfo, report }) => ({
  Field(node) {
    const parent = typeInfo.getParentType()?.name ?? "";
    if (parent.startsWith("__") && node.name.value !== "__typename" && typeInfo.getFieldDef() != null) {
      report("FieldUndefined", node, `Field '${node.name.value}' in type '${parent}' is undefined`);
      return false;
    }
    return undefined;
  },
});

export interface ValidationOptions {
  readonly introspection: boolean;
}

/** The errors of a query, in the order of their finding; none for one that can be run. */
export function validateQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  { introspection }: ValidationOptions,
): RequestProblem[] {
  const problems: RequestProblem[] = [];
  const typeInfo = new TypeInfo(schema);
  const names: string[] = [];
  const setting = {
    typeInfo,
    context: new ValidationContext(schema, document, typeInfo, () => undefined),
    path: () => [...names],
    report: (...[type, node, description, path]: Parameters<Parameters<Rule>[0]["report"]>) => {
      problems.push(problem(type, node, description, path ?? names));
    },
  };
  const rules = [...rewordedRules, argumentValues, requiredArguments, variables];
  if (!introspection) rules.push(noIntrospection);
  const { entering, leaving } = pathKeepers(names);
  const visitors = [entering, ...rules.map((rule) => rule(setting)), leaving];
  visit(document, visitWithTypeInfo(typeInfo, visitInParallel(visitors)));
  if (problems.length > 0) return problems;
  return [...multiplyingIntrospection(document), ...fieldConflicts(schema, document)];
}

/** Two visitors to stand before and after all others: what they look at includes the node entered or left. */
function pathKeepers(names: string[]): { entering: ASTVisitor; leaving: ASTVisitor } {
  const push = ({ name }: { readonly name: { readonly value: string } }) => {
    names.push(name.value);
  };
  const pop = () => {
    names.pop();
  };
  return {
    entering: { Field: push, FragmentDefinition: push },
    leaving: { Field: { leave: pop }, FragmentDefinition: { leave: pop } },
  };
}
