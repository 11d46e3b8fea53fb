// A template in a form that checks can compare: references as text, logical ids without the hash at their end.

import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Template } from "../templates.ts";

export interface ReadableResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Resources by logical id without hash, such as `LedgerFiles`. */
export type ReadableTemplate = Readonly<Record<string, ReadableResource>>;

/**
 * `{"Ref": "LedgerFilesECAAC031"}` becomes `<LedgerFiles>`, `Fn::GetAtt` `<LedgerFiles.Arn>`, the way to the GUID in
 * the stack's id `<GUID of AWS::StackId>`, and `Fn::Join` the joined text; other intrinsic functions stay, with their arguments read.
 */
export function readable({ Resources }: Template): ReadableTemplate {
  const entries = Object.entries(Resources).map(([id, { Type, Properties, ...rest }]) => [
    nameOf(id),
    {
      Type,
      Properties: read(Properties),
      DeletionPolicy: rest.DeletionPolicy,
      UpdateReplacePolicy: rest.UpdateReplacePolicy,
    },
  ]);
  const template = Object.fromEntries(entries) as ReadableTemplate;
  expect(Object.keys(template)).toHaveLength(entries.length); // no two are one without their hashes
  return template;
}

function nameOf(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "");
}

const STACK_GUID = { "Fn::Select": [2, { "Fn::Split": ["/", { Ref: "AWS::StackId" }] }] };

function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== "object" || value === null) return value;
  const [[key, argument] = ["", undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (key === "Ref") return `<${nameOf(String(argument))}>`;
    if (key === "Fn::GetAtt" && Array.isArray(argument)) {
      return `<${nameOf(String(argument[0]))}.${String(argument[1])}>`;
    }
    if (isDeepStrictEqual(value, STACK_GUID)) return "<GUID of AWS::StackId>";
    if (key === "Fn::Join" && Array.isArray(argument)) {
      const parts = read(argument[1]);
      if (Array.isArray(parts) && parts.every((part) => typeof part === "string")) {
        return parts.join(String(argument[0]));
      }
    }
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, read(member)]));
}

/** The resources of a type, by name. */
export function ofType(template: ReadableTemplate, type: string): [string, ReadableResource][] {
  return Object.entries(template).filter(([, resource]) => resource.Type === type);
}

/** The one resource of a type. */
export function only(template: ReadableTemplate, type: string): ReadableResource & { readonly name: string } {
  const [[name, resource] = [], ...others] = ofType(template, type);
  expect(others, `further resources of type ${type}`).toEqual([]);
  expect(resource, `a resource of type ${type}`).toBeDefined();
  return { ...(resource as ReadableResource), name: String(name) };
}

/** What stands at a path such as `Environment/Variables`; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  return path
    .split("/")
    .reduce<unknown>(
      (inner, key) =>
        typeof inner === "object" && inner !== null
          ? (inner as Readonly<Record<string, unknown>>)[key]
          : undefined,
      value,
    );
}

/** The list at a path; empty where there is nothing. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const list = at(value, path) ?? [];
  expect(Array.isArray(list), path).toBe(true);
  return list as readonly unknown[];
}
