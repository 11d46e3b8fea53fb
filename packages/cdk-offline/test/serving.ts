// Puts a service behind a loopback server for the time of a test, on a state folder of its own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Resource } from "../src/assembly/resource.ts";
import { serveJson, type JsonService } from "../src/aws/json-protocol.ts";
import type { HttpHandler } from "../src/http/exchange.ts";
import { listenOnLoopback } from "../src/http/loopback-server.ts";

/** A folder that is gone when the test has ended. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "notes-app-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** The address of a server on this handler, closed when the test has ended. Unexpected errors go to `onError`. */
export async function serveHandler(
  handler: HttpHandler,
  onError: (error: unknown) => void = () => undefined,
): Promise<string> {
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 64 * 1024 * 1024,
    handler,
    onError,
  });
  onTestFinished(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

export function serveJsonService(service: JsonService, onError?: (error: unknown) => void): Promise<string> {
  return serveHandler((request) => {
    const operation = request.headers["x-amz-target"]?.split(".")[1] ?? "";
    return serveJson(service, operation, request);
  }, onError);
}

/** What every SDK client needs to talk to the address: any credentials, and no waiting between attempts. */
export function clientConfig(endpoint: string) {
  return {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
}

/** A resource as the runtime hands it to a service; new unless the deployed properties are given. */
export function resource<Properties>(
  ref: string,
  properties: Properties,
  rest: Partial<Resource<Properties>> = {},
): Resource<Properties> {
  return { logicalId: "Thing", ref, attributes: {}, properties, deployedProperties: undefined, ...rest };
}
