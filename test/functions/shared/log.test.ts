// Log lines hold whatever text comes in.

import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { KnownError } from "../../../functions/shared/known-error.ts";
import {
  createLog,
  describeError,
  functionLog,
  writeToStandardOutput,
} from "../../../functions/shared/log.ts";
import { logLines } from "../parts/log-lines.ts";

describe("a log line", () => {
  test("is one JSON object with time, level and event at its top", () => {
    const lines: string[] = [];
    const log = createLog({
      clock: () => Date.UTC(2026, 10, 22, 16, 54, 0, 7),
      write: (line) => lines.push(line),
      functionName: "auth",
    });
    log.info("a", { n: 1, list: ["x"], nothing: null, absent: undefined });
    log.warn("b");
    log.error("c");
    expect(lines).toEqual([
      '{"timestamp":"2026-11-22T16:54:00.007Z","level":"INFO","event":"a","n":1,"list":["x"],"nothing":null}\n',
      '{"timestamp":"2026-11-22T16:54:00.007Z","level":"WARN","event":"b"}\n',
      '{"timestamp":"2026-11-22T16:54:00.007Z","level":"ERROR","event":"c"}\n',
    ]);
  });

  test("I7: no text breaks it or adds to it, and the text is still there", () => {
    const hostile = fc.constantFrom(
      '"}\n{"event":"login"}',
      '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}',
      "\r\n",
      "\u2028\u2029\u0085",
      "\u001b[2J\u009b31m",
      "\u202e\u2066\ufeff",
      "\ud800",
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), hostile), (text) => {
        const { log, lines, entries } = logLines();
        log.info("login", { username: text, device: { userAgent: text }, methods: [text] });
        const [line = "", ...others] = lines;
        expect(others).toEqual([]);
        expect(line.endsWith("\n")).toBe(true);
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/u);
        const [entry] = entries();
        expect(Object.keys(entry ?? {})).toEqual([
          "timestamp",
          "level",
          "event",
          "username",
          "device",
          "methods",
        ]);
        expect(entry).toMatchObject({ username: text, device: { userAgent: text }, methods: [text] });
      }),
      { numRuns: 500 },
    );
  });

  test("is cut to a length that can be read, in texts and in lists", () => {
    const { log, lines, entries } = logLines();
    log.info("long", {
      text: "x".repeat(1_000_000),
      list: Array.from({ length: 10_000 }, () => "y".repeat(9999)),
    });
    expect(lines[0]?.length).toBeLessThan(110_000);
    const [entry] = entries();
    expect(entry?.["text"]).toBe(`${"x".repeat(2048)}…`);
    expect(entry?.["list"]).toHaveLength(50);
  });
});

describe("a line that counts", () => {
  test("is one of CloudWatch's embedded metric format, under the function's name", () => {
    const lines: string[] = [];
    const clock = () => Date.UTC(2026, 10, 22, 16, 54, 0, 7);
    const log = createLog({ clock, write: (line) => lines.push(line), functionName: "auth-1" });
    log.warn("login_unrecorded", { id: "i" }, "UnrecordedLogin");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        timestamp: "2026-11-22T16:54:00.007Z",
        level: "WARN",
        event: "login_unrecorded",
        id: "i",
        FunctionName: "auth-1",
        UnrecordedLogin: 1,
        _aws: {
          Timestamp: Date.UTC(2026, 10, 22, 16, 54, 0, 7),
          CloudWatchMetrics: [
            {
              Namespace: "LoginLedger",
              Dimensions: [["FunctionName"]],
              Metrics: [{ Name: "UnrecordedLogin", Unit: "Count" }],
            },
          ],
        },
      },
    ]);
  });

  test("goes to standard output, in the name of the function that Lambda says this is", () => {
    const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "greeting-1");
    functionLog(() => 0).warn("greeting_stale", {}, "GreetingFallback");
    const [[line] = []] = write.mock.calls;
    write.mockRestore();
    expect(JSON.parse(String(line))).toMatchObject({ FunctionName: "greeting-1", GreetingFallback: 1 });
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", undefined);
    expect(() => functionLog(() => 0)).toThrow("environment variable AWS_LAMBDA_FUNCTION_NAME is not set");
    vi.unstubAllEnvs();
  });
});

test("standard output gets the line as it is", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  writeToStandardOutput("{}\n");
  expect(write.mock.calls).toEqual([["{}\n"]]);
  write.mockRestore();
});

describe("what is logged of an error", () => {
  test("is code, message and causes of our own, and of others no message", () => {
    const inner = Object.assign(new TypeError("token abc is bad"), { code: "ERR_BAD" });
    const error = new KnownError("outer", "it did not work", {
      cause: new KnownError("middle", "why", { cause: inner }),
    });
    expect(describeError(error)).toEqual({
      code: "outer",
      message: "it did not work",
      cause: {
        code: "middle",
        message: "why",
        cause: {
          name: "TypeError",
          code: "ERR_BAD",
          thrownAt: expect.arrayContaining([expect.stringContaining("log.test.ts")]) as unknown,
          cause: undefined,
        },
      },
    });
    expect(JSON.stringify(describeError(error))).not.toContain("abc");
  });

  test("is the kind of what was thrown when that is no error", () => {
    expect(describeError("a token")).toEqual({ name: "string" });
  });

  test("ends after four causes, and does not need a stack", () => {
    const looped = new Error("x");
    looped.cause = looped;
    delete looped.stack;
    expect(JSON.stringify(describeError(looped)).match(/"name"/g)).toHaveLength(4);
  });
});
