// A write of LevelDB's that fails while others wait: what is appended behind it is dropped at the next start.

import { expect, test, vi } from "vitest";
import { stateFolder } from "../serving.ts";
import { openWithLevel } from "./store-with-level.ts";

const TableName = "notes";
const put = (id: string) => ({ TableName, Item: { id: { S: id } } });
const get = (id: string) => ({ TableName, Key: { id: { S: id } } });
const refused = { code: "InternalServerError", status: 500 };

test("L3: no write is begun while another may fail, and after it none is made until the next start", async () => {
  const dir = stateFolder();
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { dynamoDb, level } = await openWithLevel(dir);
  await dynamoDb.call("PutItem", put("before"));
  const batch = level.batch.bind(level);
  let fail: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    level.batch = () => {
      level.batch = batch;
      resolve();
      return new Promise((_, reject) => {
        fail = () => {
          reject(new Error("IO error: 000003.log: No space left on device"));
        };
      });
    };
  });
  const first = dynamoDb.call("PutItem", put("first"));
  await begun;
  const second = dynamoDb.call("PutItem", put("second"));
  const settled = Promise.allSettled([first, second]);
  expect(await dynamoDb.call("GetItem", get("second"))).toEqual({});
  fail();
  expect(await settled).toMatchObject([
    { status: "rejected", reason: refused },
    { status: "rejected", reason: refused },
  ]);
  await expect(dynamoDb.call("PutItem", put("third"))).rejects.toMatchObject(refused);
  expect(await dynamoDb.call("GetItem", get("before"))).toEqual({ Item: { id: { S: "before" } } });
  expect(told.mock.calls).toEqual([
    [expect.stringMatching(/level takes no more writes \(IO error: .*\): .*make room/)],
  ]);
  await dynamoDb.close();

  const again = await openWithLevel(dir);
  await again.dynamoDb.call("PutItem", put("third"));
  const scanned = await again.dynamoDb.call("Scan", { TableName });
  expect(scanned["Items"]).toHaveLength(2);
  await again.dynamoDb.close();
});
