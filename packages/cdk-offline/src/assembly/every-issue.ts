// All that a schema finds wrong with the properties of a resource: valibot itself names of each object only the first
// key that is not served.

import * as v from "valibot";
import { NotServed } from "../errors.ts";
import { REFUSED } from "./intrinsics.ts";

type Issue = v.BaseIssue<unknown>;

/** The properties as the schema gives them, or why they are refused. */
export function parseProperties<Properties>(
  schema: v.GenericSchema<unknown, Properties>,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): { readonly properties: Properties } | { readonly refusals: readonly NotServed[] } {
  const parsed = v.safeParse(schema, properties);
  if (parsed.success) return { properties: parsed.output };
  return {
    refusals: everyIssue(schema, properties)
      .filter(({ input }) => input !== REFUSED)
      .map((issue) => refusalOf(issue, logicalId)),
  };
}

/** Parses again without the keys that are not served, for as long as there are more of them. */
function everyIssue(
  schema: v.GenericSchema,
  properties: Readonly<Record<string, unknown>>,
): readonly Issue[] {
  const found = new Map<string, Issue>();
  const rest = copy(properties);
  for (;;) {
    const before = found.size;
    const { issues = [] } = v.safeParse(schema, rest);
    for (const issue of issues) found.set(`${v.getDotPath(issue) ?? ""} ${issue.message}`, issue);
    if (found.size === before) return [...found.values()];
    for (const { path = [] } of issues.filter(isUnknownKey))
      remove(
        rest,
        path.map(({ key }) => key),
      );
  }
}

/** A strict schema expects "never" where it finds a key it does not have. */
function isUnknownKey(issue: Issue): boolean {
  return issue.expected === "never" && issue.path !== undefined;
}

function refusalOf(issue: Issue, logicalId: string): NotServed {
  const property = v.getDotPath(issue) ?? "";
  const seen = issue.path?.at(-1)?.value;
  if (isUnknownKey(issue)) {
    const reason = "this property is not served";
    return new NotServed({ code: "property-not-served", logicalId, property, seen, reason });
  }
  // A missing key is expected by its name; what is to stand there the schema does not say.
  if (seen === undefined && issue.expected?.startsWith('"') === true && issue.type === "strict_object") {
    return new NotServed({ code: "value-not-served", logicalId, property, reason: "is missing" });
  }
  const served = issue.expected ?? issue.message;
  return new NotServed({ code: "value-not-served", logicalId, property, seen, served });
}

/** With the symbols that `structuredClone` refuses. */
function copy<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copy) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, copy(item as unknown)]),
  ) as Value;
}

function remove(root: unknown, keys: readonly unknown[]): void {
  const parent = keys
    .slice(0, -1)
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[String(key)], root);
  Reflect.deleteProperty(parent as object, String(keys.at(-1)));
}
