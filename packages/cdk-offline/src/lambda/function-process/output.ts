// Takes what a function writes, through the console or to standard output, and makes log events of it as Lambda does.

import { StringDecoder } from "node:string_decoder";
import { format } from "node:util";
import { isKept, isLineKept } from "./log-levels.ts";
import type { FunctionStart } from "./protocol.ts";

export interface OutputOptions extends Pick<FunctionStart, "logFormat" | "logLevel"> {
  /** The invocation that is being handled; "-" while there is none. */
  readonly requestId: () => string;
  /** Takes one log event. */
  readonly log: (message: string) => void;
}

export interface Output {
  /** Logs an error under a heading, as the runtime reports failures of a handler. */
  error(heading: string, error: unknown): void;
  /** Logs what is left of lines that were not ended. */
  flush(): void;
}

/** Redirects the console and both standard streams. */
export function captureOutput(options: OutputOptions): Output {
  patchConsole(options);
  const flushes = [process.stdout, process.stderr].map((stream) => captureStream(stream, options));
  return {
    error(heading, error) {
      if (options.logFormat === "JSON") console.error(asError(error));
      else console.error(heading, `\t${JSON.stringify(describe(asError(error), "stack"))}`);
    },
    flush() {
      for (const flush of flushes) flush();
    },
  };
}

/** Each line is one event. */
function captureStream(stream: NodeJS.WriteStream, options: OutputOptions): () => void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const log = (line: string) => {
    if (isLineKept(line, options)) options.log(line);
  };
  const _write: NodeJS.WriteStream["_write"] = (chunk: Buffer, _encoding, done) => {
    const lines = (rest + decoder.write(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) log(line);
    done();
  };
  // A pipe has another way for several chunks at once.
  Object.assign(stream, { _write, _writev: null });
  return () => {
    log(rest);
    rest = "";
  };
}

/** Each call is one event, line breaks and all. */
function patchConsole({ logFormat, logLevel, requestId, log }: OutputOptions): void {
  const render = logFormat === "JSON" ? renderJson : renderText;
  const at =
    (level: string) =>
    (message?: unknown, ...values: unknown[]) => {
      if (logFormat === "JSON" && !isKept(level, logLevel)) return;
      log(render({ timestamp: new Date().toISOString(), requestId: requestId(), level }, message, values));
    };
  Object.assign(console, {
    trace: at("TRACE"),
    debug: at("DEBUG"),
    log: at("INFO"),
    info: at("INFO"),
    warn: at("WARN"),
    error: at("ERROR"),
    fatal: at("FATAL"),
  });
}

interface Head {
  readonly timestamp: string;
  readonly requestId: string;
  readonly level: string;
}

function renderText(
  { timestamp, requestId, level }: Head,
  message: unknown,
  values: readonly unknown[],
): string {
  return [timestamp, requestId, level, format(message, ...values)].join("\t");
}

/**
 * A single value stands as it is under `message`; several are formatted into one text, and the first error among them
 * is described in members of its own.
 */
function renderJson(
  { timestamp, requestId, level }: Head,
  message: unknown,
  values: readonly unknown[],
): string {
  const head = { timestamp, level, requestId };
  if (values.length > 0) {
    const error = values.find((value) => value instanceof Error);
    const members = error === undefined ? {} : describe(error, "stackTrace");
    return JSON.stringify({ ...head, message: format(message, ...values), ...members });
  }
  try {
    const expandErrors = (_key: string, value: unknown) =>
      value instanceof Error ? Object.assign(describe(value, "stackTrace"), value) : value;
    return JSON.stringify({ ...head, message }, expandErrors);
  } catch {
    return JSON.stringify({ ...head, message: format(message) }); // a cycle, or a BigInt
  }
}

function describe(error: Error, stackMember: "stack" | "stackTrace") {
  return {
    errorType: error.constructor.name,
    errorMessage: error.message,
    [stackMember]: error.stack?.split("\n") ?? [],
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
