import { GetFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listenOnLoopback, type LoopbackServer } from "../../src/http/loopback-server.ts";
import { clientConfig } from "../serving.ts";
import { openFunctions, temporaryFolder, type TestLambda } from "./functions.ts";

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 60_000 });
const folder = temporaryFolder();
let lambda: TestLambda;
let server: LoopbackServer;
let client: LambdaClient;

beforeAll(async () => {
  lambda = await openFunctions(folder.dir, {
    fn: {
      code: `exports.handler = async (event) => {
        if (event.fails) throw new Error("no");
        console.log("handled");
        return event;
      }`,
    },
  });
  server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 16 * 1024 * 1024,
    handler: lambda.handler,
    onError: (error) => {
      throw error;
    },
  });
  client = new LambdaClient(clientConfig(`http://127.0.0.1:${server.port}`));
});

afterAll(async () => {
  client.destroy();
  await server.close();
  await lambda.close();
  folder.remove();
});

test("RequestResponse answers the function's result", async () => {
  const answer = await client.send(new InvokeCommand({ FunctionName: "fn", Payload: '{"a":1}' }));
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
  expect(answer.FunctionError).toBeUndefined();
  expect(answer.Payload?.transformToString()).toBe('{"a":1}');
});

test("an error of the function answers 200 with FunctionError Unhandled", async () => {
  const answer = await client.send(new InvokeCommand({ FunctionName: "fn", Payload: '{"fails":true}' }));
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
  expect(JSON.parse(answer.Payload?.transformToString() ?? "")).toMatchObject({
    errorType: "Error",
    errorMessage: "no",
  });
});

test("Event answers 202 and the function runs afterwards", async () => {
  const handled = () => lambda.logged.filter(({ message }) => message.endsWith("handled")).length;
  const before = handled();
  const answer = await client.send(
    new InvokeCommand({ FunctionName: "fn", InvocationType: "Event", Payload: "{}" }),
  );
  expect(answer.StatusCode).toBe(202);
  await eventually(() => {
    expect(handled()).toBe(before + 1);
  });
});

test("DryRun answers 204 and checks the name", async () => {
  const dry = (FunctionName: string) =>
    client.send(new InvokeCommand({ FunctionName, InvocationType: "DryRun" }));
  expect((await dry("fn")).StatusCode).toBe(204);
  await expect(dry("other")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Function not found: arn:aws:lambda:us-east-1:000000000000:function:other",
    $metadata: { httpStatusCode: 404 },
  });
});

test("a payload that is no JSON and a qualifier that is not there are refused", async () => {
  await expect(client.send(new InvokeCommand({ FunctionName: "fn", Payload: "{" }))).rejects.toMatchObject({
    name: "InvalidRequestContentException",
  });
  await expect(
    client.send(new InvokeCommand({ FunctionName: "fn", Qualifier: "live" })),
  ).rejects.toMatchObject({
    name: "ResourceNotFoundException",
  });
});

test("other operations and LogType Tail are refused by name", async () => {
  await expect(client.send(new GetFunctionCommand({ FunctionName: "fn" }))).rejects.toMatchObject({
    name: "NotImplementedException",
    message: "Lambda GetFunction is not served by the local runtime",
  });
  await expect(client.send(new InvokeCommand({ FunctionName: "fn", LogType: "Tail" }))).rejects.toMatchObject(
    {
      message: "Lambda Invoke with LogType Tail is not served by the local runtime",
    },
  );
});

test("a function name that is no percent-encoding is the caller's mistake", async () => {
  const answer = await fetch(`http://127.0.0.1:${server.port}/2015-03-31/functions/%zz/invocations`, {
    method: "POST",
  });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    Type: "User",
    Message: expect.stringContaining("%zz") as string,
  });
});
