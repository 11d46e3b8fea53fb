// Where the log events of one execution environment go, and the events that the platform itself writes there.

import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { LoggingConfig } from "./function-config.ts";
import type { Outcome } from "./invocation.ts";

/** The port to CloudWatch Logs. */
export interface Logs {
  put(
    logGroup: string,
    logStream: string,
    events: readonly { readonly timestamp: number; readonly message: string }[],
  ): void;
}

/** What a report says of an invocation. */
interface InvocationReport {
  readonly requestId: string;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Of the first invocation of an environment: how long loading the function took. */
  readonly initDurationMs: number | undefined;
  readonly memoryMb: number;
}

/** None of its methods throws: a function's work does not depend on its log. */
export interface LogStream {
  readonly name: string;
  /** One event of the function. */
  readonly write: (message: string) => void;
  /** The platform's word that an invocation begins. */
  started(requestId: string): void;
  /** The platform's word on an invocation that is over. */
  reported(report: InvocationReport): void;
}

export interface LogStreamOptions {
  readonly logs: Logs;
  readonly config: LoggingConfig;
  readonly clock: Clock;
  /** Told when an event could not be stored; the event is lost. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Opens a stream of its own for an environment. With format JSON the platform's events are filtered by the system log
 * level, with format Text they are all written.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function openLogStream({ logs, config, clock, onFault }: LogStreamOptions): LogStream {
  const day = new Date(clock()).toISOString().slice(0, 10).replaceAll("-", "/");
  const name = `${day}/${config.streamPrefix}[$LATEST]${randomBytes(16).toString("hex")}`;
  const write = (message: string) => {
    try {
      logs.put(config.group, name, [{ timestamp: clock(), message }]);
    } catch (error) {
      onFault(error);
    }
  };
  const writePlatform = (type: string, record: object) => {
    write(JSON.stringify({ time: new Date(clock()).toISOString(), type, record }));
  };
  return {
    name,
    write,
    started(requestId) {
      if (config.format === "Text") write(`START RequestId: ${requestId} Version: $LATEST`);
      else if (config.systemLevel !== "WARN")
        writePlatform("platform.start", { requestId, version: "$LATEST" });
    },
    reported(report) {
      if (config.format === "Text") {
        for (const line of textReport(report, clock)) write(line);
      } else if (config.systemLevel !== "WARN" || report.outcome.status !== "success") {
        writePlatform("platform.report", jsonReport(report));
      }
    },
  };
}

function jsonReport({ requestId, outcome, durationMs, initDurationMs, memoryMb }: InvocationReport): object {
  return {
    requestId,
    metrics: {
      durationMs: round(durationMs),
      billedDurationMs: Math.ceil(durationMs),
      memorySizeMB: memoryMb,
      ...(initDurationMs === undefined ? {} : { initDurationMs: round(initDurationMs) }),
    },
    status: outcome.status,
    ...(outcome.status === "success" ? {} : { errorType: outcome.error.errorType }),
  };
}

function textReport(report: InvocationReport, clock: Clock): string[] {
  const { requestId, outcome, durationMs, initDurationMs, memoryMb } = report;
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${round(durationMs)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${memoryMb} MB`,
    ...(initDurationMs === undefined ? [] : [`Init Duration: ${round(initDurationMs)} ms`]),
    ...(outcome.status === "timeout" ? ["Status: timeout"] : []),
  ];
  const timeout =
    outcome.status === "timeout"
      ? [
          `${new Date(clock()).toISOString()} ${requestId} ${outcome.error.errorMessage.replace(/^.*Error: /, "")}`,
        ]
      : [];
  return [...timeout, `END RequestId: ${requestId}`, fields.join("\t")];
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
