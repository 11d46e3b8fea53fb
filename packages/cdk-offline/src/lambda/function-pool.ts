// Runs one function: keeps its environments warm, starts further ones under load and lets the rest wait in line.

import { AwsError } from "../aws/errors.ts";
import type { Clock } from "../clock.ts";
import type { FunctionConfig } from "./function-config.ts";
import { Instance } from "./instance.ts";
import type { Outcome } from "./invocation.ts";
import { openLogStream, type Logs, type LogStream } from "./log-stream.ts";

export interface FunctionPoolOptions {
  readonly config: FunctionConfig;
  /** The compiled program of a function's process. */
  readonly program: string;
  /** Variables that every function gets, such as AWS_REGION; a function's own win over them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly hosts: Readonly<Record<string, string>>;
  readonly logs: Logs;
  readonly clock: Clock;
  /** Told of log events that could not be stored. */
  readonly onFault: (error: unknown) => void;
  /** How many environments there may be at once. */
  readonly maxInstances: number;
  /** How many invocations may wait for one. */
  readonly maxWaiting: number;
}

interface Environment {
  readonly instance: Instance;
  readonly stream: LogStream;
}

export class FunctionPool {
  readonly #with: FunctionPoolOptions;
  readonly #idle: Environment[] = [];
  readonly #all = new Set<Instance>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #isClosed = false;

  constructor(options: FunctionPoolOptions) {
    this.#with = options;
  }

  /** Runs the function on an event. Rejects with `TooManyRequestsException` when it is busy beyond its bounds. */
  async invoke(requestId: string, payload: string): Promise<Outcome> {
    await this.#takePlace();
    try {
      return await this.#run(requestId, payload);
    } finally {
      this.#givePlace();
    }
  }

  /** Ends all environments; invocations under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((instance) => instance.terminate()));
  }

  async #takePlace(): Promise<void> {
    const { config, maxInstances, maxWaiting } = this.#with;
    const busy = this.#running + this.#waiting.length;
    if (config.reservedConcurrency !== undefined && busy >= config.reservedConcurrency) {
      throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
    }
    if (this.#running < maxInstances) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= maxWaiting) throw throttled("ConcurrentInvocationLimitExceeded");
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Hands the place to who waits longest, so that nobody can step in between. */
  #givePlace(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  async #run(requestId: string, payload: string): Promise<Outcome> {
    if (this.#isClosed) throw closing();
    const { memoryMb, timeoutMs } = this.#with.config;
    const warm = this.#takeIdle();
    const begin = performance.now();
    const environment = warm ?? (await this.#start());
    const { instance, stream } = environment;
    const loaded = warm === undefined ? await instance.init(requestId) : undefined;
    const initDurationMs = warm === undefined ? performance.now() - begin : undefined;
    stream.started(requestId);
    const invoked = performance.now();
    const outcome =
      loaded === undefined || loaded.status === "success"
        ? await instance.invoke({ requestId, payload, timeoutMs })
        : loaded;
    const durationMs = performance.now() - invoked;
    stream.reported({ requestId, outcome, durationMs, initDurationMs, memoryMb });
    if (outcome === loaded) await instance.terminate();
    else if (instance.isAlive) this.#idle.push(environment);
    return outcome;
  }

  #takeIdle(): Environment | undefined {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment === undefined || environment.instance.isAlive) return environment;
    }
  }

  async #start(): Promise<Environment> {
    const { config, program, hosts, logs, clock, onFault } = this.#with;
    const stream = openLogStream({ logs, config: config.logging, clock, onFault });
    const instance = await Instance.start({
      program,
      environment: this.#environment(stream.name),
      memoryMb: config.memoryMb,
      log: stream.write,
      onExit: () => this.#all.delete(instance),
      start: {
        handler: config.handler,
        taskRoot: config.codeDirectory,
        functionArn: config.arn,
        logFormat: config.logging.format,
        logLevel: config.logging.applicationLevel,
        hosts,
      },
    });
    if (this.#isClosed) {
      await instance.terminate();
      throw closing();
    }
    this.#all.add(instance);
    return { instance, stream };
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
  #environment(logStreamName: string): Record<string, string> {
    const { config, environment } = this.#with;
    const { logging } = config;
    return {
      LANG: "en_US.UTF-8",
      TZ: ":UTC",
      ...environment,
      ...config.environment,
      _HANDLER: config.handler,
      AWS_EXECUTION_ENV: `AWS_Lambda_${config.runtime}`,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMb),
      AWS_LAMBDA_FUNCTION_NAME: config.name,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_FORMAT: logging.format,
      ...(logging.format === "JSON" ? { AWS_LAMBDA_LOG_LEVEL: logging.applicationLevel } : {}),
      AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
      AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
      LAMBDA_TASK_ROOT: config.codeDirectory,
    };
  }
}

function closing(): AwsError {
  return new AwsError("ServiceException", "the runtime is shutting down", 500);
}

function throttled(reason: string): AwsError {
  return new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, { Reason: reason, Type: "User" });
}
