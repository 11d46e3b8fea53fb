import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "../../src/aws/errors.ts";
import { fillDisk } from "../full-disk.ts";
import { openFunctions, temporaryFolder, type TestFunction, type TestLambda } from "./functions.ts";

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 60_000 });
const queueArn = "arn:aws:sqs:us-east-1:000000000000:dead-letters";
let folder: ReturnType<typeof temporaryFolder>;
let lambda: TestLambda;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await lambda.close();
  folder.remove();
});

async function open(
  fn: Omit<TestFunction, "code"> & { readonly code?: string },
  options: Parameters<typeof openFunctions>[2] = {},
): Promise<TestLambda> {
  lambda = await openFunctions(folder.dir, { fn: { ...fn, code: fn.code ?? writesEvent } }, options);
  return lambda;
}

const quiet = { LoggingConfig: { LogFormat: "JSON", SystemLogLevel: "WARN" } };
const writesEvent = `exports.handler = async (event, context) => {
  process.stdout.write(context.awsRequestId + " " + JSON.stringify(event) + "\\n");
  if (event.fails) throw new Error("no");
};`;

/** The attempts, each as request id and event. */
const attempts = () =>
  lambda.logged.map(({ message }) => message).filter((message) => /^[0-9a-f-]{36} /.test(message));
const journal = () => readFileSync(join(folder.dir, "state", "events.jsonl"), "utf8");

describe("an event", () => {
  test("is stored before it is taken, delivered once and marked as done", async () => {
    await open({ properties: quiet });
    const taken = lambda.enqueue("fn", '{"n":1}');
    expect(journal()).toContain('"type":"queued"');
    await taken;
    await eventually(() => {
      expect(journal()).toContain('"type":"done"');
    });
    expect(attempts()).toEqual([expect.stringMatching(/ \{"n":1\}$/)]);
  });

  test("that fails is retried twice under the same request id and then handed to the failure destination", async () => {
    await open({
      properties: quiet,
      eventInvokeConfig: { DestinationConfig: { OnFailure: { Destination: queueArn } } },
    });
    await lambda.enqueue("fn", '{"fails":true}');
    await eventually(() => {
      expect(lambda.sent).toHaveLength(1);
    });
    expect(attempts()).toHaveLength(3);
    const [requestId] = attempts()[0]?.split(" ") ?? [];
    expect(new Set(attempts().map((attempt) => attempt.split(" ")[0]))).toEqual(new Set([requestId]));
    expect(lambda.sent[0]?.queueArn).toBe(queueArn);
    expect(JSON.parse(lambda.sent[0]?.body ?? "")).toEqual({
      version: "1.0",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      requestContext: {
        requestId,
        functionArn: "arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST",
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { fails: true },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorType: "Error", errorMessage: "no", trace: expect.any(Array) as unknown },
    });
    await eventually(() => {
      expect(journal()).toContain('"type":"done"');
    });
  });

  test("is retried as often as the template says", async () => {
    const OnFailure = { Destination: queueArn };
    await open({
      properties: quiet,
      eventInvokeConfig: { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure } },
    });
    await lambda.enqueue("fn", '{"fails":true}');
    await eventually(() => {
      expect(lambda.sent).toHaveLength(1);
    });
    expect(attempts()).toHaveLength(1);
  });

  test("without a failure destination is dropped after its retries", async () => {
    await open({ properties: quiet });
    await lambda.enqueue("fn", '{"fails":true}');
    await eventually(() => {
      expect(journal()).toContain('"type":"done"');
    });
    expect(attempts()).toHaveLength(3);
  });

  test("that has become too old is not delivered but handed over", async () => {
    let now = Date.UTC(2026, 10, 22);
    const DestinationConfig = { OnFailure: { Destination: queueArn } };
    await open(
      { properties: quiet, eventInvokeConfig: { MaximumEventAgeInSeconds: 60, DestinationConfig } },
      { clock: () => (now += 61_000) },
    );
    await lambda.enqueue("fn", '{"n":1}');
    await eventually(() => {
      expect(lambda.sent).toHaveLength(1);
    });
    expect(attempts()).toEqual([]);
    const record = JSON.parse(lambda.sent[0]?.body ?? "") as object;
    expect(record).toMatchObject({
      requestContext: { condition: "EventAgeExceeded", approximateInvokeCount: 0 },
    });
    expect(record).not.toHaveProperty("responseContext");
  });

  test("that is throttled waits without an attempt being counted", async () => {
    const onFault = vi.fn();
    const code = writesEvent.replace(
      "if (event",
      "await new Promise((resolve) => setTimeout(resolve, 20)); if (event",
    );
    await open({ properties: { ...quiet, ReservedConcurrentExecutions: 1 }, code }, { onFault });
    await Promise.all(Array.from({ length: 5 }, (_, n) => lambda.enqueue("fn", JSON.stringify({ n }))));
    await eventually(() => {
      expect(journal().match(/"type":"done"/g)).toHaveLength(5);
    });
    expect(attempts()).toHaveLength(5);
    expect(journal()).not.toContain('"type":"failed"');
    expect(onFault).not.toHaveBeenCalled();
  });

  test("whose destination does not take the record is kept until it does", async () => {
    const onFault = vi.fn();
    const send = vi.fn().mockRejectedValueOnce(new Error("full")).mockResolvedValue(undefined);
    await open(
      {
        properties: quiet,
        eventInvokeConfig: {
          MaximumRetryAttempts: 0,
          DestinationConfig: { OnFailure: { Destination: queueArn } },
        },
      },
      { queue: { send }, onFault },
    );
    await lambda.enqueue("fn", '{"fails":true}');
    await eventually(() => {
      expect(journal()).toContain('"type":"done"');
    });
    expect(send).toHaveBeenCalledTimes(2);
    expect(onFault).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: "full" }));
  });

  test("whose destination refuses the record, as for its size, is given up and told of", async () => {
    const onFault = vi.fn();
    const tooLong = new AwsError("InvalidParameterValueException", "Message must be shorter");
    await open(
      {
        properties: quiet,
        eventInvokeConfig: {
          MaximumRetryAttempts: 0,
          DestinationConfig: { OnFailure: { Destination: queueArn } },
        },
      },
      { queue: { send: () => Promise.reject(tooLong) }, onFault },
    );
    await lambda.enqueue("fn", '{"fails":true}');
    await eventually(() => {
      expect(journal()).toContain('"type":"done"');
    });
    expect(attempts()).toHaveLength(1);
    expect(onFault).toHaveBeenCalledExactlyOnceWith(tooLong);
  });

  test("H11: that the disk has no room for is refused and never delivered", async () => {
    const onFault = vi.fn();
    await open({ properties: quiet }, { onFault });
    const free = fillDisk();
    await expect(lambda.enqueue("fn", '{"n":1}')).rejects.toMatchObject({
      code: "ServiceException",
      status: 500,
    });
    free();
    await expect(lambda.enqueue("fn", '{"n":2}')).rejects.toMatchObject({ code: "ServiceException" });
    expect(onFault).toHaveBeenCalledWith(expect.objectContaining({ code: "ENOSPC" }));
    await lambda.close();
    await open({ properties: quiet });
    await lambda.enqueue("fn", '{"n":2}');
    await eventually(() => {
      expect(journal()).toContain('"type":"done"');
    });
    expect(attempts()).toEqual([expect.stringMatching(/ \{"n":2\}$/)]);
  });

  test("over a megabyte, and one for an unknown function, is refused", async () => {
    await open({});
    await expect(lambda.enqueue("fn", JSON.stringify("x".repeat(1024 * 1024)))).rejects.toMatchObject({
      code: "RequestTooLargeException",
    });
    await expect(lambda.enqueue("other", "{}")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
  });
});

describe("after a restart", () => {
  test("what is done is not delivered again, and leaves a journal that has grown long", async () => {
    await open({ properties: quiet });
    await Promise.all(Array.from({ length: 600 }, (_, n) => lambda.enqueue("fn", `{"n":${n}}`)));
    await eventually(() => {
      expect(journal().match(/"type":"done"/g)).toHaveLength(600);
    });
    await lambda.close();
    await open({ properties: quiet });
    expect(journal()).toBe("");
    expect(attempts()).toEqual([]);
  });

  test("an event that waited for its retry goes on with the attempts that are left", async () => {
    await open({ properties: quiet }, { retryDelaysMs: [60_000, 60_000] });
    await lambda.enqueue("fn", '{"fails":true}');
    await eventually(() => {
      expect(journal()).toContain('"type":"failed"');
    });
    await lambda.close();
    await open({
      properties: quiet,
      eventInvokeConfig: { DestinationConfig: { OnFailure: { Destination: queueArn } } },
    });
    await eventually(() => {
      expect(lambda.sent).toHaveLength(1);
    });
    expect(attempts()).toHaveLength(2);
  });

  test("an event under way when the process was killed is delivered, where it is held not before the word", async () => {
    const program = fileURLToPath(new URL("./enqueue-and-hang.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", program, folder.dir], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface(child.stdout)) {
      expect(line).toBe("handling");
      child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");

    await open({ properties: quiet }, { holdsLeftovers: true });
    await lambda.invoke("fn", '{"n":1}');
    expect(attempts()).toHaveLength(1);
    lambda.resume();
    await eventually(() => {
      expect(attempts()[1]).toMatch(/ \{"survives":true\}$/);
    });
  });
});
