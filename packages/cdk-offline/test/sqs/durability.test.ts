// What of the queues outlives a process and a full disk.

import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DeleteMessageBatchCommand, DeleteMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { fillDisk } from "../full-disk.ts";
import { stateFolder } from "../serving.ts";
import { ARN, QueueUrl, startSqs } from "./client.ts";

describe("durability", () => {
  test("H11 messages, receipts and counts survive a restart, without the torn last line", async () => {
    const dir = stateFolder();
    const first = await startSqs(dir);
    await first.send("in flight");
    await first.send("deleted");
    const [inFlight, deleted] = await first.receive({ MaxNumberOfMessages: 2 });
    await first.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: deleted?.ReceiptHandle }));
    await first.send("waiting");
    for (const file of readdirSync(dir)) {
      appendFileSync(join(dir, file), '{"sent":[{"id":"torn');
      expect(statSync(join(dir, file)).mode & 0o777).toBe(0o600);
    }

    const second = await startSqs(dir);
    expect(await second.receive({ MaxNumberOfMessages: 10 })).toMatchObject([{ Body: "waiting" }]);
    await second.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: inFlight?.ReceiptHandle }));
    second.time.now += 30_000;
    expect(await second.receive({ MaxNumberOfMessages: 10 })).toMatchObject([{ Body: "waiting" }]);
  });

  test("H11 on a full disk nobody is told that a message was sent, and nothing is handed out", async () => {
    const dir = stateFolder();
    const { sqs, errors, receive, send } = await startSqs(dir);
    await send("before");
    const free = fillDisk();
    await expect(send("lost")).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    await expect(sqs.send(ARN, "lost", {})).rejects.toThrow("ENOSPC");
    await expect(receive()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    expect(errors).toEqual([]);
    free();
    await expect(receive()).rejects.toThrow("takes no more writes");
    sqs.close();
    const again = await startSqs(dir);
    expect(await again.receive({ MaxNumberOfMessages: 10 })).toMatchObject([{ Body: "before" }]);
  });

  test("a journal that is mostly history is compacted at the next start", async () => {
    const dir = stateFolder();
    const first = await startSqs(dir);
    for (let i = 0; i < 600; i++) await first.sqs.send(ARN, String(i), {});
    let received = await first.receive({ MaxNumberOfMessages: 10 });
    while (received.length > 0) {
      const Entries = received.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
      await first.client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      received = await first.receive({ MaxNumberOfMessages: 10 });
    }
    await first.send("left");
    first.sqs.close();

    const second = await startSqs(dir);
    const lines = readdirSync(dir).map((file) => readFileSync(join(dir, file), "utf8").split("\n").length);
    expect(Math.max(...lines)).toBe(3);
    expect(await second.receive()).toMatchObject([{ Body: "left" }]);
  });
});
