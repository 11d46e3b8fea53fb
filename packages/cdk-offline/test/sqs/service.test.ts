// SQS through the AWS SDK and from within the process.

import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { stateFolder } from "../serving.ts";
import { ACCOUNT, ARN, QueueUrl, startSqs, T } from "./client.ts";

describe("sending and receiving", () => {
  test("a message comes back with its body, its attributes and the digests the client checks", async () => {
    const { client, receive } = await startSqs(stateFolder());
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: '{"motto":"grüße \u{1f600}"}',
        MessageAttributes: {
          Hello: { DataType: "String", StringValue: "There" },
          General: { DataType: "String", StringValue: "Kenobi" },
          "Help.Me": { DataType: "String", StringValue: "Me" },
        },
      }),
    );
    // the digest that SQS itself gave for these attributes
    expect(sent.MD5OfMessageAttributes).toBe("4c360f3fdafd970e05fae2f149d997f5");
    const [message] = await receive({
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["Hel.*", "Help.*"],
      VisibilityTimeout: 0,
    });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: '{"motto":"grüße \u{1f600}"}',
      Attributes: {
        SenderId: ACCOUNT,
        SentTimestamp: String(T),
        ApproximateReceiveCount: "1",
        ApproximateFirstReceiveTimestamp: String(T),
      },
      MessageAttributes: { Hello: { StringValue: "There" }, "Help.Me": { StringValue: "Me" } },
      MD5OfMessageAttributes: "83fee93c1bcd8b9a5a923ffacdc636c7",
    });
    const [bare] = await receive();
    expect(bare).not.toHaveProperty("MessageAttributes");
    expect(bare).not.toHaveProperty("Attributes");
  });

  test("binary attributes keep their bytes", async () => {
    const { client, receive } = await startSqs(stateFolder());
    const value = new TextEncoder().encode(
      "traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
    );
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "test",
        MessageAttributes: { attr1: { DataType: "Binary", BinaryValue: value } },
      }),
    );
    const [message] = await receive({ MessageAttributeNames: ["All"] });
    expect(message?.MD5OfMessageAttributes).toBe("8cbe4db156db8a94db8b801b7addb984");
    expect(Buffer.from(message?.MessageAttributes?.["attr1"]?.BinaryValue ?? [])).toEqual(Buffer.from(value));
  });

  test("a service in the process sends by ARN, its texts as attributes", async () => {
    const { sqs, receive } = await startSqs(stateFolder());
    await sqs.send(ARN, "failed event", { ErrorCode: "500", ErrorMessage: "" });
    const [message] = await receive({ MessageAttributeNames: ["All"] });
    expect(message).toMatchObject({
      Body: "failed event",
      MessageAttributes: { ErrorCode: { DataType: "String", StringValue: "500" } },
    });
    await expect(sqs.send(`${ARN}x`, "lost", {})).rejects.toMatchObject({ code: "QueueDoesNotExist" });
  });

  test("a queue is found by the path of its URL, whatever the origin", async () => {
    const { client, endpoint, receive, send } = await startSqs(stateFolder());
    await send("x");
    const local = `${endpoint}/${ACCOUNT}/dead-letters`;
    expect(await receive({ QueueUrl: local })).toHaveLength(1);
    await expect(client.send(new ReceiveMessageCommand({ QueueUrl: `${local}x` }))).rejects.toMatchObject({
      name: "QueueDoesNotExist",
      message: "The specified queue does not exist.",
      Code: "AWS.SimpleQueueService.NonExistentQueue",
      Type: "Sender",
    });
  });

  test("errors have the names of the JSON protocol and the codes of the query protocol", async () => {
    const { endpoint } = await startSqs(stateFolder());
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "x-amz-target": "AmazonSQS.GetQueueUrl" },
      body: JSON.stringify({ QueueName: "nowhere" }),
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("x-amzn-query-error")).toBe("AWS.SimpleQueueService.NonExistentQueue;Sender");
    expect(await response.json()).toEqual({
      __type: "com.amazonaws.sqs#QueueDoesNotExist",
      message: "The specified queue does not exist.",
    });
  });

  test.each([
    [
      "a body that is too long",
      { MessageBody: "x".repeat(1025) },
      "Message must be shorter than 1024 bytes.",
    ],
    ["an empty body", { MessageBody: "" }, "The request must contain the parameter MessageBody."],
    ["control characters", { MessageBody: "a\u0001b" }, "Invalid characters found."],
    ["a delay of a day", { DelaySeconds: 86_400 }, "Value 86400 for parameter DelaySeconds is invalid."],
    [
      "an empty attribute",
      { MessageAttributes: { ErrorDetails: { DataType: "String", StringValue: "" } } },
      "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'.",
    ],
    [
      "an attribute of no type",
      { MessageAttributes: { a: { DataType: "Text", StringValue: "x" } } },
      "The type of message (user) attribute 'a' is invalid.",
    ],
    ["a message group", { MessageGroupId: "g" }, "AmazonSQS.SendMessage with messageGroupId is not served"],
  ])("refuses %s", async (_, change, message) => {
    const { client, receive } = await startSqs(stateFolder(), { MaximumMessageSize: 1024 });
    const input = { QueueUrl, MessageBody: "x", ...change };
    await expect(client.send(new SendMessageCommand(input))).rejects.toThrow(message);
    expect(await receive()).toEqual([]);
  });

  test("a missing member is named", async () => {
    const { client } = await startSqs(stateFolder());
    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: undefined })),
    ).rejects.toMatchObject({
      name: "MissingParameter",
      message: "The request must contain the parameter MessageBody.",
    });
  });

  test("an operation that is not served is refused by name", async () => {
    const { client } = await startSqs(stateFolder());
    await expect(client.send(new CreateQueueCommand({ QueueName: "x" }))).rejects.toThrow(
      "AmazonSQS.CreateQueue is not served by the local runtime",
    );
  });
});

describe("visibility", () => {
  test("a received message is hidden until its timeout, then comes again with a higher count", async () => {
    const { time, receive, send } = await startSqs(stateFolder(), { VisibilityTimeout: 60 });
    await send("x");
    const [first] = await receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(first?.Attributes).toEqual({ ApproximateReceiveCount: "1" });
    time.now += 59_999;
    expect(await receive()).toEqual([]);
    time.now += 1;
    const [second] = await receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    expect(second?.Attributes).toEqual({ ApproximateReceiveCount: "2" });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test("it can be given back at once, or kept for longer", async () => {
    const { client, time, receive, send } = await startSqs(stateFolder());
    await send("x");
    const change = (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    const [first] = await receive();
    await change(first?.ReceiptHandle, 0);
    const [second] = await receive();
    expect(second?.Body).toBe("x");
    await change(second?.ReceiptHandle, 100);
    time.now += 99_000;
    expect(await receive()).toEqual([]);
    await expect(change(first?.ReceiptHandle, 5)).rejects.toThrow(
      "Message does not exist or is not available",
    );
    await expect(change(second?.ReceiptHandle, 43_201)).rejects.toThrow(
      "Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.",
    );
  });

  test("one that has become visible again is not in flight: how long it is hidden cannot be changed", async () => {
    const { client, time, receive, send } = await startSqs(stateFolder());
    await send("x");
    const [message] = await receive({ VisibilityTimeout: 10 });
    time.now += 10_000;
    const ReceiptHandle = message?.ReceiptHandle;
    await expect(
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 })),
    ).rejects.toThrow(expect.objectContaining({ name: "MessageNotInflight" }));
    expect(await receive()).toHaveLength(1);
  });

  test("a delayed message is not there before its time", async () => {
    const { client, time, receive } = await startSqs(stateFolder());
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", DelaySeconds: 5 }));
    expect(await receive()).toEqual([]);
    time.now += 5000;
    expect(await receive()).toHaveLength(1);
  });

  test("a message older than the retention time is gone", async () => {
    const { client, time, receive, send } = await startSqs(stateFolder(), { MessageRetentionPeriod: 60 });
    await send("x");
    time.now += 60_001;
    expect(await receive()).toEqual([]);
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    expect(Attributes).toEqual({ ApproximateNumberOfMessages: "0" });
  });

  test("I1 parallel receivers never get the same message", async () => {
    const { receive, send } = await startSqs(stateFolder());
    await Promise.all(Array.from({ length: 30 }, (_, i) => send(String(i))));
    const batches = await Promise.all(Array.from({ length: 10 }, () => receive({ MaxNumberOfMessages: 5 })));
    const bodies = batches.flat().map(({ Body }) => Body);
    expect(bodies).toHaveLength(30);
    expect(new Set(bodies).size).toBe(30);
  });
});

describe("deleting", () => {
  test("takes the message away for good; doing it again is no error", async () => {
    const { client, time, receive, send } = await startSqs(stateFolder());
    await send("x");
    const [message] = await receive();
    const remove = new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    await client.send(remove);
    await client.send(remove);
    time.now += 60_000;
    expect(await receive()).toEqual([]);
  });

  test("an outdated receipt deletes nothing", async () => {
    const { client, time, receive, send } = await startSqs(stateFolder());
    await send("x");
    const [first] = await receive();
    time.now += 30_000;
    expect(await receive()).toHaveLength(1);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    time.now += 30_000;
    expect(await receive()).toHaveLength(1);
  });

  test("a receipt that is none, or is another queue's, is refused", async () => {
    const { client, receive, send } = await startSqs(stateFolder());
    await send("x");
    const [message] = await receive();
    const other = QueueUrl.replace("dead-letters", "other");
    await expect(
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: "handle" })),
    ).rejects.toMatchObject({
      name: "ReceiptHandleIsInvalid",
      message: 'The input receipt handle "handle" is not a valid receipt handle.',
    });
    await expect(
      client.send(new DeleteMessageCommand({ QueueUrl: other, ReceiptHandle: message?.ReceiptHandle })),
    ).rejects.toMatchObject({ name: "ReceiptHandleIsInvalid" });
  });

  test("purging empties the queue, once a minute", async () => {
    const { client, time, receive, send } = await startSqs(stateFolder());
    await send("x");
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive()).toEqual([]);
    await expect(client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: "PurgeQueueInProgress",
      message: "Only one PurgeQueue operation on dead-letters is allowed every 60 seconds.",
    });
    time.now += 60_000;
    await client.send(new PurgeQueueCommand({ QueueUrl }));
  });
});

describe("batches", () => {
  test("each entry succeeds or fails by itself", async () => {
    const { client, receive } = await startSqs(stateFolder(), { MaximumMessageSize: 1024 });
    const sent = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "good", MessageBody: "x" },
          { Id: "bad", MessageBody: "y".repeat(2000) },
        ],
      }),
    );
    expect(sent.Successful).toMatchObject([{ Id: "good" }]);
    expect(sent.Failed).toMatchObject([{ Id: "bad", SenderFault: true }]);
    const [message] = await receive();
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "1", ReceiptHandle: message?.ReceiptHandle },
          { Id: "2", ReceiptHandle: "nonsense" },
        ],
      }),
    );
    expect(deleted.Successful).toEqual([{ Id: "1" }]);
    expect(deleted.Failed).toMatchObject([{ Id: "2", Code: "ReceiptHandleIsInvalid" }]);
  });

  test.each([
    ["EmptyBatchRequest", []],
    [
      "TooManyEntriesInBatchRequest",
      Array.from({ length: 11 }, (_, i) => ({ Id: `i${i}`, MessageBody: "x" })),
    ],
    ["InvalidBatchEntryId", [{ Id: "a:b", MessageBody: "x" }]],
    [
      "BatchEntryIdsNotDistinct",
      [
        { Id: "a", MessageBody: "x" },
        { Id: "a", MessageBody: "y" },
      ],
    ],
    [
      "BatchRequestTooLong",
      [
        { Id: "a", MessageBody: "x".repeat(600_000) },
        { Id: "b", MessageBody: "y".repeat(600_000) },
      ],
    ],
  ])("a malformed batch sends nothing: %s", async (name, Entries) => {
    const { client, receive } = await startSqs(stateFolder());
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({
      name,
    });
    expect(await receive()).toEqual([]);
  });
});

describe("queues", () => {
  test("are found by name and listed by prefix", async () => {
    const { client } = await startSqs(stateFolder());
    expect(await client.send(new GetQueueUrlCommand({ QueueName: "dead-letters" }))).toMatchObject({
      QueueUrl,
    });
    const all = await client.send(new ListQueuesCommand({}));
    expect(all.QueueUrls).toHaveLength(2);
    const first = await client.send(new ListQueuesCommand({ MaxResults: 1 }));
    expect(first.QueueUrls).toEqual([QueueUrl]);
    const second = await client.send(new ListQueuesCommand({ MaxResults: 1, NextToken: first.NextToken }));
    expect(second.QueueUrls).toEqual([QueueUrl.replace("dead-letters", "other")]);
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: "x" }))).QueueUrls).toBeUndefined();
  });

  test("tell their settings and how many messages they hold", async () => {
    const { client, receive, send } = await startSqs(stateFolder(), {
      MessageRetentionPeriod: 1_209_600,
      SqsManagedSseEnabled: true,
    });
    await send("a");
    await send("b");
    await receive();
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    expect(Attributes).toEqual({
      QueueArn: ARN,
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesNotVisible: "1",
      ApproximateNumberOfMessagesDelayed: "0",
      CreatedTimestamp: String(T / 1000),
      LastModifiedTimestamp: String(T / 1000),
      VisibilityTimeout: "30",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "1209600",
      DelaySeconds: "0",
      ReceiveMessageWaitTimeSeconds: "0",
      SqsManagedSseEnabled: "true",
    });
    await expect(
      client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Nonsense" as never] })),
    ).rejects.toMatchObject({ name: "InvalidAttributeName", message: "Unknown Attribute Nonsense." });
  });
});
