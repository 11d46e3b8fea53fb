// EvaluateCode over the wire: AppSync behind AWS's one address, asked by the SDK's own client.

import {
  AppSyncClient,
  EvaluateCodeCommand,
  type EvaluateCodeCommandInput,
  type EvaluateCodeCommandOutput,
} from "@aws-sdk/client-appsync";
import { awsEndpoint } from "../../../src/aws/endpoint.ts";
import { openAppSync, type AppSync } from "../../../src/appsync/service.ts";
import { listenOnLoopback } from "../../../src/http/loopback-server.ts";
import { NOW_MS } from "./api.ts";

type Output = Omit<EvaluateCodeCommandOutput, "$metadata">;

export interface TestControlPlane {
  readonly url: string;
  readonly client: AppSyncClient;
  /** Evaluates the handler `request`, unless told otherwise, of a whole module or of a handler's body. */
  evaluate(
    code: string,
    context?: Readonly<Record<string, unknown>>,
    handler?: "request" | "response",
  ): Promise<Output>;
  send(input: Partial<EvaluateCodeCommandInput>): Promise<Output>;
  close(): Promise<void>;
}

export const RUNTIME = { name: "APPSYNC_JS", runtimeVersion: "1.0.0" } as const;

/** A module around a handler's body, which begins in line 5, column 3. */
export function moduleOf(body: string): string {
  return `import { util, runtime, extensions } from "@aws-appsync/utils";
import * as ddb from "@aws-appsync/utils/dynamodb";
import { put as write, operations } from "@aws-appsync/utils/dynamodb";
export function request(ctx) {
  ${body}
}
export function response(ctx) { return ctx.result; }`;
}

/** A template without an API is enough: EvaluateCode needs none. */
function openWithoutApi(): Promise<AppSync> {
  const unused = () => Promise.reject(new Error("nothing but code is expected to be evaluated"));
  return openAppSync({
    clock: () => NOW_MS,
    apis: [],
    schemas: [],
    dataSources: [],
    functions: [],
    resolvers: [],
    dynamodb: { call: unused },
    lambda: { invoke: unused, enqueue: unused },
    verifyToken: unused,
  });
}

/** @param given is closed with it. */
export async function openControlPlane(given?: AppSync): Promise<TestControlPlane> {
  const service = given ?? (await openWithoutApi());
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 1_000_000,
    handler: awsEndpoint({
      jsonServices: [],
      signedServices: { appsync: service.signedHandler },
      pathServices: [service],
      ownOrigins: [],
    }),
    onError: (error) => {
      throw error;
    },
  });
  const url = `http://127.0.0.1:${String(server.port)}`;
  const client = new AppSyncClient({
    region: "us-east-1",
    endpoint: url,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const send: TestControlPlane["send"] = async (input) => {
    const output = await client.send(new EvaluateCodeCommand(input as EvaluateCodeCommandInput));
    return Object.fromEntries(Object.entries(output).filter(([name]) => name !== "$metadata"));
  };
  return {
    url,
    client,
    send,
    evaluate: (code, context = {}, handler = "request") =>
      send({
        code: code.includes("export") ? code : moduleOf(code),
        context: JSON.stringify(context),
        function: handler,
        runtime: RUNTIME,
      }),
    async close() {
      client.destroy();
      await server.close();
      await service.close();
    },
  };
}
