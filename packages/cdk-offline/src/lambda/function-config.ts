// A function as the template configures it, in the units and with the defaults by which it is run.

import { refusalsOf } from "../assembly/refusals.ts";
import type { Resource } from "../assembly/resource.ts";
import { NotServed } from "../errors.ts";
import type { EventInvokeConfigProperties, FunctionProperties, LogLevel } from "./resources.ts";

export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** The folder with the unpacked code. */
  readonly codeDirectory: string;
  /** `module.export`, such as `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logging: LoggingConfig;
  /** More invocations than this at once are refused; `undefined` = not limited by the template. */
  readonly reservedConcurrency: number | undefined;
  readonly asynchronous: AsynchronousConfig;
}

export interface LoggingConfig {
  readonly group: string;
  /** What the name of a log stream begins with: in a group of its own choosing a function names itself. */
  readonly streamPrefix: string;
  readonly format: "JSON" | "Text";
  /** With format JSON: messages of the function below this level are dropped. */
  readonly applicationLevel: LogLevel;
  /** With format JSON: events of the platform below this level are dropped. */
  readonly systemLevel: "DEBUG" | "INFO" | "WARN";
}

interface AsynchronousConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  /** ARN of the SQS queue that gets a record of each event that was given up. */
  readonly failureQueueArn: string | undefined;
}

/** Variables that Lambda sets and a function's configuration must not: the service refuses it. */
const reservedVariables = [
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
];

/**
 * Reads a function's configuration. Throws `NotServed` when its environment sets a variable that is Lambda's own.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function configureFunction(
  resource: Resource<FunctionProperties>,
  eventInvokeConfigs: readonly Resource<EventInvokeConfigProperties>[],
  codeDirectory: (s3Bucket: string, s3Key: string) => string | undefined,
): FunctionConfig {
  const { properties, ref: name, attributes, logicalId } = resource;
  const environment = properties.Environment?.Variables ?? {};
  const reserved = Object.keys(environment).filter((variable) => reservedVariables.includes(variable));
  if (reserved.length > 0) {
    throw new NotServed({
      code: "not-deployable",
      logicalId,
      property: "Environment.Variables",
      reason: `the environment variables ${reserved.join(", ")} are reserved by Lambda`,
    });
  }
  const code = codeDirectory(properties.Code.S3Bucket, properties.Code.S3Key);
  if (code === undefined) {
    throw new NotServed({
      code: "unknown-reference",
      logicalId,
      property: "Code.S3Key",
      seen: properties.Code.S3Key,
      reason: "the cloud assembly holds no such asset",
    });
  }
  const asynchronous = eventInvokeConfigs.find((config) => config.properties.FunctionName === name);
  return {
    name,
    arn: attributes["Arn"] ?? name,
    codeDirectory: code,
    handler: properties.Handler,
    runtime: properties.Runtime,
    memoryMb: properties.MemorySize,
    timeoutMs: properties.Timeout * 1000,
    environment,
    logging: configureLogging(name, properties.LoggingConfig),
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    asynchronous: configureAsynchronous(asynchronous?.properties),
  };
}

/** What `configureFunction` refuses of all functions. */
export function checkFunctions(
  functions: readonly Resource<FunctionProperties>[],
  codeDirectory: (s3Bucket: string, s3Key: string) => string | undefined,
): readonly NotServed[] {
  return refusalsOf(functions.map((resource) => () => configureFunction(resource, [], codeDirectory)));
}

function configureLogging(name: string, config: FunctionProperties["LoggingConfig"]): LoggingConfig {
  const ownGroup = config?.LogGroup;
  return {
    group: ownGroup ?? `/aws/lambda/${name}`,
    streamPrefix: ownGroup === undefined ? "" : name,
    format: config?.LogFormat ?? "Text",
    applicationLevel: config?.ApplicationLogLevel ?? "INFO",
    systemLevel: config?.SystemLogLevel ?? "INFO",
  };
}

function configureAsynchronous(config: EventInvokeConfigProperties | undefined): AsynchronousConfig {
  return {
    maximumRetryAttempts: config?.MaximumRetryAttempts ?? 2,
    maximumEventAgeMs: (config?.MaximumEventAgeInSeconds ?? 21_600) * 1000,
    failureQueueArn: config?.DestinationConfig?.OnFailure?.Destination,
  };
}
