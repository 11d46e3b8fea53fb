// Lambda on one machine: the functions of the template in processes of their own, called directly, by event or over HTTP.

import { randomUUID } from "node:crypto";
import type { Resource } from "../assembly/resource.ts";
import { AwsError } from "../aws/errors.ts";
import type { Clock } from "../clock.ts";
import type { HttpHandler } from "../http/exchange.ts";
import { AsyncQueue, type Queue } from "./async-queue.ts";
import { configureFunction, type FunctionConfig } from "./function-config.ts";
import { FunctionPool } from "./function-pool.ts";
import { maxEventBytes, maxPayloadBytes, type Outcome } from "./invocation.ts";
import type { Logs } from "./log-stream.ts";
import type { EventInvokeConfigProperties, FunctionProperties } from "./resources.ts";
import { serveLambda } from "./rest-api.ts";
import { compileFunctionProgram } from "./function-program.ts";
import type { Tell } from "../state/write-guard.ts";

export interface LambdaOptions {
  /** The state folder; made when it is not there. */
  readonly dir: string;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly functions: readonly Resource<FunctionProperties>[];
  readonly eventInvokeConfigs: readonly Resource<EventInvokeConfigProperties>[];
  /** The folder with the unpacked code of an asset; `undefined` when there is none. */
  readonly codeDirectory: (s3Bucket: string, s3Key: string) => string | undefined;
  /** Variables of every function, such as AWS_REGION and AWS_ENDPOINT_URL. Nothing else of this process comes in. */
  readonly environment: Readonly<Record<string, string>>;
  /** HTTPS requests of functions to these AWS host names go to the HTTP origin beside them. */
  readonly hostMap: { readonly hosts: Readonly<Record<string, string>> };
  readonly logs: Logs;
  /** Where failure destinations are. */
  readonly queue: Queue;
  /** Milliseconds before the first and second retry of an event. Default is 1000 and 2000; AWS waits 1 and 2 minutes. */
  readonly retryDelaysMs?: readonly [number, number];
  /** Environments of one function at once. Default is 4. */
  readonly maxInstances?: number;
  /** Invocations of one function that may wait for an environment. Default is 1000. */
  readonly maxWaiting?: number;
  /** Told of faults of the asynchronous queue and of the logs, which no caller sees. Default writes them to stderr. */
  readonly onFault?: (error: unknown) => void;
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
}

export interface Lambda {
  /** Runs a function on an event; both payloads are JSON. Rejects with `AwsError` when it was not run. */
  invoke(
    functionNameOrArn: string,
    payload: string,
  ): Promise<{ readonly payload: string; readonly functionError?: string }>;
  /** Resolves once the event is stored; it is delivered later. Rejects with `AwsError` when it is not taken. */
  enqueue(functionNameOrArn: string, payload: string): Promise<void>;
  /**
   * Delivers the events that an earlier process left over. To be called once, when what their functions call is there:
   * an attempt that fails is used up.
   */
  resume(): void;
  /** The REST API. */
  readonly handler: HttpHandler;
  /** Lets deliveries under way end for two seconds, then ends all their processes. */
  close(): Promise<void>;
}

/** Reads the functions' configuration. No function is loaded before its first event. */
export async function openLambda(options: LambdaOptions): Promise<Lambda> {
  const { dir, clock, environment, hostMap, logs, queue, maxInstances = 4, maxWaiting = 1000 } = options;
  const functions = new Map<string, FunctionConfig>();
  for (const resource of options.functions) {
    const config = configureFunction(resource, options.eventInvokeConfigs, options.codeDirectory);
    functions.set(config.name, config);
  }
  const program = await compileFunctionProgram(dir);
  const { hosts } = hostMap;
  const onFault = options.onFault ?? console.error;
  const pools = new Map<string, FunctionPool>();
  for (const config of functions.values()) {
    const pool = { config, program, environment, hosts, logs, clock, onFault, maxInstances, maxWaiting };
    pools.set(config.name, new FunctionPool(pool));
  }

  const run = async (name: string, requestId: string, payload: string): Promise<Outcome> => {
    const pool = pools.get(name);
    if (pool === undefined) throw functionNotFound(options, name);
    return await pool.invoke(requestId, payload);
  };
  const asyncQueue = new AsyncQueue({
    dir,
    clock,
    functions,
    invoke: run,
    queue,
    retryDelaysMs: options.retryDelaysMs ?? [1000, 2000],
    deliveriesAtOnce: maxInstances,
    onFault,
    tell: options.tell,
  });

  const find = (functionNameOrArn: string, payload: string, maxBytes: number): string => {
    const name = parseName(functionNameOrArn);
    if (name === undefined || !functions.has(name)) throw functionNotFound(options, functionNameOrArn);
    if (Buffer.byteLength(payload) > maxBytes) throw requestTooLarge(maxBytes);
    return name;
  };
  const operations = {
    check(functionNameOrArn: string, payload: string) {
      find(functionNameOrArn, payload, maxPayloadBytes);
    },
    invoke: async (functionNameOrArn: string, payload: string) => {
      const name = find(functionNameOrArn, payload, maxPayloadBytes);
      const outcome = await run(name, randomUUID(), payload);
      if (outcome.status === "success") return { payload: outcome.payload };
      return { payload: JSON.stringify(outcome.error), functionError: "Unhandled" };
    },
    enqueue: (functionNameOrArn: string, payload: string) =>
      new Promise<void>((resolve) => {
        asyncQueue.enqueue(find(functionNameOrArn, payload, maxEventBytes), randomUUID(), payload);
        resolve();
      }),
  };
  return {
    invoke: operations.invoke,
    enqueue: operations.enqueue,
    resume: () => {
      asyncQueue.resume();
    },
    handler: serveLambda(operations),
    async close() {
      await asyncQueue.close();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/**
 * The function's name in `name`, `account:function:name` or an ARN, each with or without the version $LATEST;
 * `undefined` for another version or an alias, of which there are none.
 */
function parseName(functionNameOrArn: string): string | undefined {
  const match =
    /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?\d{12}:function:)?(?<name>[\w-]+)(?::(?<version>.+))?$/.exec(
      functionNameOrArn,
    );
  const version = match?.groups?.["version"] ?? "$LATEST";
  return version === "$LATEST" ? match?.groups?.["name"] : undefined;
}

function functionNotFound({ region, account }: LambdaOptions, functionNameOrArn: string): AwsError {
  const arn = functionNameOrArn.startsWith("arn:")
    ? functionNameOrArn
    : `arn:aws:lambda:${region}:${account}:function:${functionNameOrArn}`;
  return new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
}

function requestTooLarge(maxBytes: number): AwsError {
  const message = `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`;
  return new AwsError("RequestTooLargeException", message, 413);
}
