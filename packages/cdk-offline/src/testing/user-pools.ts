// The user-pool API without a template, for whoever measures or tests it in the own process.

import { serveJson } from "../aws/json-protocol.ts";
import { openCognito } from "../cognito/service.ts";
import type { HttpHandler, HttpResponse } from "../http/exchange.ts";

export interface UserPools {
  /** Answers a request of an SDK, whose header `x-amz-target` names the operation. */
  readonly handler: HttpHandler;
  /** Calls an operation and answers its output; rejects when it fails. */
  call(operation: string, input: object): Promise<Readonly<Record<string, unknown>>>;
  close(): void;
}

/** Opens it on an empty folder; pools are made by `CreateUserPool`. */
export async function openUserPools(state: string): Promise<UserPools> {
  const cognito = await openCognito({
    dir: state,
    clock: Date.now,
    region: "us-east-1",
    account: "000000000000",
    origin: "http://127.0.0.1",
    pools: [],
    clients: [],
    domains: [],
    groups: [],
    resourceServers: [],
    lambda: { invoke: () => Promise.reject(new Error("no pool here has a trigger")) },
    mail: () => undefined,
  });
  const handler = (request: Parameters<HttpHandler>[0]): Promise<HttpResponse> =>
    serveJson(cognito.json, request.headers["x-amz-target"]?.split(".")[1] ?? "", request);
  return {
    handler,
    async call(operation, input) {
      const { status, body } = await serveJson(cognito.json, operation, {
        method: "POST",
        url: new URL("http://127.0.0.1/"),
        target: "/",
        headers: {},
        rawHeaders: [],
        body: Buffer.from(JSON.stringify(input)),
        peer: { address: "127.0.0.1", port: 0 },
      });
      if (status !== 200) throw new Error(`${operation} was answered ${status}: ${String(body)}`);
      return JSON.parse(String(body)) as Record<string, unknown>;
    },
    close() {
      cognito.close();
    },
  };
}
