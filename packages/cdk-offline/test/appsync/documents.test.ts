// Which queries are kept parsed and validated.

import { expect, it } from "vitest";
import { openDocuments } from "../../src/appsync/graphql/documents.ts";
import { buildApiSchema } from "../../src/appsync/graphql/schema.ts";

const schema = buildApiSchema("type Query { a: Int }");
const numbered = (n: number) => `query Q${String(n)} { a }`;

it("a query sent again is not parsed again", () => {
  const prepare = openDocuments(schema, { introspection: true });
  expect(prepare("{ a }")).toBe(prepare("{ a }"));
});

it("the five hundred queries that were sent last are kept", () => {
  const prepare = openDocuments(schema, { introspection: true });
  const [first, second] = [prepare(numbered(0)), prepare(numbered(1))];
  for (let n = 2; n < 500; n += 1) prepare(numbered(n));
  expect(prepare(numbered(0))).toBe(first);
  prepare(numbered(500));
  expect(prepare(numbered(0))).toBe(first);
  expect(prepare(numbered(1))).not.toBe(second);
});

it.each([
  ["that is long", `{ a } # ${"x".repeat(20_000)}`],
  ["that is not valid", "{ b }"],
])("a query %s is not kept", (_kind, query) => {
  const prepare = openDocuments(schema, { introspection: true });
  expect(prepare(query)).not.toBe(prepare(query));
});
