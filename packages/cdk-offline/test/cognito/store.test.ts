import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { GroupRecord } from "../../src/cognito/store/records.ts";
import { openStore, type Change } from "../../src/cognito/store/store.ts";
import { stateFolder } from "../serving.ts";

function group(name: string, poolId = "p"): GroupRecord {
  return { poolId, name, createdAtMs: 1 };
}

function put(key: string, value: GroupRecord | null): Change {
  return { table: "groups", key, value };
}

test("an index follows every change, in the order in which rows came", () => {
  const store = openStore(join(stateFolder(), "store.jsonl"));
  store.commit(put("a", group("early", "old")));
  const byPool = store.table("groups").index(({ poolId }) => [poolId]);
  const names = (poolId: string): string[] => byPool.find(poolId).map(({ name }) => name);
  expect(names("old")).toEqual(["early"]);
  store.commit(put("b", group("b")), put("c", group("c")), put("a", group("a")));
  expect([names("p"), names("old")]).toEqual([["b", "c", "a"], []]);
  store.commit(put("b", null));
  expect(names("p")).toEqual(["c", "a"]);
  expect(store.table("groups").get("b")).toBeUndefined();
  store.close();
});

test("a journal that grew by changes is written anew with what is left of them", () => {
  const path = join(stateFolder(), "store.jsonl");
  const store = openStore(path);
  store.commit(put("kept", group("kept")), put("gone", group("gone")));
  for (let i = 0; i < 1100; i++) store.commit(put("changed", group(`name${i}`)));
  store.commit(put("gone", null));
  store.close();
  const before = statSync(path).size;

  const again = openStore(path);
  expect(statSync(path).size).toBeLessThan(before / 50);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  again.commit(put("new", group("new")));
  again.close();
  const last = openStore(path);
  expect([...last.table("groups").rows()].map(({ name }) => name).sort()).toEqual([
    "kept",
    "name1099",
    "new",
  ]);
  last.close();
});
