// How requests travel to the user pool.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { boundedFetch } from "../../../functions/auth/provider/bounded-fetch.ts";

test("no request travels on a connection that an earlier one left behind", async () => {
  const connections = new Set<unknown>();
  const server = createServer((request, response) => {
    connections.add(request.socket);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const send = boundedFetch((url, init) => fetch(url, init));
  for (let n = 0; n < 3; n += 1) {
    const { port } = server.address() as AddressInfo;
    await send(`http://127.0.0.1:${port}/`, { method: "POST", headers: {}, redirect: "manual" });
    await new Promise((resolve) => setImmediate(resolve)); // the connection is back in the pool by then
  }
  expect(connections.size).toBe(3);
});
