// Functions for tests: their code in a temporary folder, their resource as the template resolver would hand it over.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventInvokeConfigResource, functionResource } from "../../src/lambda/resources.ts";
import { openLambda, type Lambda, type LambdaOptions } from "../../src/lambda/service.ts";
import { deployed } from "../deployed.ts";

interface LogEvent {
  readonly group: string;
  readonly stream: string;
  readonly message: string;
}

export interface TestFunction {
  /** Files by name; a string is `index.cjs`. */
  readonly code: string | Readonly<Record<string, string>>;
  /** Properties besides Code, Handler, FunctionName and Runtime. */
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly eventInvokeConfig?: Readonly<Record<string, unknown>>;
}

export interface TestLambdaOptions extends Partial<LambdaOptions> {
  /** Whether the test itself says when leftovers are delivered. Default is false. */
  readonly holdsLeftovers?: boolean;
}

export interface TestLambda extends Lambda {
  readonly logged: readonly LogEvent[];
  readonly sent: readonly { readonly queueArn: string; readonly body: string }[];
}

/** A folder that is there for one test; removed by `remove`. */
export function temporaryFolder(): { readonly dir: string; readonly remove: () => void } {
  const dir = mkdtempSync(join(tmpdir(), "lambda-"));
  return {
    dir,
    remove: () => {
      rmSync(dir, { recursive: true });
    },
  };
}

/** Opens Lambda with functions called by their names here; state and code are kept under `dir`. */
export async function openFunctions(
  dir: string,
  functions: Readonly<Record<string, TestFunction>>,
  { holdsLeftovers = false, ...options }: TestLambdaOptions = {},
): Promise<TestLambda> {
  const logged: LogEvent[] = [];
  const sent: { queueArn: string; body: string }[] = [];
  for (const [name, { code }] of Object.entries(functions)) {
    const folder = join(dir, "code", name);
    mkdirSync(folder, { recursive: true });
    const files = typeof code === "string" ? { "index.cjs": code } : code;
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  }
  const lambda = await openLambda({
    dir: join(dir, "state"),
    clock: Date.now,
    region: "us-east-1",
    account: "000000000000",
    functions: Object.entries(functions).map(([name, { properties }]) =>
      deployed(functionResource, {
        Code: { S3Bucket: "assets", S3Key: name },
        FunctionName: name,
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        Timeout: 10,
        ...properties,
      }),
    ),
    eventInvokeConfigs: Object.entries(functions).flatMap(([name, { eventInvokeConfig }]) =>
      eventInvokeConfig === undefined
        ? []
        : [
            deployed(eventInvokeConfigResource, {
              FunctionName: name,
              Qualifier: "$LATEST",
              ...eventInvokeConfig,
            }),
          ],
    ),
    codeDirectory: (_bucket, key) => join(dir, "code", key),
    environment: { AWS_REGION: "us-east-1" },
    hostMap: { hosts: {} },
    logs: {
      put(group, stream, events) {
        for (const { message } of events) logged.push({ group, stream, message });
      },
    },
    queue: {
      send(queueArn, body) {
        sent.push({ queueArn, body });
        return Promise.resolve();
      },
    },
    retryDelaysMs: [1, 1],
    ...options,
  });
  if (!holdsLeftovers) lambda.resume();
  return { ...lambda, logged, sent };
}
