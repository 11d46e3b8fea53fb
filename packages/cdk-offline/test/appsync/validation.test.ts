// Validation errors in graphql-java's words, each at the place it is about.

import { getIntrospectionQuery, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { buildApiSchema } from "../../src/appsync/graphql/schema.ts";
import { validateQuery } from "../../src/appsync/graphql/validation/validate.ts";
import { slowness } from "../../src/testing/slowness.ts";

const schema = buildApiSchema(`
  type Query {
    a(id: ID!, n: Int, in: Input, size: Size): A  as: [A!]!  name: String  node: Node  u: Union
    dates(d: AWSDate, t: AWSTime, at: AWSDateTime, s: AWSTimestamp, e: AWSEmail, j: AWSJSON, p: AWSPhone, u: AWSURL, ip: AWSIPAddress): Int
  }
  type Subscription { x: Int  y: Int }
  type A implements Node { id: ID  other: String  self: A  list: [String]  twin(n: Int): A }
  type B implements Node { id: ID  other: Int  twin: B }
  interface Node { id: ID }
  union Union = A | B
  enum Size { BIG }
  input Input { must: String!  n: Int  items: [Inner!] }
  input Inner { n: Int! }`);

function errors(query: string): readonly string[] {
  return validateQuery(schema, parse(query), { introspection: true }).map(
    ({ message, locations: [place] }) => `${String(place?.line)}:${String(place?.column)} ${message}`,
  );
}

it.each([
  "{ name }",
  '{ a(id: "1") { id self { other } } }',
  "query ($id: ID!, $n: Int = 5) { a(id: $id, n: $n) { id } }",
  'query ($n: Int!) { a(id: 1, in: { must: "x", n: $n, items: [{ n: 1 }] }) { id } }',
  "{ ...F } fragment F on Query { name }",
  "query A { name } query B { name }",
  "{ node { id ... on A { other } ... on B { renamed: other } } }",
  "{ u { __typename ... on A { id } ... on B { id } } }",
  "{ name @include(if: true) @skip(if: false) }",
  "query ($yes: Boolean!) { name @include(if: $yes) }",
  '{ x: a(id: "1") { id } y: a(id: "2") { id } }',
  "{ name name }",
  "subscription { x }",
  "{ __schema { types { name fields(includeDeprecated: true) { name } } } }",
])("%s is valid", (query) => {
  expect(errors(query)).toEqual([]);
});

describe("a query that is not valid", () => {
  it.each([
    [
      "{ nope }",
      "1:3 Validation error of type FieldUndefined: Field 'nope' in type 'Query' is undefined @ 'nope'",
    ],
    [
      '{ a(id: "1") { nope } }',
      "1:16 Validation error of type FieldUndefined: Field 'nope' in type 'A' is undefined @ 'a/nope'",
    ],
    [
      "{ ...F } fragment F on Query { nope }",
      "1:32 Validation error of type FieldUndefined: Field 'nope' in type 'Query' is undefined @ 'F/nope'",
    ],
    ["{ a { id } }", "1:3 Validation error of type MissingFieldArgument: Missing field argument id @ 'a'"],
    [
      '{ a(id: "1", nope: 1) { id } }',
      "1:14 Validation error of type UnknownArgument: Unknown field argument nope @ 'a'",
    ],
    [
      '{ a(id: "1") }',
      "1:3 Validation error of type SubSelectionRequired: Sub selection required for type A of field a @ 'a'",
    ],
    [
      "{ as }",
      "1:3 Validation error of type SubSelectionRequired: Sub selection required for type null of field as @ 'as'",
    ],
    [
      "{ name { x } }",
      "1:8 Validation error of type SubSelectionNotAllowed: Sub selection not allowed on leaf type String @ 'name'",
    ],
    ["{ name @nope }", "1:8 Validation error of type UnknownDirective: Unknown directive nope @ 'name'"],
    [
      "{ name @skip }",
      "1:8 Validation error of type MissingDirectiveArgument: Missing directive argument if @ 'name'",
    ],
    [
      "{ name @skip(if: true, no: 1) }",
      "1:24 Validation error of type UnknownDirective: Unknown directive argument no @ 'name'",
    ],
    [
      "query @skip(if: true) { name }",
      "1:7 Validation error of type MisplacedDirective: Directive skip not allowed here",
    ],
    [
      "{ name @skip(if: true) @skip(if: true) }",
      "1:8 Validation error of type DuplicateDirectiveName: The directive 'skip' is used more than once at one place @ 'name'",
    ],
    ["{ ...F }", "1:6 Validation error of type UndefinedFragment: Undefined fragment F"],
    [
      "{ name } fragment F on Query { name }",
      "1:10 Validation error of type UnusedFragment: Unused fragment F",
    ],
    [
      "{ ...F } fragment F on Nope { name }",
      "1:24 Validation error of type UnknownType: Unknown type Nope @ 'F'",
    ],
    [
      "{ name } { name }",
      "1:1 Validation error of type LoneAnonymousOperationViolation: Anonymous operation with other operations.",
    ],
    [
      "query A { name } query A { name }",
      "1:7 Validation error of type DuplicateOperationName: There can be only one operation named 'A'",
    ],
    ["query ($x: Int) { name }", "1:8 Validation error of type UnusedVariable: Unused variable x"],
    ["{ a(id: $x) { id } }", "1:9 Validation error of type UndefinedVariable: Undefined variable x @ 'a'"],
    [
      "query ($x: String!) { a(id: $x) { id } }",
      "1:29 Validation error of type VariableTypeMismatch: Variable type 'String!' doesn't match expected type 'ID!' @ 'a'",
    ],
    [
      "query ($x: ID) { ...F } fragment F on Query { a(id: $x) { id } }",
      "1:53 Validation error of type VariableTypeMismatch: Variable type 'ID' doesn't match expected type 'ID!' @ 'F/a'",
    ],
    [
      'query ($x: Int = "x") { a(id: 1, n: $x) { id } }',
      "1:8 Validation error of type BadValueForDefaultArg: Bad default value StringValue{value='x'} for type Int",
    ],
    [
      "query ($x: A) { a(id: $x) { id } }",
      "1:12 Validation error of type NonInputTypeOnVariable: Wrong type for a variable",
    ],
    [
      "subscription { x y }",
      "1:18 Validation error of type SubscriptionMultipleRootFields: A subscription operation must have exactly one root field",
    ],
    [
      "{ node { ... on Query { name } } }",
      "1:10 Validation error of type InvalidFragmentType: Fragment  cannot be spread here",
    ],
    ["{ name ... on Size { x } }", "1:15 Validation error of type FragmentTypeConditionInvalid"],
  ])("%s", (query, expected) => {
    const found = errors(query);
    expect(found.find((error) => error.startsWith(expected)) ?? found).toContain(expected);
  });

  it.each([
    ["id: null", "argument 'id' with value 'NullValue{}' must not be null"],
    ["id: 1.5", "argument 'id' with value 'FloatValue{value=1.5}' is not a valid 'ID'"],
    ['id: 1, n: "1"', "argument 'n' with value 'StringValue{value='1'}' is not a valid 'Int'"],
    ["id: 1, n: 3000000000", "argument 'n' with value 'IntValue{value=3000000000}' is not a valid 'Int'"],
    ["id: 1, n: 1e400", "argument 'n' with value 'FloatValue{value=1e400}' is not a valid 'Int'"],
    ["id: 1, size: HUGE", "argument 'size' with value 'EnumValue{name='HUGE'}' is not a valid 'Size'"],
    ["id: 1, size: true", "argument 'size' with value 'BooleanValue{value=true}' is not a valid 'Size'"],
    ["id: 1, in: 5", "argument 'in' with value 'IntValue{value=5}' must be an object type"],
    [
      "id: 1, in: {}",
      "argument 'in' with value 'ObjectValue(objectFields=[])' is missing required fields '[must]'",
    ],
    [
      'id: 1, in: { must: "x", no: [1] }',
      "argument 'in' with value 'ObjectValue(objectFields=[ObjectField{name='must', value=StringValue{value='x'}}, " +
        "ObjectField{name='no', value=ArrayValue{values=[IntValue{value=1}]}}])' contains a field not in 'Input': 'no'",
    ],
    ["id: 1, in: { must: 5 }", "argument 'in.must' with value 'IntValue{value=5}' is not a valid 'String'"],
    [
      'id: 1, in: { must: "x", items: [{ n: 1 }, { n: "x" }] }',
      "argument 'in.items[1].n' with value 'StringValue{value='x'}' is not a valid 'Int'",
    ],
  ])("http-wrong-type: a(%s)", (given, complaint) => {
    const [error] = errors(`{ a(${given}) { id } }`);
    expect(error).toContain(`Validation error of type WrongType: ${complaint} @ 'a'`);
  });

  it.each([
    ["{ x: name x: __typename }", "x: name and __typename are different fields"],
    ['{ a(id: "1") { id } a(id: "2") { id } }', "a: they have differing arguments"],
    ['{ a(id: "1") { x: id } a(id: "1") { x: other } }', "x: id and other are different fields"],
    ["{ node { ... on A { other } ... on B { other } } }", "other: they return differing types"],
    [
      "{ node { ... on A { twin { x: id } } ... on B { twin { x: other } } } }",
      "x: they return differing types @ 'node/twin/x'",
    ],
    [
      "{ node { ... on A { twin { twin { x: id } } } ... on B { twin { twin { x: other } } } } }",
      "x: they return differing types @ 'node/twin/twin/x'",
    ],
    [
      '{ ...F a(id: "2") { id } } fragment F on Query { a(id: "1") { id } }',
      "a: they have differing arguments",
    ],
  ])("fields that cannot be merged: %s", (query, complaint) => {
    const [error] = errors(query);
    expect(error).toContain(`Validation error of type FieldsConflict: ${complaint}`);
  });

  it("all errors are told, each once", () => {
    expect(errors("{ nope name { x } a { id } }")).toHaveLength(3);
  });
});

describe("scalars as literals", () => {
  it.each([
    [
      "d",
      [
        '"1970-01-01"',
        '"1970-01-01Z"',
        '"1970-01-01-07:00"',
        '"1970-01-01+05:30"',
        '"2024-02-29"',
        '"1970-01-01+05:30:15"',
      ],
    ],
    ["t", ['"12:00:34."', '"12:00:34.123"', '"12:00"', '"12:00:34Z"', '"12:00:34+07:00"']],
    ["at", ['"1930-01-01T16:00:00-07:00"', '"2020-01-01T20:00+00:00"', '"2020-01-01T20:00:00.123456789Z"']],
    ["s", ["-123123", "0"]],
    ["e", ['"example@example.com"', '"a+b@c"']],
    ["j", [String.raw`"{\"a\":1}"`, '"1"', '"null"', String.raw`"\"x\""`]],
    ["p", ['"+1 555 764 4377"', '"555-764-4377"', '"(555) 764 4377"', '"+49 30 901820"']],
    ["u", ['"https://amazon.com"', '"mailto:example@example.com"', '"https://a.b/c?d=e//f"']],
    ["ip", ['"127.0.0.1/8"', '"123.12.34.56"', '"1a2b:3c4b::1234:4567"', '"::1/128"']],
  ])("%s takes %j", (name, values) => {
    for (const value of values) expect(errors(`{ dates(${name}: ${value}) }`)).toEqual([]);
  });

  it.each([
    ["d", ['"2023-02-29"', '"1970-1-1"', '"today"', "5"]],
    ["t", ['"24:00:00"', '"12"', '"12:60"']],
    [
      "at",
      ['"2020-01-01T20:00:00"', '"2020-01-01"', '"2020-13-01T20:00:00Z"', '"2020-01-01T20:00:00+25:00"'],
    ],
    ["s", ['"5"', "1.5"]],
    ["e", ['"example"', '"a b@c"', '"@c"', '"a@"']],
    ["j", ['"nope"', '""', "{a: 1}"]],
    ["p", ['"phone"', '"+1"', '"123"', '"055-764-4377"']],
    ["u", ['"amazon.com"', '"https://a.b//c"', '""']],
    ["ip", ['"256.1.1.1"', '"127.0.0.1/33"', '"[::1]"', '"::1/129"', '"1.2.3"']],
  ])("%s does not take %j", (name, values) => {
    for (const value of values) {
      expect(errors(`{ dates(${name}: ${value}) }`).join()).toContain("Validation error of type WrongType");
    }
  });
});

it("D6: queries that double at every level are gone through once", () => {
  const fragments = Array.from(
    { length: 60 },
    (_, i) =>
      `fragment F${String(i)} on A { self { ...F${String(i + 1)} } s2: self { ...F${String(i + 1)} } }`,
  );
  const query = `{ a(id: 1) { ...F0 } } ${fragments.join(" ")} fragment F60 on A { id }`;
  const started = performance.now();
  expect(errors(query)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(1000 * slowness());
});

describe("introspection that goes round in circles", () => {
  const round = "fields { type { fields { type { fields { type { fields { name } } } } } } }";
  it.each([
    `{ __schema { types { ${round} } } }`,
    `{ __type(name: "A") { ${round} } }`,
    `{ ... { __type(name: "A") { ${round} } } }`,
    `{ ...F } fragment F on Query { __type(name: "A") { ...G } } fragment G on __Type { ${round} }`,
  ])("is refused in %s", (query) => {
    expect(errors(query)).toEqual([
      expect.stringContaining("Validation error of type BadFaithIntrospection"),
    ]);
  });

  it("is not seen in what tools ask", () => {
    expect(errors(getIntrospectionQuery())).toEqual([]);
  });
});
