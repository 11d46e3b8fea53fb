// AWS's one address as web pages of other origins reach it: every kind of service behind it, asked with what browsers add to
// a page's requests. The product's browser tests do the same with a real browser.

import { request as sendRaw } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { moduleOf, RUNTIME } from "../appsync/support/evaluate-code.ts";
import { APP_ORIGIN, BUCKET, FUNCTION, QUEUE_PATH, serveEverything } from "./everything.ts";

let aws: Awaited<ReturnType<typeof serveEverything>>;
beforeAll(async () => {
  aws = await serveEverything();
});
afterAll(() => aws.close());

type Headers = Readonly<Record<string, string>>;

interface Call {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string;
}

/** Sends a call as it is: `fetch` would add headers of its own, and leave out those that only browsers set. */
async function send({ method, path, headers = {}, body = "" }: Call, more: Headers = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
    (resolve, reject) => {
      sendRaw(`${aws.url}${path}`, { method, headers: { ...headers, ...more } }, (response) => {
        void text(response).then((answer) => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer });
        });
      })
        .on("error", reject)
        .end(body);
    },
  );
}

const scopeOf = (service: string) => `local/20261201/us-east-1/${service}/aws4_request`;
const signedFor = (service: string): Headers => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${scopeOf(service)}, SignedHeaders=host, Signature=0`,
});
const presignedFor = (service: string) =>
  `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scopeOf(service))}&X-Amz-Signature=0`;

const operation = (target: string, input: object, path = "/"): Call => ({
  method: "POST",
  path,
  headers: { "x-amz-target": target },
  body: JSON.stringify(input),
});
const invocation = {
  method: "POST",
  path: `/2015-03-31/functions/${FUNCTION}/invocations`,
  body: '{"a":1}',
} as const;
const evaluation = {
  method: "POST",
  path: "/v1/dataplane-evaluatecode",
  body: JSON.stringify({
    code: moduleOf("return 'evaluated';"),
    context: "{}",
    function: "request",
    runtime: RUNTIME,
  }),
} as const;

/** A call of each API as SDK clients make it. */
const CALLS: Readonly<Record<string, Call>> = {
  "a JSON protocol": operation("AmazonSSM.PutParameter", {
    Name: "/written",
    Value: "x",
    Type: "String",
    Overwrite: true,
  }),
  "user pools": operation("AWSCognitoIdentityProviderService.ListUserPools", { MaxResults: 1 }),
  "a queue at its own path": operation(
    "AmazonSQS.SendMessage",
    { QueueUrl: `https://sqs.us-east-1.amazonaws.com${QUEUE_PATH}`, MessageBody: "x" },
    QUEUE_PATH,
  ),
  "Lambda's Invoke": { ...invocation, headers: signedFor("lambda") },
  EvaluateCode: { ...evaluation, headers: signedFor("appsync") },
  "S3's PutObject": { method: "PUT", path: `/${BUCKET}/a.txt`, headers: signedFor("s3"), body: "content" },
  "a presigned PutObject": { method: "PUT", path: `/${BUCKET}/b.txt?${presignedFor("s3")}`, body: "content" },
  "a presigned GetObject": { method: "GET", path: `/${BUCKET}/a.txt?${presignedFor("s3")}` },
  "a presigned ListBuckets": { method: "GET", path: `/?${presignedFor("s3")}` },
};

/** What browsers add to the requests of pages of other origins, as far as it is the same for all of them. */
const FOREIGN: readonly Headers[] = [
  { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" },
  { origin: "http://127.0.0.1:1", "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
  { origin: "null", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, // a form in a sandboxed frame
  { origin: "https://evil.example" }, // browsers before Fetch metadata
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
  { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script" },
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
];

describe("an API of AWS", () => {
  test.each(Object.entries(CALLS))("L1: %s answers programs", async (_name, call) => {
    expect((await send(call)).status).toBe(200);
  });

  test.each(Object.entries(CALLS))(
    "L1: %s answers what a person types, and our own pages",
    async (_name, call) => {
      for (const own of [
        { "sec-fetch-site": "none", "sec-fetch-mode": "navigate" },
        { "sec-fetch-site": "same-origin", origin: aws.url },
        { "sec-fetch-site": "cross-site", origin: APP_ORIGIN },
      ]) {
        expect((await send(call, own)).status).toBe(200);
      }
    },
  );

  test.each(Object.entries(CALLS))("L1: %s refuses pages of other origins", async (_name, call) => {
    const before = aws.invocations();
    for (const foreign of FOREIGN) {
      const answer = await send(call, foreign);
      expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
      expect(answer.text).toContain("is not for web pages of other origins");
    }
    expect(aws.invocations()).toBe(before);
  });

  test.each(Object.entries(CALLS))(
    "L1: %s grants nothing to a preflight",
    async (_name, { path, method }) => {
      const answer = await send(
        { method: "OPTIONS" as "GET", path },
        {
          origin: "https://evil.example",
          "sec-fetch-site": "cross-site",
          "sec-fetch-mode": "cors",
          "access-control-request-method": method,
          "access-control-request-headers": "authorization,x-amz-target",
        },
      );
      expect(answer.status).toBe(403);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    },
  );

  const PATHS = ["/graphql", "/graphql/realtime", "/oauth2/token", "/login", "/_local/outbox"];

  test.each(PATHS)("L1: is not called at %s, whatever headers a request has", async (path) => {
    const parameter = operation("AmazonSSM.GetParameter", { Name: "/by-another-path" });
    const put = { Name: "/by-another-path", Value: "x", Type: "String" };
    await send(operation("AmazonSSM.PutParameter", put, path));
    expect((await send(parameter)).text).toContain("ParameterNotFound");

    const before = aws.invocations();
    for (const service of ["lambda", "appsync", "s3"]) {
      const answer = await send({ method: "POST", path, headers: signedFor(service), body: evaluation.body });
      const unsigned = await send({ method: "POST", path, body: evaluation.body });
      expect([answer.status, answer.headers["content-type"]]).toEqual([
        unsigned.status,
        unsigned.headers["content-type"],
      ]);
    }
    expect(aws.invocations()).toBe(before);
  });

  test.each([
    ["Lambda's Invoke", invocation, "lambda"],
    ["EvaluateCode", evaluation, "appsync"],
    ["DeleteObjects", { method: "POST", path: `/${BUCKET}?delete`, body: "<Delete/>" }, "s3"],
  ] as const)("L1: %s does not go by credentials in the query", async (_name, call, service) => {
    const before = aws.invocations();
    const path = `${call.path}${call.path.includes("?") ? "&" : "?"}${presignedFor(service)}`;
    const answer = await send({ ...call, path, headers: { "content-type": "text/plain" } });
    expect(answer.status).toBe(404);
    expect(aws.invocations()).toBe(before);
  });
});

describe("what is meant for browsers", () => {
  const cors: Headers = {
    origin: "https://app.example",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "cors",
  };
  const form = { "content-type": "application/x-www-form-urlencoded" };

  test.each([
    ["GraphQL", { method: "POST", path: "/graphql", body: '{"query":"{a}"}' }, 401],
    ["the token endpoint", { method: "POST", path: "/oauth2/token", headers: form, body: "a=b" }, 400],
    ["the revocation endpoint", { method: "POST", path: "/oauth2/revoke", headers: form, body: "a=b" }, 400],
    ["user information", { method: "GET", path: "/oauth2/userInfo" }, 400],
    ["the pool's keys", { method: "GET", path: "/us-east-1_none/.well-known/jwks.json" }, 404],
  ] as const)("L1: %s answers scripts of any origin, which can read it", async (_name, call, status) => {
    const answer = await send(call, cors);
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([status, "*"]);
  });

  const link: Headers = {
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
  };

  test.each(["/login", "/oauth2/authorize", "/logout", "/_local/outbox"])(
    "L1: pages of other origins lead to %s, but have it neither as a picture nor as a script, and read nothing of it",
    async (path) => {
      const led = await send({ method: "GET", path }, link);
      expect(led.status).toBe((await send({ method: "GET", path })).status);
      expect(led.headers["access-control-allow-origin"]).toBeUndefined();
      expect(led.headers["x-frame-options"]).toBe("DENY");
      for (const foreign of FOREIGN.filter((headers) => headers["sec-fetch-mode"] !== "navigate")) {
        expect((await send({ method: "GET", path }, foreign)).status).toBe(403);
      }
    },
  );
});
