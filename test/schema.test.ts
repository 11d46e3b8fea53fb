// The schema is one that AppSync takes, and that tells its readers everything.

import { readFileSync } from "node:fs";
import {
  Kind,
  parse,
  TokenKind,
  type DefinitionNode,
  type InputValueDefinitionNode,
  type Token,
} from "graphql";
import { expect, test } from "vitest";

const text = readFileSync("schema.graphql", "utf8");
const { definitions } = parse(text);

function fieldsOf(definition: DefinitionNode) {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
    ? (definition.fields ?? [])
    : [];
}

function isDescribed(first: Token | undefined): boolean {
  return first?.prev?.kind === TokenKind.COMMENT;
}

const ROOTS = ["Query", "Mutation", "Subscription"];

test.each(
  definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION
      ? [[definition.name.value, definition] as const]
      : [],
  ),
)("%s and every field of it is described by a comment", (name, definition) => {
  if (!ROOTS.includes(name)) expect(isDescribed(definition.loc?.startToken)).toBe(true);
  expect(fieldsOf(definition).length).toBeGreaterThan(0);
  for (const field of fieldsOf(definition))
    expect(isDescribed(field.loc?.startToken), field.name.value).toBe(true);
});

test("no argument has a default: AppSync never passes it to a resolver", () => {
  const inputs: InputValueDefinitionNode[] = definitions.flatMap((definition) =>
    fieldsOf(definition).flatMap((field) =>
      field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : [field],
    ),
  );
  expect(inputs.length).toBeGreaterThan(8);
  expect(inputs.filter(({ defaultValue }) => defaultValue !== undefined)).toEqual([]);
});

test("there are no quoted descriptions and no extensions, which AppSync refuses", () => {
  expect(text).not.toContain('"""');
  expect(definitions.filter(({ kind }) => kind.endsWith("Extension"))).toEqual([]);
});

test("no argument but that of the auditors' query could name the caller", () => {
  const named = definitions.flatMap((definition) =>
    fieldsOf(definition).flatMap((field) =>
      field.kind === Kind.FIELD_DEFINITION
        ? (field.arguments ?? [])
            .filter(({ name }) => /user|sub|owner|name/i.test(name.value))
            .map(() => field.name.value)
        : [],
    ),
  );
  expect(named).toEqual(["loginsOf"]);
});
