import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openFunctions, temporaryFolder, type TestLambda } from "./functions.ts";

const awsHost = "cognito-idp.us-east-1.amazonaws.com";
let folder: ReturnType<typeof temporaryFolder>;
let server: Server;
let origin: string;
let lambda: TestLambda | undefined;

beforeEach(async () => {
  folder = temporaryFolder();
  server = createServer((incoming, outgoing) => {
    void readText(incoming).then((body) => {
      const { method, url, headers } = incoming;
      outgoing.setHeader("content-type", "application/json");
      outgoing.end(
        JSON.stringify({
          method,
          url,
          body,
          host: headers.host,
          forwardedHost: headers["x-forwarded-host"],
          mine: headers["x-mine"],
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await lambda?.close();
  await new Promise((resolve) => server.close(resolve));
  folder.remove();
});

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function run(code: string): Promise<unknown> {
  lambda = await openFunctions(
    folder.dir,
    { fn: { code: { "index.mjs": code } } },
    { hostMap: { hosts: { [awsHost]: origin } } },
  );
  return JSON.parse((await lambda.invoke("fn", "{}")).payload);
}

/** Answers the parsed body of a response that `send(callback)` asks for. */
const overHttps = (send: string) => `
  import https, { get, request } from "node:https";
  export const handler = () => new Promise((resolve, reject) => {
    const callback = async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(JSON.parse(text));
    };
    ${send}
  });`;

test.each([
  [
    "options",
    `request({ hostname: "${awsHost}", path: "/p?q=1", method: "POST", headers: { Host: "${awsHost}", "x-mine": "1" } }, callback).end("hello")`,
  ],
  [
    "a URL and options",
    `https.request("https://${awsHost}/p?q=1", { method: "POST", headers: { "x-mine": "1" }, agent: new https.Agent() }, callback).end("hello")`,
  ],
])("https.request with %s to a mapped host reaches the local origin", async (_name, send) => {
  expect(await run(overHttps(send))).toEqual({
    method: "POST",
    url: "/p?q=1",
    body: "hello",
    host: new URL(origin).host,
    forwardedHost: awsHost,
    mine: "1",
  });
});

test("https.get does, also imported by name and with a URL object", async () => {
  expect(await run(overHttps(`get(new URL("https://${awsHost}/jwks.json"), callback)`))).toMatchObject({
    method: "GET",
    url: "/jwks.json",
    forwardedHost: awsHost,
  });
});

test("https required from CommonJS does", async () => {
  const code = `
    import { createRequire } from "node:module";
    const https = createRequire(import.meta.url)("https");
    ${overHttps(`https.get("https://${awsHost}/", callback)`).replace(/import https.*\n/, "")}`;
  expect(await run(code)).toMatchObject({ forwardedHost: awsHost });
});

test.each([
  [
    "a text",
    `fetch("https://${awsHost}/p?q=1", { method: "POST", body: "hello", headers: { "x-mine": "1" } })`,
  ],
  [
    "a Request",
    `fetch(new Request("https://${awsHost}/p?q=1", { method: "POST", body: "hello", headers: { "x-mine": "1" } }))`,
  ],
])("fetch with %s does", async (_name, call) => {
  const code = `export const handler = async () => (await ${call}).json();`;
  expect(await run(code)).toEqual({
    method: "POST",
    url: "/p?q=1",
    body: "hello",
    host: new URL(origin).host,
    forwardedHost: awsHost,
    mine: "1",
  });
});

test("plain HTTP and hosts that are not mapped go out unchanged", async () => {
  const code = `
    import https from "node:https";
    export const handler = async () => {
      const plain = await (await fetch("${origin}/plain")).json();
      const failed = await new Promise((resolve) => https.get("https://127.0.0.1:1/", () => {}).on("error", resolve));
      const rejected = await fetch("https://127.0.0.1:1/").catch((error) => error);
      return { plain, failed: failed.code, rejected: rejected.cause.message };
    };`;
  expect(await run(code)).toEqual({
    plain: { method: "GET", url: "/plain", body: "", host: new URL(origin).host },
    failed: "ECONNREFUSED",
    rejected: "bad port",
  });
});
