// Tables in memory over a journal on disk: a change is written down before anybody sees it.

import { openCompactedJournal } from "../../state/compacted-journal.ts";
import type { Tell } from "../../state/write-guard.ts";
import { DamagedState } from "../../errors.ts";
import type { Tables } from "./records.ts";

type TableName = keyof Tables;

/** A record put in place of the one with its key, or removed. */
export type Change = {
  [Name in TableName]: { readonly table: Name; readonly key: string; readonly value: Tables[Name] | null };
}[TableName];

interface Table<Row> {
  get(key: string): Row | undefined;
  rows(): Iterable<Row>;
  entries(): Iterable<[string, Row]>;
  /** A further way to find rows; kept up to date from now on. */
  index(keysOf: (row: Row) => readonly string[]): Index<Row>;
}

interface Index<Row> {
  /** In the order in which they were added. */
  find(key: string): readonly Row[];
}

export interface Store {
  table<Name extends TableName>(name: Name): Table<Tables[Name]>;
  /** All of the changes or, after a crash or when it throws, none of them. */
  commit(...changes: readonly Change[]): void;
  close(): void;
}

/** Opens the store in a file that only its owner can read. Throws `DamagedState`. */
export function openStore(path: string, tell?: Tell): Store {
  const tables = {
    pools: createTable<Tables["pools"]>(),
    clients: createTable<Tables["clients"]>(),
    users: createTable<Tables["users"]>(),
    groups: createTable<Tables["groups"]>(),
    domains: createTable<Tables["domains"]>(),
    resourceServers: createTable<Tables["resourceServers"]>(),
    grants: createTable<Tables["grants"]>(),
    messages: createTable<Tables["messages"]>(),
  };

  const apply = (changes: readonly Change[]): void => {
    for (const { table, key, value } of changes) {
      (tables[table] as WritableTable<Tables[TableName]>).set(key, value);
    }
  };
  const snapshot = (): Change[][] =>
    Object.entries(tables).flatMap(([name, table]) =>
      [...table.entries()].map(([key, value]) => [{ table: name, key, value } as Change]),
    );
  const replay = (changes: readonly Change[]): void => {
    const unknown = changes.find(({ table }) => !Object.hasOwn(tables, table));
    if (unknown !== undefined) {
      throw new DamagedState(path, `holds the table ${unknown.table}, which is not known here`);
    }
    apply(changes);
  };
  const journal = openCompactedJournal<readonly Change[]>({ path, replay, snapshot, tell });

  return {
    table: <Name extends TableName>(name: Name) => tables[name] as unknown as Table<Tables[Name]>,
    commit(...changes) {
      journal.append(changes);
      apply(changes);
    },
    close() {
      journal.close();
    },
  };
}

interface WritableTable<Row> extends Table<Row> {
  set(key: string, value: Row | null): void;
}

function createTable<Row>(): WritableTable<Row> {
  const rows = new Map<string, Row>();
  const indexes: { add(key: string, row: Row): void; remove(key: string, row: Row): void }[] = [];
  return {
    get: (key) => rows.get(key),
    rows: () => rows.values(),
    entries: () => rows.entries(),
    set(key, value) {
      const old = rows.get(key);
      if (old !== undefined) for (const index of indexes) index.remove(key, old);
      if (value === null) {
        rows.delete(key);
        return;
      }
      rows.set(key, value);
      for (const index of indexes) index.add(key, value);
    },
    index(keysOf) {
      const places = new Map<string, Map<string, Row>>();
      const index = {
        add(rowKey: string, row: Row): void {
          for (const key of keysOf(row)) {
            const place = places.get(key) ?? new Map<string, Row>();
            places.set(key, place.set(rowKey, row));
          }
        },
        remove(rowKey: string, row: Row): void {
          for (const key of keysOf(row)) {
            const place = places.get(key);
            place?.delete(rowKey);
            if (place?.size === 0) places.delete(key);
          }
        },
      };
      for (const [key, row] of rows) index.add(key, row);
      indexes.push(index);
      return { find: (key) => [...(places.get(key)?.values() ?? [])] };
    },
  };
}
