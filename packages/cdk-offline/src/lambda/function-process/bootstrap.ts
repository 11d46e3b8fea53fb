// The program of a function's process: loads the handler of one function and handles one event after the other.

import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { readLines } from "../../lines.ts";
import type { FunctionMessage, InvocationError } from "../function-message.ts";
import { maxResponseBytes, responseTooLarge } from "../invocation.ts";
import { redirectAwsHosts } from "./aws-hosts.ts";
import { loadHandler, type Handler } from "./handler.ts";
import { captureOutput } from "./output.ts";
import {
  INPUT_FILE,
  maxLogCharacters,
  OUTPUT_FILE,
  type FunctionStart,
  type Invocation,
} from "./protocol.ts";
import { startWatch } from "./watch.ts";

const [argument = ""] = process.argv.splice(2);
const start = JSON.parse(argument) as FunctionStart;
for (const name of start.hiddenVariables) Reflect.deleteProperty(process.env, name);
const watch = startWatch(start);
watch.works();
let requestId = "-";

const output = captureOutput({
  ...start,
  requestId: () => requestId,
  log: (message) => {
    for (let begin = 0; begin === 0 || begin < message.length; begin += maxLogCharacters) {
      send({ type: "log", message: message.slice(begin, begin + maxLogCharacters) });
    }
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
const input = new Socket({ fd: INPUT_FILE, readable: true, writable: false });
// The end of the input is the end of the runtime, however it ended.
input.on("end", () => process.kill(process.pid, "SIGKILL"));
try {
  process.chdir(start.taskRoot);
  serve(await loadHandler(start.taskRoot, start.handler));
} catch (error) {
  output.error("Init Error ", error);
  fail(error, true);
}

function serve(handler: Handler): void {
  readLines(input, (line) => {
    void handle(handler, JSON.parse(line) as Invocation);
  });
  send({ type: "ready" });
  watch.rests();
}

async function handle(handler: Handler, invocation: Invocation): Promise<void> {
  requestId = invocation.requestId;
  watch.works();
  try {
    const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
    const payload = stringify(result);
    output.flush();
    answer(payload);
  } catch (error) {
    output.error("Invoke Error ", error);
    fail(error, false);
  }
  watch.rests();
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

function answer(payload: string): void {
  if (isWithinLimit(payload)) send({ type: "result", payload });
  else send({ type: "failure", error: responseTooLarge, isFatal: false });
}

function fail(thrown: unknown, isFatal: boolean): void {
  output.flush();
  const error = describe(thrown);
  const isTold = isWithinLimit(JSON.stringify(error));
  send({ type: "failure", error: isTold ? error : responseTooLarge, isFatal });
}

function isWithinLimit(payload: string): boolean {
  return payload.length <= maxResponseBytes / 3 || Buffer.byteLength(payload) <= maxResponseBytes;
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

/** Waits until it is written, so that nothing is lost when the process ends and the runtime is never flooded. */
function send(message: FunctionMessage): void {
  writeFileSync(OUTPUT_FILE, `${JSON.stringify(message)}\n`);
}
