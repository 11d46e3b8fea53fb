// Rules of the GraphQL specification as graphql-js checks them, reported in graphql-java's words.

import {
  ExecutableDefinitionsRule,
  FieldsOnCorrectTypeRule,
  FragmentsOnCompositeTypesRule,
  isLeafType,
  isNamedType,
  Kind,
  KnownArgumentNamesRule,
  KnownDirectivesRule,
  KnownFragmentNamesRule,
  KnownTypeNamesRule,
  LoneAnonymousOperationRule,
  NoFragmentCyclesRule,
  NoUnusedFragmentsRule,
  PossibleFragmentSpreadsRule,
  ScalarLeafsRule,
  SingleFieldSubscriptionsRule,
  UniqueArgumentNamesRule,
  UniqueDirectivesPerLocationRule,
  UniqueFragmentNamesRule,
  UniqueInputFieldNamesRule,
  UniqueOperationNamesRule,
  UniqueVariableNamesRule,
  ValidationContext,
  VariablesAreInputTypesRule,
  type ASTNode,
  type GraphQLOutputType,
  type ValidationRule,
} from "graphql";
import type { Rule } from "./problem.ts";

type Wording = (node: ASTNode, context: ValidationContext) => readonly [type: string, description: string];

/** The name a node carries, or an empty text. */
function nameOf(node: ASTNode): string {
  const name = "name" in node ? node.name : undefined;
  return name?.value ?? (node.kind === Kind.NAME ? node.value : "");
}

const always =
  (type: string, describe: (name: string) => string): Wording =>
  (node) => [type, describe(nameOf(node))];

/** graphql-java asks a type for its name, and a list or a non-null type has none. */
function bareName(type: GraphQLOutputType | null | undefined): string {
  return type !== null && type !== undefined && isNamedType(type) ? type.name : "null";
}

const REWORDED: readonly (readonly [ValidationRule, Wording])[] = [
  [
    ExecutableDefinitionsRule,
    always("NonExecutableDefinition", (name) => `The '${name}' definition is not executable`),
  ],
  [
    UniqueOperationNamesRule,
    always("DuplicateOperationName", (name) => `There can be only one operation named '${name}'`),
  ],
  [
    LoneAnonymousOperationRule,
    always("LoneAnonymousOperationViolation", () => "Anonymous operation with other operations."),
  ],
  [
    SingleFieldSubscriptionsRule,
    always(
      "SubscriptionMultipleRootFields",
      () => "A subscription operation must have exactly one root field",
    ),
  ],
  [KnownTypeNamesRule, always("UnknownType", (name) => `Unknown type ${name}`)],
  [
    FragmentsOnCompositeTypesRule,
    (node) => [
      "FragmentTypeConditionInvalid",
      `Fragment type condition is invalid, must be on Object/Interface/Union: ${nameOf(node)}`,
    ],
  ],
  [VariablesAreInputTypesRule, always("NonInputTypeOnVariable", () => "Wrong type for a variable")],
  [
    ScalarLeafsRule,
    (node, context) => {
      const type = context.getType();
      const leaf = type !== null && type !== undefined && isLeafType(unwrapped(type));
      return leaf
        ? ["SubSelectionNotAllowed", `Sub selection not allowed on leaf type ${bareName(type)}`]
        : [
            "SubSelectionRequired",
            `Sub selection required for type ${bareName(type)} of field ${nameOf(node)}`,
          ];
    },
  ],
  [
    FieldsOnCorrectTypeRule,
    (node, context) => [
      "FieldUndefined",
      `Field '${nameOf(node)}' in type '${context.getParentType()?.name ?? ""}' is undefined`,
    ],
  ],
  [
    UniqueFragmentNamesRule,
    always("DuplicateFragmentName", (name) => `There can be only one fragment named '${name}'`),
  ],
  [KnownFragmentNamesRule, always("UndefinedFragment", (name) => `Undefined fragment ${name}`)],
  [NoUnusedFragmentsRule, always("UnusedFragment", (name) => `Unused fragment ${name}`)],
  [NoFragmentCyclesRule, always("FragmentCycle", () => "Fragment cycles not allowed")],
  [
    PossibleFragmentSpreadsRule,
    (node, context) => [
      "InvalidFragmentType",
      `Fragment ${nameOf(node)} cannot be spread here as objects of type ${context.getParentType()?.name ?? ""} ` +
        "can never be of its type",
    ],
  ],
  [
    UniqueVariableNamesRule,
    always("DuplicateVariableName", (name) => `There can be only one variable named '${name}'`),
  ],
  [
    KnownDirectivesRule,
    (node, context) =>
      context.getSchema().getDirective(nameOf(node)) === undefined
        ? ["UnknownDirective", `Unknown directive ${nameOf(node)}`]
        : ["MisplacedDirective", `Directive ${nameOf(node)} not allowed here`],
  ],
  [
    UniqueDirectivesPerLocationRule,
    always("DuplicateDirectiveName", (name) => `The directive '${name}' is used more than once at one place`),
  ],
  [
    KnownArgumentNamesRule,
    (node, context) =>
      context.getDirective() === null || context.getDirective() === undefined
        ? ["UnknownArgument", `Unknown field argument ${nameOf(node)}`]
        : ["UnknownDirective", `Unknown directive argument ${nameOf(node)}`],
  ],
  [
    UniqueArgumentNamesRule,
    always("DuplicateArgumentNames", (name) => `There can be only one argument named '${name}'`),
  ],
  [
    UniqueInputFieldNamesRule,
    always("UniqueObjectFieldName", (name) => `There can be only one field named '${name}'`),
  ],
];

function unwrapped(type: GraphQLOutputType) {
  let inner = type;
  while ("ofType" in inner) inner = inner.ofType as GraphQLOutputType;
  return inner;
}

/** graphql-js's rules; each reports through a context of its own, so that a report tells its rule. */
export const rewordedRules: readonly Rule[] = REWORDED.map(([rule, word]): Rule => (setting) => {
  const context: ValidationContext = new ValidationContext(
    setting.context.getSchema(),
    setting.context.getDocument(),
    setting.typeInfo,
    (error) => {
      const [node] = error.nodes ?? [];
      if (node === undefined) return;
      const [type, description] = word(node, context);
      setting.report(type, node, description);
    },
  );
  return rule(context);
});
