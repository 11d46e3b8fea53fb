// Schemas as they are published and deployed: descriptions in comments, directives on inputs, older syntax.

import { getIntrospectionQuery, buildClientSchema, isEnumType, type GraphQLSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { buildApiSchema } from "../../src/appsync/graphql/schema.ts";
import { CLAIMS, openApi, returning, type ApiSpec } from "./support/api.ts";

/** The schema as a client gets it by introspection over HTTP. */
async function introspected(schema: string): Promise<GraphQLSchema> {
  const api = await openApi({ schema });
  try {
    return buildClientSchema((await api.data(getIntrospectionQuery())) as never);
  } finally {
    await api.close();
  }
}

describe("introspection gives comments as descriptions (aws-appsync-community#55)", () => {
  const SDL = `
# The file's own heading, cut off by a blank line.

# Reads.
type Query {
  # What there is:
  #   - one line,
  #   - and another.
  #
  # A paragraph.
  things(
    # How many.
    first: Int
    after: String
  ): [Thing] # Of the field before.
  plain: Int

  # Cut off by a blank line.

  lonely: Kind
  "In quotes."
  quoted: Int
  """
  As a block
    of text.
  """
  block(input: Wanted): Int
  commaed: Int, # Still the field before.
  last: Int
}
#Without a space.
interface Named { name: String }
# A thing.
type Thing implements Named { name: String }
# Or.
union Either = Thing
# All kinds.
enum Kind {
  # Not served.
  A
  "Not served either."
  B
}
# What is wanted.
input Wanted {
  # By name.
  name: String # no "quotes" here
  other: String
}`;

  it("of types, fields, arguments and input fields, line by line, as far as the comment touches them", async () => {
    const schema = await introspected(SDL);
    const fields = schema.getQueryType()?.getFields() ?? {};
    const described = Object.fromEntries(
      Object.values(fields).map(({ name, description }) => [name, description ?? null]),
    );
    expect(described).toEqual({
      things: "What there is:\n  - one line,\n  - and another.\n\nA paragraph.",
      plain: null,
      lonely: null,
      quoted: "In quotes.",
      block: "As a block\n  of text.",
      commaed: null,
      last: null,
    });
    expect(fields["things"]?.args.map(({ description }) => description ?? null)).toEqual(["How many.", null]);
    const of = (name: string) => schema.getType(name)?.description;
    expect(["Query", "Named", "Thing", "Either", "Kind", "Wanted"].map(of)).toEqual([
      "Reads.",
      "Without a space.",
      "A thing.",
      "Or.",
      "All kinds.",
      "What is wanted.",
    ]);
    const wanted = schema.getType("Wanted");
    expect(wanted).toHaveProperty(["_fields", "name", "description"], "By name.");
    expect(wanted).toHaveProperty(["_fields", "other", "description"], null);
  });

  it("but not of the values of an enum", async () => {
    const kind = (await introspected(SDL)).getType("Kind");
    expect(isEnumType(kind) && kind.getValues().map(({ description }) => description ?? null)).toEqual([
      null,
      null,
    ]);
  });

  it.each(["null", "returns true for all", "not (false)"])(
    "a comment above an enum value with %j is refused, as a deployment is (aws-appsync-community#410)",
    (comment) => {
      const sdl = (text: string) => `type Query { k: K }\nenum K {\n  A\n  # ${text}\n\n  B\n}`;
      expect(() => buildApiSchema(sdl(comment))).toThrow(
        /^the comment above the enum value B contains "(null|true|false)"/,
      );
      expect(() => buildApiSchema(sdl("nullable, untrue, falsehood"))).not.toThrow();
      expect(() => buildApiSchema(`type Query {\n  # ${comment}\n  a: Int\n}`)).not.toThrow();
    },
  );
});

describe("a schema is taken as published ones are written", () => {
  const allowing = async (schema: string, query: string, spec: Partial<ApiSpec> = {}) => {
    const api = await openApi({ schema, resolvers: { "Query.a": returning("1") }, ...spec });
    const { data, errors } = await api.query(query, {}, CLAIMS);
    await api.close();
    return { data, errors: errors.map(({ errorType, message }) => errorType ?? message) };
  };

  it("with the directives of authorization on inputs, their fields, arguments, enums and interfaces, to no effect", async () => {
    const all = "@aws_api_key @aws_iam @aws_oidc @aws_lambda @aws_apikey";
    const schema = `
      interface I ${all} { a: Int }
      enum E ${all} { A ${all} }
      input In @aws_cognito_user_pools(cognito_groups: ["nobody"]) ${all} { a: Int ${all} }
      type Query { a(in: In ${all}, e: E): Int }`;
    expect(await allowing(schema, "{ a(in: { a: 1 }, e: A) }")).toEqual({ data: { a: 1 }, errors: [] });
  });

  it.each(["@aws_api_key", "@aws_apikey", "@aws_iam", "@aws_oidc", "@aws_lambda"])(
    "with %s, which closes a field to users of the pool",
    async (directive) => {
      const closed = { data: { a: null }, errors: ["Unauthorized"] };
      expect(await allowing(`type Query { a: Int ${directive} }`, "{ a }")).toEqual(closed);
      expect(await allowing(`type Query ${directive} { a: Int }`, "{ a }")).toEqual(closed);
      const both = `type Query ${directive} { a: Int ${directive} @aws_cognito_user_pools }`;
      expect(await allowing(both, "{ a }")).toEqual({ data: { a: 1 }, errors: [] });
    },
  );

  it("with semicolons after fields, those in texts and comments left alone", async () => {
    const schema = `type Query { # one; two
      "first; second" a(x: Int; y: Int = 1): Int;
      """ \\""" ; """
      b: String;
      # a; comment
      c: String;
    };
    type Other { d: Int; };`;
    expect(await allowing(schema, "{ a }")).toEqual({ data: { a: 1 }, errors: [] });
    const fields = (await introspected(schema)).getQueryType()?.getFields();
    expect(fields?.["a"]?.description).toBe("first; second");
    expect(fields?.["b"]?.description).toContain(";");
    expect(fields?.["c"]?.description).toBe("a; comment");
  });

  it("with interfaces in a list with commas, as AppSync's older syntax has it", async () => {
    const schema = `interface A { a: Int } interface B { b: Int } interface C { c: Int }
      type Query implements A,B , C { a: Int b: Int c: Int } type D implements A & B { a: Int b: Int }`;
    const query = (await introspected(schema)).getQueryType();
    expect(query?.getInterfaces().map(({ name }) => name)).toEqual(["A", "B", "C"]);
  });

  it("with AppSync's own directives declared once more", async () => {
    const schema = `directive @aws_iam on OBJECT | INPUT_OBJECT
      directive @mine(a: Int) on FIELD_DEFINITION
      type Query { a: Int @mine(a: 1) }`;
    expect(await allowing(schema, "{ a }")).toEqual({ data: { a: 1 }, errors: [] });
  });
});
