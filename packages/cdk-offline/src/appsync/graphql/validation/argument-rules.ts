// Whether arguments are there and have values of their types, in graphql-java's words.

import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  Kind,
  type ASTNode,
  type DirectiveNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type ObjectValueNode,
  type ValueNode,
} from "graphql";
import { javaLiteral } from "../java-values.ts";
import { scalarNamed } from "../scalars.ts";
import type { Rule } from "./problem.ts";

/** A value that does not fit its type: where below the argument, which literal, and what is wrong with it. */
interface Misfit {
  /** Such as `.filter[0].name`. */
  readonly below: string;
  readonly value: ValueNode;
  readonly complaint: string;
}

/** Finds the first misfit of a literal. Variables are checked where they are declared. */
export function misfitOf(value: ValueNode, type: GraphQLInputType): Misfit | undefined {
  if (value.kind === Kind.VARIABLE) return undefined;
  if (value.kind === Kind.NULL) {
    return isNonNullType(type) ? { below: "", value, complaint: "must not be null" } : undefined;
  }
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    for (const [index, item] of items.entries()) {
      const misfit = misfitOf(item, nullable.ofType);
      const place = value.kind === Kind.LIST ? `[${index}]` : "";
      if (misfit !== undefined) return { ...misfit, below: `${place}${misfit.below}` };
    }
    return undefined;
  }
  if (isInputObjectType(nullable)) {
    if (value.kind !== Kind.OBJECT) return { below: "", value, complaint: "must be an object type" };
    return objectMisfit(value, nullable);
  }
  const fits = isEnumType(nullable)
    ? value.kind === Kind.ENUM && nullable.getValue(value.value) !== undefined
    : scalarNamed(getNamedType(nullable).name).fromLiteral(value) !== undefined;
  return fits
    ? undefined
    : { below: "", value, complaint: `is not a valid '${getNamedType(nullable).name}'` };
}

function objectMisfit(value: ObjectValueNode, type: GraphQLInputObjectType): Misfit | undefined {
  const given = new Map(value.fields.map((field) => [field.name.value, field.value]));
  const missing = Object.values(type.getFields()).filter(
    (field) => isRequiredInputField(field) && !given.has(field.name),
  );
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    return { below: "", value, complaint: `is missing required fields '[${names}]'` };
  }
  for (const [name, member] of given) {
    const field = type.getFields()[name];
    if (field === undefined) {
      return { below: "", value, complaint: `contains a field not in '${type.name}': '${name}'` };
    }
    const misfit = misfitOf(member, field.type);
    if (misfit !== undefined) return { ...misfit, below: `.${name}${misfit.below}` };
  }
  return undefined;
}

export const argumentValues: Rule = ({ typeInfo, report }) => ({
  Argument(node) {
    const argument = typeInfo.getArgument();
    if (argument === null || argument === undefined) return;
    const misfit = misfitOf(node.value, argument.type);
    if (misfit === undefined) return;
    const { below, value, complaint } = misfit;
    report(
      "WrongType",
      node,
      `argument '${node.name.value}${below}' with value '${javaLiteral(value)}' ${complaint}`,
    );
  },
});

export const requiredArguments: Rule = ({ typeInfo, report }) => {
  const check = (
    node: FieldNode | DirectiveNode,
    declared: readonly GraphQLArgument[] | undefined,
    complain: (at: ASTNode, name: string) => void,
  ) => {
    const given = new Set(node.arguments?.map(({ name }) => name.value));
    for (const argument of declared ?? []) {
      if (isRequiredArgument(argument) && !given.has(argument.name)) complain(node, argument.name);
    }
  };
  return {
    Field(node) {
      check(node, typeInfo.getFieldDef()?.args, (at, name) => {
        report("MissingFieldArgument", at, `Missing field argument ${name}`);
      });
    },
    Directive(node) {
      check(node, typeInfo.getDirective()?.args, (at, name) => {
        report("MissingDirectiveArgument", at, `Missing directive argument ${name}`);
      });
    },
  };
};
