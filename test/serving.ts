// Servers that a test starts are closed when it ends.

import { onTestFinished } from "vitest";
import { type HttpHandler, listenOnLoopback } from "cdk-offline/testing";

/** Serves on a free loopback port until the test ends; resolves to the origin. */
export async function serveUntilTestEnds(handler: HttpHandler): Promise<string> {
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 1024 * 1024,
    handler,
    onError: (error) => {
      throw error;
    },
  });
  onTestFinished(async () => {
    server.server.closeAllConnections();
    await server.close();
  });
  return `http://127.0.0.1:${server.port}`;
}
