// What a safety check is, and what shows that it can fail: a change of the template that it must refuse.

import type { StageName, StageSettings } from "../../../infra/stage.ts";
import { ofType, type ReadableTemplate } from "./readable.ts";

export interface Check {
  /** What holds, as a sentence. */
  readonly name: string;
  /** Throws an assertion error when it does not hold. */
  readonly holds: (template: ReadableTemplate, stage: StageSettings) => void;
}

export interface Mutation {
  /** What has gone wrong in the changed template. */
  readonly name: string;
  /** The stage whose template is changed; `prod` where none is given. */
  readonly stage?: StageName;
  /**
   * Values by path, such as `LedgerFiles/Properties/VersioningConfiguration`; undefined takes away what stands there. A path
   * of a name alone is a whole resource, a type in the place of a name its first one; an index one past the end of a list
   * adds to it.
   */
  readonly change: Readonly<Record<string, unknown>>;
}

/** Checks that belong together, and the changes that at least one of them refuses. */
export interface Concern {
  readonly name: string;
  readonly checks: readonly Check[];
  readonly mutations: readonly Mutation[];
}

/** The template with the change. Throws for a path that leads nowhere: the mutation has to move with the template. */
export function changed(template: ReadableTemplate, { change }: Mutation): ReadableTemplate {
  const result: Record<string, unknown> = { ...template };
  for (const [path, value] of Object.entries(change)) {
    const [first = "", ...keys] = path.split("/");
    const name = first.includes("::") ? (ofType(template, first)[0]?.[0] ?? "") : first;
    result[name] = structuredClone(result[name]);
    set(result, [name, ...keys], structuredClone(value));
  }
  return result as ReadableTemplate;
}

function set(template: Readonly<Record<string, unknown>>, keys: string[], value: unknown): void {
  const path = keys.join("/");
  const last = keys.pop() ?? "";
  let parent: unknown = template;
  for (const key of keys) parent = (parent as Record<string, unknown> | undefined)?.[key];
  if (typeof parent !== "object" || parent === null) throw new Error(`${path} leads nowhere`);
  if (Array.isArray(parent)) {
    if (Number(last) > parent.length) throw new Error(`${path} leads beyond the end`);
    parent.splice(Number(last), 1, ...(value === undefined ? [] : [value]));
  } else if (value === undefined) {
    if (!Reflect.deleteProperty(parent, last)) throw new Error(`${path} cannot be taken away`);
  } else {
    (parent as Record<string, unknown>)[last] = value;
  }
}
