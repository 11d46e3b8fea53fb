// The program of a worker thread: loads the handler of one function and handles one event after the other.

import { parentPort, workerData } from "node:worker_threads";
import { redirectAwsHosts } from "./aws-hosts.ts";
import { loadHandler, type Handler } from "./handler.ts";
import { captureOutput } from "./output.ts";
import type { Invocation, InvocationError, WorkerMessage, WorkerStart } from "./protocol.ts";

const start = workerData as WorkerStart;
let requestId = "-";

const send = (message: WorkerMessage) => parentPort?.postMessage(message);
const output = captureOutput({
  ...start,
  requestId: () => requestId,
  log: (message) => {
    send({ type: "log", message });
  },
});

// Whatever a handler leaves to fail on its own ends the environment, as on AWS.
process.on("uncaughtException", (error) => {
  output.error("Uncaught Exception ", error);
  fail(error, true);
  process.exit(129);
});
process.on("unhandledRejection", (reason) => {
  const error = new Error(String(reason), { cause: reason });
  error.name = "Runtime.UnhandledPromiseRejection";
  output.error("Unhandled Promise Rejection ", reason);
  fail(error, true);
  process.exit(128);
});
process.on("exit", () => {
  output.flush();
});

redirectAwsHosts(start.hosts);
try {
  serve(await loadHandler(start.taskRoot, start.handler));
} catch (error) {
  output.error("Init Error ", error);
  fail(error, true);
}

function serve(handler: Handler): void {
  parentPort?.on("message", (invocation: Invocation) => {
    void handle(handler, invocation);
  });
  send({ type: "ready" });
}

async function handle(handler: Handler, invocation: Invocation): Promise<void> {
  requestId = invocation.requestId;
  try {
    const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
    const payload = stringify(result);
    output.flush();
    send({ type: "result", payload });
  } catch (error) {
    output.error("Invoke Error ", error);
    fail(error, false);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ requestId: awsRequestId, timeoutMs }: Invocation): object {
  const { env } = process;
  const deadline = Date.now() + timeoutMs;
  return {
    awsRequestId,
    functionName: env["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: env["AWS_LAMBDA_FUNCTION_VERSION"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
    invokedFunctionArn: start.functionArn,
    logGroupName: env["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: env["AWS_LAMBDA_LOG_STREAM_NAME"],
    memoryLimitInMB: env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
  };
}

function stringify(result: unknown): string {
  try {
    const text: unknown = JSON.stringify(result);
    return typeof text === "string" ? text : "null";
  } catch (cause) {
    const error = new Error("Unable to stringify response body", { cause });
    error.name = "Runtime.JSONStringifyError";
    throw error;
  }
}

function fail(error: unknown, isFatal: boolean): void {
  output.flush();
  send({ type: "failure", error: describe(error), isFatal });
}

function describe(thrown: unknown): InvocationError {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return {
    errorType: thrown.name,
    errorMessage: thrown.message,
    trace: thrown.stack?.split("\n") ?? [],
  };
}
