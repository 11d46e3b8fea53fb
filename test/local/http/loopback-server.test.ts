import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type HttpRequest } from "../../../local/http/exchange.ts";
import { listenOnLoopback, type LoopbackServer } from "../../../local/http/loopback-server.ts";

let server: LoopbackServer;
const errors: unknown[] = [];
const seen: HttpRequest[] = [];

beforeAll(async () => {
  server = await listenOnLoopback({
    port: 0,
    hostNames: ["localhost", "127.0.0.1"],
    maxBodyBytes: 1000,
    onError: (error) => errors.push(error),
    handler: (incoming) => {
      seen.push(incoming);
      if (incoming.url.pathname === "/fails") throw new Error("inside");
      return Promise.resolve(json(200, { path: incoming.url.pathname }, { "set-cookie": ["a=1", "b=2"] }));
    },
  });
});
afterAll(() => server.close());

async function ask(path: string, headers: Record<string, string> = {}, method = "GET", body = "") {
  return new Promise<{ status: number; body: string; cookies: readonly string[] }>((resolve, reject) => {
    request({ host: "127.0.0.1", port: server.port, path, method, headers }, (response) => {
      void text(response).then((answer) => {
        resolve({
          status: response.statusCode ?? 0,
          body: answer,
          cookies: response.headers["set-cookie"] ?? [],
        });
      });
    })
      .on("error", reject)
      .end(body);
  });
}

describe("the loopback server", () => {
  test("answers, with every value of a header", async () => {
    expect(await ask("/x")).toEqual({ status: 200, body: '{"path":"/x"}', cookies: ["a=1", "b=2"] });
  });

  test.each(["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.nip.example"])(
    "J8: a request for host %s gets 403",
    async (host) => {
      expect((await ask("/x", { host })).status).toBe(403);
    },
  );

  test("a body over the limit gets 413, one at the limit is taken", async () => {
    expect((await ask("/x", {}, "POST", "x".repeat(1001))).status).toBe(413);
    expect((await ask("/x", {}, "POST", "x".repeat(1000))).status).toBe(200);
  });

  test("a handler's exception is told and answered without a word of it", async () => {
    const answer = await ask("/fails");
    expect(answer).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(errors).toEqual([expect.objectContaining({ message: "inside" })]);
  });

  test("a path that begins like a host stays a path", async () => {
    await ask("//evil.example/x");
    expect(seen.at(-1)?.url.host).toBe(`127.0.0.1:${server.port}`);
  });

  test("a request target that is no path gets 400", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.end("GET http://evil.example/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("cannot be reached at another address of this machine", async () => {
    const failure = await new Promise((resolve) => {
      connect(server.port, "127.0.0.2").on("error", resolve).on("connect", resolve);
    });
    expect(failure).toMatchObject({ code: "ECONNREFUSED" });
  });
});
