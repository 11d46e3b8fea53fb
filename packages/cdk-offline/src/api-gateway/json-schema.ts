// The part of JSON Schema draft 4 by which request bodies are validated.

import { NotServed } from "../errors.ts";

/** Whether a parsed JSON value fits the schema. */
export type SchemaCheck = (value: unknown) => boolean;

type Schema = Readonly<Record<string, unknown>>;

/** Keywords without an effect on validity. */
const annotations = ["$schema", "default", "description", "id", "title"];

/** `logicalId` is that of the model. */
type Keyword = (argument: unknown, schema: Schema, logicalId: string) => SchemaCheck;

const keywords: Readonly<Record<string, Keyword>> = {
  type: (types) => {
    const checks = list(types).map((type) => typeChecks[String(type)] ?? (() => false));
    return (value) => checks.some((check) => check(value));
  },
  enum: (values) => (value) =>
    list(values).some((allowed) => JSON.stringify(allowed) === JSON.stringify(value)),
  required: (names) => onObject((object) => list(names).every((name) => Object.hasOwn(object, String(name)))),
  properties: (properties, _schema, logicalId) => {
    const checks = Object.entries(properties as Schema).map(
      ([key, schema]) => [key, compileSchema(schema as Schema, logicalId)] as const,
    );
    return onObject((object) =>
      checks.every(([key, check]) => !Object.hasOwn(object, key) || check(object[key])),
    );
  },
  additionalProperties: (allowed, schema, logicalId) => {
    const known = Object.keys(schema["properties"] ?? {});
    const check = typeof allowed === "boolean" ? () => allowed : compileSchema(allowed as Schema, logicalId);
    return onObject((object) =>
      Object.entries(object).every(([key, value]) => known.includes(key) || check(value)),
    );
  },
  maxProperties: (limit) => onObject((object) => Object.keys(object).length <= Number(limit)),
  items: (schema, _schema, logicalId) => {
    const check = compileSchema(schema as Schema, logicalId);
    return (value) => !Array.isArray(value) || value.every(check);
  },
  minItems: (limit) => (value) => !Array.isArray(value) || value.length >= Number(limit),
  maxItems: (limit) => (value) => !Array.isArray(value) || value.length <= Number(limit),
  minLength: (limit) => (value) => typeof value !== "string" || Array.from(value).length >= Number(limit),
  maxLength: (limit) => (value) => typeof value !== "string" || Array.from(value).length <= Number(limit),
  pattern: (source, _schema, logicalId) => {
    const pattern = compilePattern(source, logicalId);
    return (value) => typeof value !== "string" || pattern.test(value);
  },
  minimum: (limit) => (value) => typeof value !== "number" || value >= Number(limit),
  maximum: (limit) => (value) => typeof value !== "number" || value <= Number(limit),
};

const typeChecks: Readonly<Record<string, SchemaCheck>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  null: (value) => value === null,
  number: (value) => typeof value === "number",
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  string: (value) => typeof value === "string",
};

/** Compiles a model's schema. Throws `NotServed` when it uses a keyword that is not served. */
export function compileSchema(schema: Schema, logicalId: string): SchemaCheck {
  const checks = Object.entries(schema).flatMap(([keyword, argument]) => {
    if (annotations.includes(keyword)) return [];
    const compile = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    if (compile === undefined) {
      const reason = `the JSON Schema keyword ${keyword} is not served by the local runtime`;
      throw new NotServed({ code: "property-not-served", logicalId, property: "Schema", reason });
    }
    return [compile(argument, schema, logicalId)];
  });
  return (value) => checks.every((check) => check(value));
}

function compilePattern(source: unknown, logicalId: string): RegExp {
  try {
    return new RegExp(String(source), "u");
  } catch (cause) {
    const reason = `the pattern ${JSON.stringify(source)} is not a regular expression`;
    throw new NotServed({ code: "not-deployable", logicalId, property: "Schema", reason }, { cause });
  }
}

/** A check that concerns objects only: anything else passes it. */
function onObject(check: (object: Readonly<Record<string, unknown>>) => boolean): SchemaCheck {
  return (value) =>
    typeChecks["object"]?.(value) !== true || check(value as Readonly<Record<string, unknown>>);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
