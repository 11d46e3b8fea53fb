import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, type HttpHandler, type HttpRequest, type UpgradeHandler } from "../../src/http/exchange.ts";
import { listenOnLoopback, type LoopbackServer } from "../../src/http/loopback-server.ts";
import { slowness } from "../../src/testing/slowness.ts";

let server: LoopbackServer;
const errors: unknown[] = [];
const seen: HttpRequest[] = [];

beforeAll(async () => {
  server = await listen((incoming) => {
    seen.push(incoming);
    if (incoming.url.pathname === "/fails") throw new Error("inside");
    if (incoming.url.pathname === "/garbles") {
      return Promise.resolve({ status: 200, headers: { "content-length": "1000", "x-broken": "a\nb" } });
    }
    return Promise.resolve(json(200, { path: incoming.url.pathname }, { "set-cookie": ["a=1", "b=2"] }));
  });
});
afterAll(() => server.close());

async function listen(handler: HttpHandler, upgrade?: UpgradeHandler): Promise<LoopbackServer> {
  return listenOnLoopback({
    ...(upgrade && { upgrade }),
    port: 0,
    hostNames: ["localhost", "127.0.0.1"],
    maxBodyBytes: 1000,
    onError: (error) => errors.push(error),
    handler,
  });
}

async function connection(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

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

  test("keeps an idle connection longer than clients do, so that none writes into one that is being closed", async () => {
    const response = await fetch(`http://127.0.0.1:${String(server.port)}/x`);
    await response.text();
    expect(response.headers.get("keep-alive")).toBe("timeout=65");
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

  test("headers of 100 KB reach the handler, which knows its service's limit", async () => {
    expect((await ask("/x", { cookie: "c".repeat(100_000) })).status).toBe(200);
    expect(seen.at(-1)?.headers["cookie"]).toHaveLength(100_000);
  });

  test("a handler's exception is told and answered without a word of it", async () => {
    const answer = await ask("/fails");
    expect(answer).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(errors).toEqual([expect.objectContaining({ message: "inside" })]);
  });

  test("an answer that HTTP cannot carry becomes a whole 500, with nothing left of it", async () => {
    const answer = await ask("/garbles");
    expect(answer).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  test("a Host header with a port that there is not gets 400, and the server goes on", async () => {
    expect((await ask("/x", { host: "localhost:99999" })).status).toBe(400);
    expect((await ask("/x")).status).toBe(200);
  });

  test("a path that begins like a host stays a path", async () => {
    await ask("//evil.example/x");
    expect(seen.at(-1)?.url.host).toBe(`127.0.0.1:${server.port}`);
  });

  test("a request target that is no path gets 400", async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.end(
      `GET http://evil.example/ HTTP/1.1\r\nhost: localhost:${server.port}\r\nconnection: close\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each([
    ["two Host headers, both ours", (own: string) => `GET /x HTTP/1.1\r\nhost: ${own}\r\nHost: ${own}`],
    [
      "a foreign Host header behind ours",
      (own: string) => `GET /x HTTP/1.1\r\nhost: ${own}\r\nhost: evil.example`,
    ],
    ["our own address as a whole", (own: string) => `GET http://${own}/x HTTP/1.1\r\nhost: ${own}`],
    ["a Host header with another port", () => "GET /x HTTP/1.1\r\nhost: localhost:1"],
    ["a Host header without a port, which means another one", () => "GET /x HTTP/1.1\r\nhost: localhost"],
  ])("L4: %s gets 400, for WebSocket too, and reaches nobody", async (_, request) => {
    const reached: HttpRequest[] = [];
    const strict = await listen(
      (incoming) => {
        reached.push(incoming);
        return Promise.resolve(json(200, {}));
      },
      (incoming) => {
        reached.push(incoming);
        return json(200, {});
      },
    );
    for (const more of ["", "\r\nupgrade: websocket"]) {
      const socket = await connection(strict.port);
      socket.end(`${request(`localhost:${strict.port}`)}\r\nconnection: close, upgrade${more}\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
    }
    expect(reached).toEqual([]);
    await strict.close();
  });

  test("cannot be reached at another address of this machine", async () => {
    const failure = await new Promise((resolve) => {
      connect(server.port, "127.0.0.2").on("error", resolve).on("connect", resolve);
    });
    expect(failure).toMatchObject({ code: "ECONNREFUSED" });
  });

  describe("asked for WebSocket", () => {
    let upgrading: LoopbackServer;
    const asked: HttpRequest[] = [];
    beforeAll(async () => {
      upgrading = await listen(
        (incoming) =>
          Promise.resolve(json(200, { path: incoming.url.pathname, body: incoming.body.toString() })),
        (incoming, { socket, head }) => {
          asked.push(incoming);
          if (incoming.url.pathname === "/fails") throw new Error("while upgrading");
          if (incoming.url.pathname !== "/socket") return json(404, { message: "nothing here" });
          socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n${head.toString()}`);
          return undefined;
        },
      );
    });
    afterAll(() => upgrading.close());

    const upgrade = "connection: Upgrade\r\nupgrade: websocket\r\n";
    async function say(request: string): Promise<{ socket: Socket; said: () => string }> {
      const socket = await connection(upgrading.port);
      let said = "";
      socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
      socket.write(request.replace("host: localhost", `host: localhost:${upgrading.port}`));
      return { socket, said: () => said };
    }

    test("hands the connection over, with what came after the request", async () => {
      const { socket, said } = await say(`GET /socket?a=1 HTTP/1.1\r\nhost: localhost\r\n${upgrade}\r\nmore`);
      await expect.poll(said).toMatch(/^HTTP\/1\.1 101 [^]*\r\n\r\nmore$/);
      expect(asked.at(-1)).toMatchObject({
        method: "GET",
        target: "/socket?a=1",
        headers: { upgrade: "websocket" },
      });
      socket.destroy();
    });

    test.each([
      ["J8: under a foreign name", "GET /socket HTTP/1.1\r\nhost: evil.example\r\n", 403],
      ["under no name", "GET /socket HTTP/1.0\r\n", 403],
      ["at a path that nobody takes", "GET /x HTTP/1.1\r\nhost: localhost\r\n", 404],
      ["at what is no path", "GET http://evil.example/ HTTP/1.1\r\nhost: localhost\r\n", 400],
      ["where taking it over fails", "GET /fails HTTP/1.1\r\nhost: localhost\r\n", 500],
    ])("%s it answers, and closes", async (_, request, status) => {
      const before = asked.length;
      const { socket, said } = await say(`${request}${upgrade}\r\n`);
      await once(socket, "close");
      expect(said()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      if (status === 403) expect(asked).toHaveLength(before);
    });

    test("serves a request that offers another protocol as if it had not", async () => {
      const body = '{"a":1}';
      const { socket, said } = await say(
        `POST /plain HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n` +
          `http2-settings: AAMAAABkAAQCAAAAAAIAAAAA\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      await expect.poll(said).toContain(JSON.stringify({ path: "/plain", body }));
      socket.destroy();
    });

    test("does not wait for such a connection when it closes", async () => {
      const closing = await listen(
        () => Promise.resolve(json(200, {})),
        (_, { socket }) => {
          socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n");
          return undefined;
        },
      );
      const socket = await connection(closing.port);
      socket.write(`GET / HTTP/1.1\r\nhost: localhost:${closing.port}\r\n${upgrade}\r\n`);
      await once(socket, "data");
      const begin = performance.now();
      await closing.close();
      expect(performance.now() - begin).toBeLessThan(1000 * slowness());
      socket.destroy();
    });
  });

  describe("when it closes", () => {
    test("does not wait for a connection on which nothing was sent", async () => {
      const closing = await listen(() => Promise.resolve(json(200, {})));
      const socket = await connection(closing.port);
      const begin = performance.now();
      await closing.close();
      expect(performance.now() - begin).toBeLessThan(1000 * slowness());
      socket.destroy();
    });

    test("lets the answer under way go out and ends its connection", async () => {
      let answer: (() => void) | undefined;
      const closing = await listen(
        () =>
          new Promise((resolve) => {
            answer = () => {
              resolve(json(200, { late: true }));
            };
          }),
      );
      const socket = await connection(closing.port);
      socket.write(`GET /x HTTP/1.1\r\nhost: localhost:${closing.port}\r\n\r\n`);
      const received = text(socket);
      await expect.poll(() => answer).toBeDefined();
      const closed = closing.close();
      answer?.();
      expect(await received).toMatch(/^HTTP\/1\.1 200 [^]*\{"late":true\}$/);
      await closed;
    });

    test("cuts off what is not answered within two seconds", async () => {
      let isUnderWay = false;
      const closing = await listen(() => {
        isUnderWay = true;
        return new Promise(() => undefined);
      });
      const socket = await connection(closing.port);
      socket.write(`GET /x HTTP/1.1\r\nhost: localhost:${closing.port}\r\n\r\n`);
      const received = text(socket).catch(() => "");
      await expect.poll(() => isUnderWay).toBe(true);
      await closing.close();
      expect(await received).toBe("");
    });
  });
});
