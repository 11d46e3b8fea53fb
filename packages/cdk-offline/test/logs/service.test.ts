// CloudWatch Logs through the AWS SDK and from within the process.

import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { LogGroupProperties } from "../../src/logs/resources.ts";
import { openLogs } from "../../src/logs/service.ts";
import { fillDisk } from "../full-disk.ts";
import { clientConfig, resource, serveJsonService, stateFolder } from "../serving.ts";

const GROUP = "/aws/lambda/Login/File";
const DAY_MS = 86_400_000;
const T = Date.parse("2026-01-15T12:00:00Z");

async function start(dir: string, properties: LogGroupProperties = {}, clock = () => T) {
  const logs = openLogs({
    dir,
    clock,
    region: "us-east-1",
    account: "000000000000",
    groups: [resource(GROUP, properties)],
  });
  const errors: unknown[] = [];
  const endpoint = await serveJsonService(logs.json, (error) => errors.push(error));
  const client = new CloudWatchLogsClient(clientConfig(endpoint));
  onTestFinished(() => {
    client.destroy();
  });
  return { logs, client, errors };
}

type Client = CloudWatchLogsClient;

async function messages(client: Client, input: Partial<FilterLogEventsCommand["input"]> = {}) {
  const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
  return events?.map(({ message }) => message);
}

describe("log groups and streams", () => {
  test("a group of the template is described with its ARNs and its retention", async () => {
    const { client } = await start(stateFolder(), { RetentionInDays: 30 });
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toEqual([
      {
        logGroupName: GROUP,
        arn: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*`,
        logGroupArn: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`,
        creationTime: T,
        retentionInDays: 30,
        storedBytes: 0,
        logGroupClass: "STANDARD",
      },
    ]);
  });

  test("groups are listed in pages, by prefix or by a part of the name", async () => {
    const { client } = await start(stateFolder());
    for (const logGroupName of ["a/one", "a/Two", "b/one"]) {
      await client.send(new CreateLogGroupCommand({ logGroupName }));
    }
    const list = async (input: object) => {
      const { logGroups, nextToken } = await client.send(new DescribeLogGroupsCommand(input));
      return { names: logGroups?.map(({ logGroupName }) => logGroupName), nextToken };
    };
    expect((await list({ logGroupNamePrefix: "a/" })).names).toEqual(["a/Two", "a/one"]);
    expect((await list({ logGroupNamePattern: "TWO" })).names).toEqual(["a/Two"]);
    const first = await list({ limit: 3 });
    expect(first.names).toHaveLength(3);
    expect((await list({ limit: 3, nextToken: first.nextToken })).names).toEqual(["b/one"]);
    await expect(list({ logGroupNamePrefix: "b", nextToken: first.nextToken })).rejects.toThrow(
      "The specified nextToken is invalid.",
    );
    await expect(list({ logGroupNamePrefix: "a", logGroupNamePattern: "b" })).rejects.toThrow(
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  });

  test("what is there cannot be made again", async () => {
    const { client } = await start(stateFolder());
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: GROUP }))).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      message: "The specified log group already exists",
    });
    const stream = new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: "s" });
    await client.send(stream);
    await expect(client.send(stream)).rejects.toMatchObject({
      name: "ResourceAlreadyExistsException",
      message: "The specified log stream already exists",
    });
  });

  test("streams are listed by name or by their last event", async () => {
    const { logs, client } = await start(stateFolder());
    logs.put(GROUP, "b", [{ timestamp: T - 2, message: "1" }]);
    logs.put(GROUP, "a", [{ timestamp: T - 1, message: "2" }]);
    logs.put(GROUP, "c", []);
    const list = async (input: object) => {
      const { logStreams } = await client.send(
        new DescribeLogStreamsCommand({ logGroupName: GROUP, ...input }),
      );
      return logStreams;
    };
    expect((await list({}))?.map(({ logStreamName }) => logStreamName)).toEqual(["a", "b", "c"]);
    const latest = await list({ orderBy: "LastEventTime", descending: true, limit: 1 });
    expect(latest).toEqual([
      {
        logStreamName: "a",
        arn: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:log-stream:a`,
        creationTime: T,
        firstEventTimestamp: T - 1,
        lastEventTimestamp: T - 1,
        lastIngestionTime: T,
        storedBytes: 0,
      },
    ]);
  });

  test("an operation or a member that is not served is refused by name", async () => {
    const { client } = await start(stateFolder());
    await expect(client.send(new DeleteLogGroupCommand({ logGroupName: GROUP }))).rejects.toThrow(
      "Logs_20140328.DeleteLogGroup is not served by the local runtime",
    );
    await expect(
      client.send(new CreateLogGroupCommand({ logGroupName: "x", kmsKeyId: "k" })),
    ).rejects.toThrow("Logs_20140328.CreateLogGroup with kmsKeyId is not served");
  });
});

describe("PutLogEvents", () => {
  async function withStream() {
    const started = await start(stateFolder(), { RetentionInDays: 7 });
    await started.client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: "s" }));
    const put = (logEvents: { timestamp: number; message: string }[], logStreamName = "s") =>
      started.client.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName, logEvents }));
    return { ...started, put };
  }

  test("I7 a message with line breaks and quotes comes back as it was, as one event", async () => {
    const { client, put } = await withStream();
    const message = '{"user":"a\r\n\\"b\\"\u2028"}\n{"forged":true}';
    await put([{ timestamp: T, message }]);
    expect(await messages(client)).toEqual([message]);
  });

  test("events too old, expired or too far ahead are left out and counted", async () => {
    const { client, put } = await withStream();
    const tooOld = await put([
      { timestamp: T - 15 * DAY_MS, message: "old" },
      { timestamp: T - 15 * DAY_MS + 1, message: "old" },
    ]);
    expect(tooOld.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 2, expiredLogEventEndIndex: 2 });
    const mixed = await put([
      { timestamp: T - 7 * DAY_MS - 1, message: "expired" },
      { timestamp: T - 7 * DAY_MS, message: "just in time" },
    ]);
    expect(mixed.rejectedLogEventsInfo).toEqual({ expiredLogEventEndIndex: 1 });
    const ahead = await put([
      { timestamp: T + 7_200_000, message: "two hours ahead" },
      { timestamp: T + 7_200_001, message: "too new" },
    ]);
    expect(ahead.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect(await messages(client)).toEqual(["just in time", "two hours ahead"]);
  });

  test.each([
    [
      "events out of order",
      [
        { timestamp: T, message: "b" },
        { timestamp: T - 1, message: "a" },
      ],
      "Log events in a single PutLogEvents request must be in chronological order.",
    ],
    [
      "a span of more than a day",
      [
        { timestamp: T - DAY_MS - 1, message: "a" },
        { timestamp: T, message: "b" },
      ],
      "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
    ],
    [
      "more than a megabyte",
      [{ timestamp: T, message: "x".repeat(1_048_576) }],
      "Upload too large: 1048602 bytes exceeds limit of 1048576",
    ],
    [
      "an empty message",
      [{ timestamp: T, message: "" }],
      "Value '' at 'logEvents.1.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
  ])("refuses %s", async (_, events, message) => {
    const { client, put } = await withStream();
    await expect(put(events)).rejects.toThrow(message);
    expect(await messages(client)).toEqual([]);
  });

  test("a stream that is not there is not made by a request", async () => {
    const { put } = await withStream();
    await expect(put([{ timestamp: T, message: "x" }], "other")).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The specified log stream does not exist.",
    });
  });
});

describe("GetLogEvents", () => {
  async function withFive() {
    const { logs, client } = await start(stateFolder());
    logs.put(
      GROUP,
      "s",
      [1, 2, 3, 4, 5].map((i) => ({ timestamp: T + i, message: String(i) })),
    );
    const get = async (input: object = {}) => {
      const answer = await client.send(
        new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: "s", ...input }),
      );
      return { ...answer, messages: answer.events?.map(({ message }) => message) };
    };
    return { logs, get };
  }

  test("shows the newest first unless asked to start from the head", async () => {
    const { get } = await withFive();
    expect((await get({ limit: 2 })).messages).toEqual(["4", "5"]);
    expect((await get({ limit: 2, startFromHead: true })).messages).toEqual(["1", "2"]);
    expect((await get({ startTime: T + 2, endTime: T + 4 })).messages).toEqual(["2", "3"]);
  });

  test("leads forwards to the end, where the token stays the same until there is more", async () => {
    const { logs, get } = await withFive();
    const first = await get({ limit: 3, startFromHead: true });
    const second = await get({ limit: 3, nextToken: first.nextForwardToken });
    expect(second.messages).toEqual(["4", "5"]);
    const end = await get({ nextToken: second.nextForwardToken });
    expect(end.messages).toEqual([]);
    expect(end.nextForwardToken).toBe(second.nextForwardToken);
    logs.put(GROUP, "s", [{ timestamp: T + 5, message: "6" }]);
    expect((await get({ nextToken: end.nextForwardToken })).messages).toEqual(["6"]);
  });

  test("leads backwards", async () => {
    const { get } = await withFive();
    const first = await get({ limit: 2 });
    const second = await get({ limit: 2, nextToken: first.nextBackwardToken });
    expect(second.messages).toEqual(["2", "3"]);
    expect((await get({ nextToken: second.nextBackwardToken })).messages).toEqual(["1"]);
  });

  test("refuses a token that is none and a limit that is too large", async () => {
    const { get } = await withFive();
    await expect(get({ nextToken: "nonsense" })).rejects.toThrow("The specified nextToken is invalid.");
    await expect(get({ limit: 10_001 })).rejects.toThrow(
      "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    );
  });

  test("an answer is at most one megabyte", async () => {
    const { logs, get } = await withFive();
    const large = "x".repeat(400_000);
    logs.put(
      GROUP,
      "s",
      [6, 7, 8].map((i) => ({ timestamp: T + i, message: large })),
    );
    expect((await get()).events).toHaveLength(2);
  });
});

describe("FilterLogEvents", () => {
  test("interleaves streams in the order of time, also for events that came late", async () => {
    const { logs, client } = await start(stateFolder());
    logs.put(GROUP, "a", [
      { timestamp: T + 1, message: "1" },
      { timestamp: T + 4, message: "4" },
    ]);
    logs.put(GROUP, "b", [{ timestamp: T + 3, message: "3" }]);
    logs.put(GROUP, "a", [{ timestamp: T + 2, message: "2" }]);
    expect(await messages(client)).toEqual(["1", "2", "3", "4"]);
    expect(await messages(client, { logStreamNames: ["b"] })).toEqual(["3"]);
    expect(await messages(client, { logStreamNamePrefix: "a" })).toEqual(["1", "2", "4"]);
    expect(await messages(client, { startTime: T + 2, endTime: T + 3 })).toEqual(["2", "3"]);
  });

  test("goes on where the page before ended, each event once and with an id of its own", async () => {
    const { logs, client } = await start(stateFolder());
    for (let i = 0; i < 25; i++) logs.put(GROUP, `s${i % 3}`, [{ timestamp: T, message: String(i) }]);
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client.send(
        new FilterLogEventsCommand({ logGroupName: GROUP, limit: 7, nextToken }),
      );
      seen.push(...(page.events ?? []).map(({ eventId }) => eventId ?? ""));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
  });

  test("a token of another query is refused", async () => {
    const { logs, client } = await start(stateFolder());
    logs.put(
      GROUP,
      "s",
      [1, 2].map((i) => ({ timestamp: T, message: `x${i}` })),
    );
    const { nextToken } = await client.send(new FilterLogEventsCommand({ logGroupName: GROUP, limit: 1 }));
    await expect(messages(client, { filterPattern: "x", limit: 1, nextToken })).rejects.toThrow(
      "The specified nextToken is invalid.",
    );
  });

  test("reads a group by its ARN", async () => {
    const { logs, client } = await start(stateFolder());
    logs.put(GROUP, "s", [{ timestamp: T, message: "x" }]);
    const logGroupIdentifier = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`;
    const { events } = await client.send(new FilterLogEventsCommand({ logGroupIdentifier }));
    expect(events).toHaveLength(1);
    await expect(messages(client, { logGroupIdentifier })).rejects.toThrow("mutually exclusive");
  });
});

describe("retention", () => {
  test("an expired event is seen by no reader, and leaves memory with the next write", async () => {
    let now = T;
    const { logs, client } = await start(stateFolder(), { RetentionInDays: 1 }, () => now);
    logs.put(GROUP, "s", [{ timestamp: T, message: "old" }]);
    now = T + DAY_MS + 1;
    expect(await messages(client)).toEqual([]);
    const read = new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: "s" });
    expect((await client.send(read)).events).toEqual([]);
    logs.put(GROUP, "s", [{ timestamp: now, message: "new" }]);
    expect(await messages(client)).toEqual(["new"]);
  });

  test("expired events leave the disk when most of the journal is history", async () => {
    const dir = stateFolder();
    let now = T;
    const clock = () => now;
    const first = await start(dir, { RetentionInDays: 1 }, clock);
    for (let i = 0; i < 1200; i++) first.logs.put(GROUP, "s", [{ timestamp: T, message: `old ${i}` }]);
    first.logs.put(GROUP, "s", [
      { timestamp: T + DAY_MS, message: "new 1" },
      { timestamp: T + DAY_MS, message: "new 2" },
    ]);
    first.logs.close();
    now = T + DAY_MS + 1;

    const second = await start(dir, { RetentionInDays: 1 }, clock);
    expect(await messages(second.client)).toEqual(["new 1", "new 2"]);
    const [file] = readdirSync(dir);
    const kept = readFileSync(join(dir, String(file)), "utf8");
    expect(kept.split("\n")).toHaveLength(4);
    expect(kept).not.toContain("old");
    second.logs.put(GROUP, "s", [{ timestamp: now, message: "new 3" }]);
    expect(await messages(second.client)).toEqual(["new 1", "new 2", "new 3"]);
  });
});

describe("durability", () => {
  test("H11 groups, streams and events are there after a restart, without the torn last line", async () => {
    const dir = stateFolder();
    const first = await start(dir);
    first.logs.put("made/by/put", "s", [{ timestamp: T, message: "kept" }]);
    first.logs.put(GROUP, "s", [{ timestamp: T, message: "kept too" }]);
    for (const file of readdirSync(dir)) {
      appendFileSync(join(dir, file), '{"to":"s","at":1,"events":[[9,1,"torn');
      expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    }

    const second = await start(dir);
    expect(await messages(second.client)).toEqual(["kept too"]);
    expect(await messages(second.client, { logGroupName: "made/by/put" })).toEqual(["kept"]);
  });

  test("H11 on a full disk neither a request nor a caller in the process is told that it worked", async () => {
    const dir = stateFolder();
    const { logs, client, errors } = await start(dir);
    logs.put(GROUP, "s", [{ timestamp: T, message: "before" }]);
    const free = fillDisk();
    expect(() => {
      logs.put(GROUP, "s", [{ timestamp: T, message: "lost" }]);
    }).toThrow("ENOSPC");
    await expect(
      client.send(
        new PutLogEventsCommand({
          logGroupName: GROUP,
          logStreamName: "s",
          logEvents: [{ timestamp: T, message: "lost" }],
        }),
      ),
    ).rejects.toMatchObject({
      name: "ServiceUnavailableException",
      $metadata: { httpStatusCode: 500 },
    });
    expect(errors).toEqual([]);
    free();
    expect(() => {
      logs.put(GROUP, "s", [{ timestamp: T, message: "lost" }]);
    }).toThrow("takes no more writes");
    expect(await messages(client)).toEqual(["before"]);
    logs.close();
    const again = await start(dir);
    again.logs.put(GROUP, "s", [{ timestamp: T, message: "after" }]);
    expect(await messages(again.client)).toEqual(["before", "after"]);
  });

  test("a group name never becomes a path", async () => {
    const dir = stateFolder();
    const { logs, client } = await start(join(dir, "logs"));
    const logGroupName = "/../../../outside";
    logs.put(logGroupName, "../../s", [{ timestamp: T, message: "x" }]);
    expect(await messages(client, { logGroupName })).toEqual(["x"]);
    expect(readdirSync(dir)).toEqual(["logs"]);
    for (const file of readdirSync(join(dir, "logs"))) expect(file).toMatch(/^[0-9a-f]{32}\.jsonl$/);
  });
});
