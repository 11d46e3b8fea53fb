// Whether variables are declared, used and of the types of the places they stand in, in graphql-java's words.

import {
  Kind,
  print,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  type VariableNode,
} from "graphql";
import { javaLiteral } from "../java-values.ts";
import { misfitOf } from "./argument-rules.ts";
import type { QueryPath, Report, Rule } from "./problem.ts";

interface Usage {
  readonly node: VariableNode;
  readonly path: QueryPath;
  /** The type of the place as text; nothing where the place is unknown, which another rule reports. */
  readonly type: string | undefined;
}

export const variables: Rule = ({ context, typeInfo, path, report }) => {
  /** By the operation or fragment in which they stand. */
  const usages = new Map<unknown, Usage[]>();
  let definition: unknown;
  return {
    OperationDefinition(node) {
      definition = node;
    },
    FragmentDefinition(node) {
      definition = node;
    },
    VariableDefinition(node) {
      const type = typeInfo.getInputType();
      if (node.defaultValue !== undefined && type !== null && type !== undefined) {
        const misfit = misfitOf(node.defaultValue, type);
        if (misfit !== undefined) {
          const value = javaLiteral(node.defaultValue);
          report("BadValueForDefaultArg", node, `Bad default value ${value} for type ${type.toString()}`);
        }
      }
      return false; // the name of a variable is not a use of it
    },
    Variable(node) {
      const found = usages.get(definition) ?? [];
      found.push({ node, path: path(), type: typeInfo.getInputType()?.toString() });
      usages.set(definition, found);
    },
    Document: {
      leave(document) {
        for (const operation of document.definitions) {
          if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
          const fragments = context.getRecursivelyReferencedFragments(operation);
          const reached = [operation, ...fragments].flatMap((node) => usages.get(node) ?? []);
          checkOperation(operation, reached, report);
        }
      },
    },
  };
};

function checkOperation(operation: OperationDefinitionNode, usages: readonly Usage[], report: Report): void {
  const declared = new Map(operation.variableDefinitions?.map((node) => [node.variable.name.value, node]));
  const used = new Set<string>();
  for (const { node, path, type } of usages) {
    const name = node.name.value;
    used.add(name);
    const declaration = declared.get(name);
    if (declaration === undefined) {
      report("UndefinedVariable", node, `Undefined variable ${name}`, path);
      continue;
    }
    if (type === undefined) continue;
    const variableType = effectiveType(declaration);
    if (!fits(variableType, type)) {
      report(
        "VariableTypeMismatch",
        node,
        `Variable type '${variableType}' doesn't match expected type '${type}'`,
        path,
      );
    }
  }
  for (const [name, node] of declared) {
    if (!used.has(name)) report("UnusedVariable", node, `Unused variable ${name}`, []);
  }
}

/** The type of a variable as text. One with a default is never null, whatever its declaration says. */
function effectiveType({ type, defaultValue }: VariableDefinitionNode): string {
  const text = print(type);
  const neverNull = defaultValue !== undefined && defaultValue.kind !== Kind.NULL;
  return neverNull && type.kind !== Kind.NON_NULL_TYPE ? `${text}!` : text;
}

/**
 * Whether values of one input type can stand where another is wanted, both as text such as `[ID!]`
 * (https://spec.graphql.org/October2021/#AreTypesCompatible()).
 */
function fits(variable: string, place: string): boolean {
  if (place.endsWith("!")) return variable.endsWith("!") && fits(variable.slice(0, -1), place.slice(0, -1));
  if (variable.endsWith("!")) return fits(variable.slice(0, -1), place);
  if (!place.startsWith("[")) return variable === place;
  return variable.startsWith("[") && fits(variable.slice(1, -1), place.slice(1, -1));
}
