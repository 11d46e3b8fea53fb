// Receivers that wait for a message, through the AWS SDK.

import { once } from "node:events";
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  type ReceiveMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { describe, expect, test, vi } from "vitest";
import { stateFolder } from "../serving.ts";
import { ARN, QueueUrl, startSqs, type RunningSqs } from "./client.ts";

describe("long polls", () => {
  /** A wait that lasts until it is ended, and how to know that it has begun. */
  function endlessWait() {
    const wait = vi.fn((_: number, signal: AbortSignal) =>
      once(signal, "abort").then(() => {
        signal.throwIfAborted();
      }),
    );
    const begun = () =>
      vi.waitFor(() => {
        expect(wait).toHaveBeenCalled();
      });
    return { wait, begun };
  }

  test.each([
    ["from within the process", ({ sqs }: RunningSqs) => sqs.send(ARN, "woken", {})],
    ["by request", ({ send }: RunningSqs) => send("woken")],
    [
      "in a batch",
      ({ client }: RunningSqs) =>
        client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody: "woken" }] })),
    ],
  ])("end with the message that comes %s", async (_, send) => {
    const { wait, begun } = endlessWait();
    const started = await startSqs(stateFolder(), {}, { wait });
    const poll = started.receive({ WaitTimeSeconds: 20 });
    await begun();
    await send(started);
    expect(await poll).toMatchObject([{ Body: "woken" }]);
  });

  test("end with a message that another gives back", async () => {
    const { wait, begun } = endlessWait();
    const { client, receive, send } = await startSqs(stateFolder(), {}, { wait });
    await send("x");
    const [message] = await receive();
    const poll = receive({ WaitTimeSeconds: 20 });
    await begun();
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect(await poll).toMatchObject([{ Body: "x" }]);
  });

  test("wait as long as was asked for, by the queue's own time when the request says nothing", async () => {
    const wait = vi.fn(() => Promise.resolve());
    const { receive } = await startSqs(stateFolder(), { ReceiveMessageWaitTimeSeconds: 7 }, { wait });
    expect(await receive({ WaitTimeSeconds: 20 })).toEqual([]);
    expect(await receive()).toEqual([]);
    expect(await receive({ WaitTimeSeconds: 0 })).toEqual([]);
    expect(wait.mock.calls.map(([ms]: unknown[]) => ms)).toEqual([20_000, 7000]);
  });

  test("see a message that becomes visible again while they wait", async () => {
    const dir = stateFolder();
    const waits: number[] = [];
    const started = await startSqs(
      dir,
      {},
      {
        wait: (ms) => {
          waits.push(ms);
          started.time.now += ms;
          return Promise.resolve();
        },
      },
    );
    await started.send("x");
    await started.receive({ VisibilityTimeout: 5 });
    expect(await started.receive({ WaitTimeSeconds: 20 })).toHaveLength(1);
    expect(waits).toEqual([5000]);
  });

  test("end when the service closes", async () => {
    const { wait, begun } = endlessWait();
    const { sqs, receive } = await startSqs(stateFolder(), {}, { wait });
    const poll = receive({ WaitTimeSeconds: 20 });
    await begun();
    sqs.close();
    expect(await poll).toEqual([]);
  });

  test.each([
    [
      { WaitTimeSeconds: 21 },
      "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20",
    ],
    [
      { MaxNumberOfMessages: 11 },
      "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
    ],
    [{ MessageSystemAttributeNames: ["SequenceNumber"] }, "with the attribute SequenceNumber is not served"],
  ] satisfies [Partial<ReceiveMessageCommandInput>, string][])(
    "a request for %o is refused",
    async (input, message) => {
      const { receive } = await startSqs(stateFolder());
      await expect(receive(input)).rejects.toThrow(message);
    },
  );
});
