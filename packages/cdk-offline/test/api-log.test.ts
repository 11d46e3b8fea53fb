import { expect, test } from "vitest";
import { apiLog } from "../src/api-log.ts";

test("H3: a log group that takes nothing fails no request, and the developer is told", () => {
  const told: string[] = [];
  const log = apiLog({
    apiId: "api",
    clock: () => 0,
    logs: {
      put() {
        throw new Error("ENOSPC: no space left on device");
      },
    },
    log: (line) => told.push(line),
  });
  log({
    requestId: "request",
    status: 200,
    operationName: "addNote",
    errorTypes: ["BadToken"],
    notes: [],
    failures: [],
  });
  expect(told).toEqual([expect.stringContaining("ENOSPC")]);
});
