import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openFunctions, temporaryFolder, type TestFunction, type TestLambda } from "./functions.ts";
import { MEMORY_FILLERS } from "./memory-fillers.ts";

let folder: ReturnType<typeof temporaryFolder>;
let lambda: TestLambda | undefined;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await lambda?.close();
  lambda = undefined;
  folder.remove();
});

async function open(
  code: TestFunction["code"],
  properties: Record<string, unknown> = {},
  options: Parameters<typeof openFunctions>[2] = {},
): Promise<TestLambda> {
  lambda = await openFunctions(folder.dir, { fn: { code, properties } }, options);
  return lambda;
}

async function run(opened: TestLambda, event: unknown = {}): Promise<unknown> {
  const { payload, functionError } = await opened.invoke("fn", JSON.stringify(event));
  const result: unknown = JSON.parse(payload);
  return functionError === undefined ? result : { functionError, result };
}

const killed = expect.stringMatching(
  /^RequestId: \S+ Error: Runtime exited with error: signal: killed$/,
) as string;

const failure = (errorType: string, errorMessage: unknown) => ({
  functionError: "Unhandled",
  result: expect.objectContaining({ errorType, errorMessage }) as unknown,
});

describe("a handler", () => {
  test("gets the event and answers what it returns, and null for nothing", async () => {
    const fn = await open("exports.handler = async (event) => event.nothing ? undefined : { got: event }");
    expect(await run(fn, { a: [1] })).toEqual({ got: { a: [1] } });
    expect(await run(fn, { nothing: true })).toBeNull();
  });

  test("gets the context of its invocation", async () => {
    const fn = await open(
      "exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })",
      { MemorySize: 256, Timeout: 7 },
    );
    expect(await run(fn)).toEqual({
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      functionName: "fn",
      functionVersion: "$LATEST",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:fn",
      left: expect.closeTo(7000, -3) as number,
      logGroupName: "/aws/lambda/fn",
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/) as string,
      memoryLimitInMB: "256",
    });
  });

  test.each([
    ["index.js of CommonJS", { "index.js": "exports.handler = async () => typeof require" }, "function"],
    ["index.cjs", { "index.cjs": "exports.handler = async () => typeof require" }, "function"],
    ["index.mjs", { "index.mjs": "export const handler = async () => typeof require" }, "undefined"],
    [
      "index.js in a package of type module",
      {
        "index.js": "export const handler = async () => typeof require",
        "package.json": '{"type":"module"}',
      },
      "undefined",
    ],
  ])("is loaded from %s", async (_name, code, typeOfRequire) => {
    expect(await run(await open(code))).toBe(typeOfRequire);
  });

  test("is found in a folder, under a dotted export and on a default export", async () => {
    const nested = await open(
      { "index.cjs": "exports.handler = async () => 1; exports.a = { b: async () => 2 }" },
      { Handler: "index.a.b" },
    );
    expect(await run(nested)).toBe(2);
    await nested.close();
    const byDefault = await open({ "index.mjs": "export default { handler: async () => 3 }" });
    expect(await run(byDefault)).toBe(3);
  });

  test("sees its own environment and Lambda's, and nothing of this process", async () => {
    vi.stubEnv("A_SECRET_OF_THE_HOST", "x");
    const fn = await open("exports.handler = async () => process.env", {
      Environment: { Variables: { MINE: "1" } },
      LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "WARN" },
    });
    expect(await run(fn)).toEqual({
      _HANDLER: "index.handler",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_FUNCTION_NAME: "fn",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_FORMAT: "JSON",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/fn",
      AWS_LAMBDA_LOG_LEVEL: "WARN",
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String) as string,
      AWS_REGION: "us-east-1",
      LAMBDA_TASK_ROOT: expect.stringContaining("code/fn") as string,
      LANG: "en_US.UTF-8",
      MINE: "1",
      TZ: ":UTC",
    });
    vi.unstubAllEnvs();
  });

  test("works in the folder of its code, in a session of its own that a terminal's Ctrl-C does not reach", async () => {
    const session = "require('child_process').execSync('ps -o sid= -p ' + process.pid, { encoding: 'utf8' })";
    const fn = await open(
      `exports.handler = async () => [process.cwd(), Number(${session}) === process.pid]`,
    );
    expect(await run(fn)).toEqual([expect.stringMatching(/\/code\/fn$/), true]);
  });

  test("keeps its module's state while its environment is warm", async () => {
    const fn = await open("let n = 0; exports.handler = async () => ++n");
    expect([await run(fn), await run(fn), await run(fn)]).toEqual([1, 2, 3]);
  });

  test("that sets a variable reserved by Lambda is refused at start", async () => {
    await expect(open("", { Environment: { Variables: { AWS_REGION: "x" } } })).rejects.toThrow(
      "Thing: Environment.Variables: the environment variables AWS_REGION are reserved by Lambda",
    );
  });
});

describe("concurrency", () => {
  const meeting = `
    let n = 0, most = 0;
    exports.handler = async () => {
      most = Math.max(most, ++n);
      await new Promise((resolve) => setTimeout(resolve, 30));
      n--;
      return { most, stream: process.env.AWS_LAMBDA_LOG_STREAM_NAME };
    };`;

  test("an environment handles one event at a time, further events get environments up to the bound, the rest wait", async () => {
    const fn = await open(meeting, {}, { maxInstances: 2 });
    const twice = async () => [await run(fn), await run(fn)];
    const results = (await Promise.all([twice(), twice(), twice(), twice()])).flat() as {
      most: number;
      stream: string;
    }[];
    expect(results.map(({ most }) => most)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(new Set(results.map(({ stream }) => stream)).size).toBe(2);
  });

  test("what is more than may wait is refused as throttled", async () => {
    const fn = await open(meeting, {}, { maxInstances: 1, maxWaiting: 1 });
    const outcomes = await Promise.allSettled([run(fn), run(fn), run(fn)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(outcomes[2]).toMatchObject({ reason: { code: "TooManyRequestsException", status: 429 } });
  });

  test("reserved concurrency of one throttles the second event at once", async () => {
    const fn = await open(meeting, { ReservedConcurrentExecutions: 1 });
    const outcomes = await Promise.allSettled([run(fn), run(fn)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });
});

describe("failures are answered and contained: the next event is handled", () => {
  const cases: [string, string, unknown][] = [
    ["a thrown error", "throw new TypeError('no')", failure("TypeError", "no")],
    ["a rejected value that is no error", "throw 'no'", failure("string", "no")],
    [
      "a result that is no JSON",
      "return { big: 1n }",
      failure("Runtime.JSONStringifyError", "Unable to stringify response body"),
    ],
    [
      "process.exit",
      "process.exit(3)",
      failure(
        "Runtime.ExitError",
        expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: exit status 3$/),
      ),
    ],
    [
      "process.exit without a code",
      "process.exit()",
      failure("Runtime.ExitError", expect.stringMatching(/Runtime exited without providing a reason$/)),
    ],
    [
      "an uncaught exception beside the handler",
      "setTimeout(() => { throw new RangeError('aside') }); await new Promise(() => {})",
      failure("RangeError", "aside"),
    ],
    [
      "an unhandled rejection",
      "Promise.reject(new Error('aside')); await new Promise(() => {})",
      failure("Runtime.UnhandledPromiseRejection", "Error: aside"),
    ],
    [
      "a response larger than six megabytes",
      "return 'x'.repeat(6 * 1024 * 1024 + 200)",
      failure(
        "Function.ResponseSizeTooLarge",
        "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
      ),
    ],
  ];
  const contains = async (code: string, expected: unknown, properties: Record<string, unknown> = {}) => {
    const handler = `exports.handler = async (event) => { if (event.ok) return 'ok'; ${code} }`;
    const fn = await open(handler, properties);
    expect(await run(fn)).toEqual(expected);
    expect(await run(fn, { ok: true })).toBe("ok");
  };

  test.each(cases)("%s", async (_name, code, expected) => {
    await contains(code, expected);
  });

  const timedOut = expect.stringMatching(
    /^RequestId: \S+ Error: Task timed out after 1.00 seconds$/,
  ) as string;
  test.each([
    ["a promise that never settles", "await new Promise(() => {})"],
    ["an endless loop", "for (;;);"],
  ])("%s", async (_name, code) => {
    await contains(code, failure("Sandbox.Timedout", timedOut), { Timeout: 1 });
  });

  // Each in a way of its own: a limit of Node.js's heap alone would let some of them end the runtime.
  test.each(MEMORY_FILLERS)("memory used up by %s", async (_name, code) => {
    await contains(code, failure("Runtime.ExitError", killed), { Timeout: 900 });
  });

  test("memory used up while the module is loaded", async () => {
    const fn = await open(`${MEMORY_FILLERS[0]?.[1] ?? ""}; exports.handler = async () => 1`);
    expect(await run(fn)).toEqual(failure("Runtime.ExitError", killed));
  });

  test("a thrown error carries its stack as a list of lines", async () => {
    const fn = await open("exports.handler = async () => { throw new Error('no') }");
    const { payload } = await fn.invoke("fn", "{}");
    const { trace } = JSON.parse(payload) as { trace: string[] };
    expect(trace[0]).toBe("Error: no");
    expect(trace[1]).toMatch(/index\.cjs/);
  });
});

test("a function in an endless loop ends when the runtime was killed", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const connected = once(server, "connection");
  const program = fileURLToPath(new URL("./enqueue-and-hang.ts", import.meta.url));
  const code = `exports.handler = () => new Promise(() => {
    require("net").connect(${port}, "127.0.0.1", () => { console.log("begun"); for (;;); });
  })`;
  const runtime = spawn(process.execPath, ["--import", "tsx", program, folder.dir, code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [connection] = (await connected) as [Socket];
  await once(runtime.stdout, "data");
  runtime.kill("SIGKILL");
  connection.resume();
  await once(connection, "close");
  await new Promise((resolve) => server.close(resolve));
});

describe("a function that cannot be loaded answers why", () => {
  const cases: [string, TestFunction["code"], string, unknown][] = [
    [
      "no such module",
      { "other.js": "" },
      "index.handler",
      failure("Runtime.ImportModuleError", "Error: Cannot find module 'index'"),
    ],
    [
      "a module it requires is missing",
      "require('nowhere')",
      "index.handler",
      failure("Runtime.ImportModuleError", expect.stringContaining("Cannot find module 'nowhere'")),
    ],
    [
      "no such export",
      "exports.other = 1",
      "index.handler",
      failure("Runtime.HandlerNotFound", "index.handler is undefined or not exported"),
    ],
    [
      "the export is no function",
      "exports.handler = 1",
      "index.handler",
      failure("Runtime.HandlerNotFound", "index.handler is not a function"),
    ],
    [
      "a syntax error",
      "exports.handler = async () => {",
      "index.handler",
      failure("Runtime.UserCodeSyntaxError", expect.stringMatching(/^SyntaxError: /)),
    ],
    ["a name without a dot", "", "index", failure("Runtime.MalformedHandlerName", "Bad handler")],
    [
      "a path out of its folder",
      "",
      "../index.handler",
      failure("Runtime.MalformedHandlerName", "Bad handler"),
    ],
    [
      "a handler with a callback",
      "exports.handler = (event, context, callback) => callback()",
      "index.handler",
      failure("Runtime.CallbackHandlerDeprecated", expect.any(String)),
    ],
    [
      "the module throws",
      "throw new RangeError('at load')",
      "index.handler",
      failure("RangeError", "at load"),
    ],
    [
      "the module exits",
      "process.exit(4)",
      "index.handler",
      failure("Runtime.ExitError", expect.stringMatching(/exit status 4$/)),
    ],
  ];
  test.each(cases)("%s", async (_name, code, Handler, expected) => {
    const fn = await open(code, { Handler });
    expect(await run(fn)).toEqual(expected);
    expect(await run(fn), "and again, since a failed start is not kept").toEqual(expected);
  });
});

describe("what is called", () => {
  test.each([
    "fn",
    "fn:$LATEST",
    "000000000000:function:fn",
    "arn:aws:lambda:us-east-1:000000000000:function:fn",
    "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST",
  ])("the function is found as %s", async (name) => {
    const fn = await open("exports.handler = async () => 1");
    expect(await fn.invoke(name, "{}")).toEqual({ payload: "1" });
  });

  test("an unknown function, an alias and a payload over six megabytes are refused", async () => {
    const fn = await open("exports.handler = async () => 1");
    await expect(fn.invoke("other", "{}")).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:other",
      status: 404,
    });
    await expect(fn.invoke("fn:live", "{}")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    const large = JSON.stringify("x".repeat(6 * 1024 * 1024));
    await expect(fn.invoke("fn", large)).rejects.toMatchObject({
      code: "RequestTooLargeException",
      message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
      status: 413,
    });
  });
});
