// What of a template's tables would be refused, asked before any of them is made or changed.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { Refusals } from "../assembly/refusals.ts";
import type { NotServed } from "../errors.ts";
import { defineTable, type TableDefinition, type TableResource } from "./definition.ts";
import { database } from "./dynalite.ts";
import { Engine } from "./engine.ts";
import { openStore } from "./level-store.ts";
import { globalTableResource, tableResource } from "./resources.ts";
import { checkDefinition } from "./service.ts";
import { refuseForeignChanges, storedTables } from "./tables.ts";
import type { Tell } from "../state/write-guard.ts";

/** Opens the store only when it is there and a table differs from the one deployed last; makes none. */
export async function checkTables(
  dir: string,
  tables: readonly TableResource[],
  tell?: Tell,
): Promise<readonly NotServed[]> {
  const refusals = new Refusals();
  const { db: memory, options } = database.create({});
  const engine = new Engine({ level: memory, options, tables: new Map(), onFault: console.error });
  const definitions = tables.flatMap((resource) => {
    const definition = refusals.attempt(() => defineTable(resource));
    if (definition === undefined) return [];
    refusals.attempt(() => {
      checkDefinition(engine, definition);
    });
    return isUnchanged(resource, definition) ? [] : [definition];
  });
  await memory.close();
  const path = join(dir, "level");
  if (definitions.length === 0 || !existsSync(path)) return refusals.all();
  const { level } = await openStore(path, tell);
  try {
    const stored = await storedTables(level);
    for (const definition of definitions) {
      const before = stored.get(definition.description.TableName);
      if (before === undefined) continue;
      refusals.attempt(() => {
        refuseForeignChanges(definition, before);
      });
    }
  } finally {
    await level.close();
  }
  return refusals.all();
}

function isUnchanged(resource: TableResource, definition: TableDefinition): boolean {
  const schema = v.union([globalTableResource.properties, tableResource.properties]);
  const before = v.safeParse(schema, resource.deployedProperties);
  return (
    before.success && isDeepStrictEqual(defineTable({ ...resource, properties: before.output }), definition)
  );
}
