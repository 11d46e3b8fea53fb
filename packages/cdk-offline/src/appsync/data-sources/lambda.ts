// The data source AWS_LAMBDA. https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html

import { AwsError } from "../../aws/errors.ts";
import {
  membersOf,
  refuseOthers,
  required,
  RequestError,
  type DataSource,
  type SendBatch,
  type SourceAnswer,
  type SourceError,
} from "./data-source.ts";

export interface LambdaPort {
  invoke(
    functionNameOrArn: string,
    payload: string,
  ): Promise<{ readonly payload: string; readonly functionError?: string }>;
  /** Resolves once the event is stored. */
  enqueue(functionNameOrArn: string, payload: string): Promise<void>;
}

interface FunctionCall {
  readonly lambda: LambdaPort;
  readonly functionArn: string;
  readonly payload: unknown;
  /** How long AppSync waits for an answer; the function itself goes on. */
  readonly remainingMs: number;
}

/**
 * Invokes a function and waits for its answer. An error of the function is `Lambda:Unhandled` whatever was thrown; its
 * class stands beside that.
 */
export async function callFunction({
  lambda,
  functionArn,
  payload,
  remainingMs,
}: FunctionCall): Promise<SourceAnswer> {
  return serviceErrors(async () => {
    const answer = await within(remainingMs, lambda.invoke(functionArn, JSON.stringify(payload ?? null)));
    if (answer === undefined) return { result: null, error: TIMED_OUT };
    const result: unknown = JSON.parse(answer.payload === "" ? "null" : answer.payload);
    if (answer.functionError === undefined) return { result };
    const { errorMessage, errorType } = membersOf(result);
    return {
      result: null,
      error: lambdaError(
        "Unhandled",
        typeof errorMessage === "string" ? errorMessage : "",
        typeof errorType === "string" ? errorType : null,
      ),
    };
  });
}

function lambdaError(type: string, message: string, unhandledErrorType: string | null = null): SourceError {
  return { type: `Lambda:${type}`, message, unhandledErrorType };
}

/** Recorded in aws-appsync-community#386. */
const TIMED_OUT = lambdaError("ExecutionTimeoutException", "Execution timed out.");

/** What the work gives in time, or nothing. */
async function within<Value>(limitMs: number, work: Promise<Value>): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limitMs, undefined);
  });
  try {
    return await Promise.race([work, timeIsUp]);
  } finally {
    clearTimeout(timer);
  }
}

async function enqueueEvent({ lambda, functionArn, payload }: FunctionCall): Promise<SourceAnswer> {
  return serviceErrors(async () => {
    await lambda.enqueue(functionArn, JSON.stringify(payload ?? null));
    return { result: null };
  });
}

async function serviceErrors(work: () => Promise<SourceAnswer>): Promise<SourceAnswer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { result: null, error: lambdaError(error.code, error.message) };
  }
}

/**
 * Sends `payload` to a function: waits for its answer, or hands it to the function's queue (`Event`). `BatchInvoke` sends
 * the payloads of several fields as one list, and takes a list of as many answers.
 */
export function lambdaDataSource(lambda: LambdaPort, functionArn: string): DataSource {
  return async ({ request, batch, remainingMs }) => {
    const members = membersOf(request);
    const operation = required(members, "operation");
    refuseOthers(members, ["version", "operation", "payload", "invocationType"]);
    const invocationType = members["invocationType"] ?? "RequestResponse";
    if (invocationType !== "Event" && invocationType !== "RequestResponse") {
      throw new RequestError(`Unsupported invocation type '${JSON.stringify(invocationType)}'.`);
    }
    const send = (content: unknown) => {
      const call = { lambda, functionArn, payload: content, remainingMs: remainingMs() };
      return invocationType === "Event" ? enqueueEvent(call) : callFunction(call);
    };
    const payload = members["payload"] ?? null;
    if (operation === "Invoke") return send(payload);
    if (operation !== "BatchInvoke") throw new RequestError(`Unsupported operation '${String(operation)}'.`);
    const sendAll: SendBatch = async (payloads) =>
      shareOut(await send(payloads), payloads.length, invocationType);
    return batch(invocationType, payload, sendAll);
  };
}

/** The answers to each of a list of payloads; an error is everybody's. */
function shareOut(answer: SourceAnswer, count: number, invocationType: string): readonly SourceAnswer[] {
  const all = (one: SourceAnswer) => Array.from({ length: count }, () => one);
  if (answer.error !== undefined || invocationType === "Event") return all(answer);
  if (Array.isArray(answer.result) && answer.result.length === count) {
    return answer.result.map((result: unknown) => ({ result }));
  }
  const got = Array.isArray(answer.result) ? `${answer.result.length}` : "no list";
  return all({
    result: null,
    error: lambdaError(
      "IllegalArgument",
      `Expected a list of ${count} results from the batched invocation, got ${got}.`,
    ),
  });
}
