// One POST, bounded in time and size.

import { createServer as createTlsServer } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { post } from "../../../functions/shared/post.ts";
import { type HttpHandler, json } from "cdk-offline/testing";
import { serveUntilTestEnds } from "../../serving.ts";

const send = async (handler: HttpHandler, limits: { timeoutMs?: number; maxAnswerBytes?: number } = {}) =>
  post({
    url: await serveUntilTestEnds(handler),
    headers: { "content-type": "text/plain", "x-sent": "1" },
    body: "größe",
    ...{ timeoutMs: 2000, maxAnswerBytes: 1000, ...limits },
  });

describe("post", () => {
  test("sends method, headers and body and reads the answer", async () => {
    const answer = await send((request) =>
      Promise.resolve(json(207, [request.method, request.headers["x-sent"], request.body.toString("utf8")])),
    );
    expect(answer).toEqual({ status: 207, body: '["POST","1","größe"]' });
  });

  test("follows no redirect", async () => {
    const answer = await send(() => Promise.resolve({ status: 307, headers: { location: "/elsewhere" } }));
    expect(answer.status).toBe(307);
  });

  test("gives up an answer that is too large", async () => {
    await expect(send(() => Promise.resolve({ status: 200, body: "x".repeat(5000) }))).rejects.toThrow(
      "the answer is larger than 1000 bytes",
    );
  });

  test("gives up when the time is up", async () => {
    const late: HttpHandler = async () => {
      await pause(500);
      return { status: 200 };
    };
    await expect(send(late, { timeoutMs: 30 })).rejects.toMatchObject({ name: "AbortError" });
  });

  test("rejects when nobody listens", async () => {
    const request = { url: "http://127.0.0.1:1/", headers: {}, body: "", timeoutMs: 1000, maxAnswerBytes: 1 };
    await expect(post(request)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("speaks TLS to an https address, and trusts no certificate of unknown origin", async () => {
    const server = createTlsServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as { port: number };
    const request = {
      url: `https://127.0.0.1:${port}/`,
      headers: {},
      body: "",
      timeoutMs: 1000,
      maxAnswerBytes: 1,
    };
    await expect(post(request)).rejects.toMatchObject({
      code: expect.stringMatching(/SSL|TLS|EPROTO/) as unknown,
    });
  });
});
