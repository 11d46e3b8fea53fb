import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openFunctions, temporaryFolder, type TestLambda } from "./functions.ts";

let folder: ReturnType<typeof temporaryFolder>;
let lambda: TestLambda | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await lambda?.close();
  folder.remove();
});

/** Runs a handler with the given body and answers the messages in its log group. */
async function logOf(body: string, LoggingConfig?: Record<string, unknown>, Timeout = 10): Promise<string[]> {
  lambda = await openFunctions(folder.dir, {
    fn: {
      code: `exports.handler = async (event, context) => { ${body} }`,
      properties: { Timeout, ...(LoggingConfig === undefined ? {} : { LoggingConfig }) },
    },
  });
  await lambda.invoke("fn", "{}");
  return lambda.logged.map(({ message }) => message);
}

const quiet = { LogFormat: "JSON", SystemLogLevel: "WARN" };
const uuid = "[0-9a-f-]{36}";
const iso = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

describe("what a function writes to standard output itself", () => {
  test("is logged line by line as it is, the last line without its end too", async () => {
    const lines = await logOf(
      `process.stdout.write('{"event":"login"}\\nplain\\n'); process.stdout.write("in "); process.stdout.write("two"); process.stderr.write("err\\n")`,
      quiet,
    );
    expect(lines).toEqual(['{"event":"login"}', "plain", "err", "in two"]);
  });

  test("is logged past the streams of Node.js too, a line without an end in parts", async () => {
    lambda = await openFunctions(folder.dir, {
      fn: {
        code: `const { writeSync } = require("fs"); exports.handler = async () => {
          writeSync(1, "native\\n");
          require("child_process").execSync("echo other; echo error >&2", { stdio: "inherit" });
          for (let i = 0; i < 3; i++) writeSync(2, "x".repeat(1e6));
        }`,
        properties: { LoggingConfig: quiet },
      },
    });
    await lambda.invoke("fn", "{}");
    await vi.waitFor(
      () => {
        const messages = lambda?.logged.map(({ message }) => message) ?? [];
        expect(messages).toEqual(expect.arrayContaining(["native", "other", "error"]));
        const parts = messages.filter((message) => message.startsWith("xxx"));
        expect(parts.length).toBeGreaterThan(1);
        expect(parts.join("").length).toBeGreaterThan(2 * 1024 * 1024);
      },
      { timeout: 60_000 },
    );
  });

  test("is logged in several events where it is longer than an event may be", async () => {
    const lines = await logOf(`console.log("x".repeat(1.5 * 1024 * 1024))`, quiet);
    expect(lines.map((line) => line.length)).toEqual([1024 * 1024, expect.any(Number)]);
  });

  test("keeps a character that came in two pieces", async () => {
    expect(
      await logOf(
        `const b = Buffer.from("é\\n"); process.stdout.write(b.subarray(0, 1)); process.stdout.write(b.subarray(1))`,
        quiet,
      ),
    ).toEqual(["é"]);
  });

  test("is filtered by level where it is a JSON line with level and timestamp, with format JSON", async () => {
    const write = (entry: object) => `process.stdout.write(${JSON.stringify(`${JSON.stringify(entry)}\n`)});`;
    const timestamp = "2026-11-22T10:00:00.000Z";
    const code =
      write({ level: "INFO", timestamp }) +
      write({ level: "warn", timestamp }) +
      write({ level: "INFO" }) +
      write({ level: "INFO", timestamp: "yesterday" });
    expect(await logOf(code, { ...quiet, ApplicationLogLevel: "WARN" })).toEqual([
      `{"level":"warn","timestamp":"${timestamp}"}`,
      '{"level":"INFO"}',
      '{"level":"INFO","timestamp":"yesterday"}',
    ]);
  });
});

describe("the console", () => {
  test("with format JSON makes one object a call, under the invocation's request id", async () => {
    const lines = await logOf(
      `console.log({ a: 1 }); console.warn("two\\nlines %d", 7); console.error("failed", new TypeError("no")); console.error(new RangeError("far"))`,
      quiet,
    );
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        timestamp: expect.stringMatching(iso) as string,
        level: "INFO",
        requestId: expect.stringMatching(uuid) as string,
        message: { a: 1 },
      },
      expect.objectContaining({ level: "WARN", message: "two\nlines 7" }),
      expect.objectContaining({
        level: "ERROR",
        message: expect.stringMatching(/^failed TypeError: no\n/) as string,
        errorType: "TypeError",
        errorMessage: "no",
        stackTrace: expect.arrayContaining(["TypeError: no"]) as string[],
      }),
      expect.objectContaining({
        level: "ERROR",
        message: expect.objectContaining({ errorType: "RangeError", errorMessage: "far" }) as unknown,
      }),
    ]);
  });

  test("drops what is below the application log level, INFO by default", async () => {
    expect(await logOf("console.debug(1); console.trace(2)", quiet)).toEqual([]);
    await lambda?.close();
    const all = await logOf("console.debug(1); console.trace(2)", { ...quiet, ApplicationLogLevel: "TRACE" });
    expect(all).toHaveLength(2);
  });

  test("logs what cannot be JSON as text", async () => {
    const [line] = await logOf("console.log(1n)", quiet);
    expect(JSON.parse(line ?? "")).toMatchObject({ message: "1n" });
  });

  test("with format Text writes time, request id and level before the message, which may have several lines", async () => {
    const lines = await logOf('console.debug("a\\nb", 1)');
    expect(lines[1]).toMatch(new RegExp(`^${iso}\t${uuid}\tDEBUG\ta\nb 1$`));
  });
});

describe("the platform", () => {
  test("with format Text frames an invocation with START, END and REPORT", async () => {
    const lines = await logOf("");
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^START RequestId: ${uuid} Version: \\$LATEST$`)),
      expect.stringMatching(new RegExp(`^END RequestId: ${uuid}$`)),
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${uuid}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tInit Duration: [\\d.]+ ms$`,
        ),
      ),
    ]);
  });

  test("with format JSON reports start and end at system log level INFO", async () => {
    const lines = (await logOf("", { LogFormat: "JSON" })).map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      {
        time: expect.stringMatching(iso) as string,
        type: "platform.start",
        record: { requestId: expect.stringMatching(uuid) as string, version: "$LATEST" },
      },
      {
        time: expect.stringMatching(iso) as string,
        type: "platform.report",
        record: {
          requestId: expect.stringMatching(uuid) as string,
          metrics: {
            durationMs: expect.any(Number) as number,
            billedDurationMs: expect.any(Number) as number,
            initDurationMs: expect.any(Number) as number,
            memorySizeMB: 128,
          },
          status: "success",
        },
      },
    ]);
  });

  test("at system log level WARN reports failures only", async () => {
    const lines = await logOf("process.exit(1)", quiet);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({
        type: "platform.report",
        record: expect.objectContaining({ status: "failure", errorType: "Runtime.ExitError" }) as unknown,
      }),
    ]);
  });

  test("says in the log that time ran out", async () => {
    const lines = await logOf("await new Promise(() => {})", undefined, 1);
    expect(lines[1]).toMatch(new RegExp(`^${iso} ${uuid} Task timed out after 1\\.00 seconds$`));
    expect(lines[3]).toMatch(/\tStatus: timeout$/);
  });
});

test("a handler's error is logged", async () => {
  const text = await logOf("throw new TypeError('no')");
  expect(text[1]).toMatch(
    /\tERROR\tInvoke Error {2}\t\{"errorType":"TypeError","errorMessage":"no","stack":\["TypeError: no"/,
  );
  await lambda?.close();
  const [json] = await logOf("throw new TypeError('no')", quiet);
  expect(JSON.parse(json ?? "")).toMatchObject({
    level: "ERROR",
    message: { errorType: "TypeError", errorMessage: "no" },
  });
});

test("a group of its own choosing has the function's name in its streams", async () => {
  await logOf("", { ...quiet, LogGroup: "logins", SystemLogLevel: "INFO" });
  expect(lambda?.logged[0]).toMatchObject({
    group: "logins",
    stream: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/fn\[\$LATEST\][0-9a-f]{32}$/) as string,
  });
});

describe("when the log group takes nothing, as with a full disk", () => {
  test("H3: the function is run all the same, and the fault is told", async () => {
    const faults: unknown[] = [];
    const full = new Error("ENOSPC: no space left on device");
    lambda = await openFunctions(
      folder.dir,
      { fn: { code: `exports.handler = async () => { console.log("a line"); return "done"; }` } },
      {
        logs: {
          put() {
            throw full;
          },
        },
        onFault: (error) => faults.push(error),
      },
    );
    expect(await lambda.invoke("fn", "{}")).toEqual({ payload: '"done"' });
    expect(await lambda.invoke("fn", "{}")).toEqual({ payload: '"done"' });
    expect(new Set(faults)).toEqual(new Set([full]));
  });
});
