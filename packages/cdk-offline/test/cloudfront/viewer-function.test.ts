import { afterEach, describe, expect, test } from "vitest";
import { functionResource } from "../../src/cloudfront/resources.ts";
import { refusedProperties } from "../../src/testing/refused-properties.ts";
import { serveDistribution, type TestDistribution } from "./distribution-of.ts";

let served: Awaited<ReturnType<typeof serveDistribution>> | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serve(viewerFunction: string, options: TestDistribution = {}) {
  served = await serveDistribution({
    objects: { "index.html": { body: "page", headers: { "content-type": "text/html" } } },
    viewerFunction,
    ...options,
  });
  return served;
}

describe("a function at the event viewer request", () => {
  test("is given the request in CloudFront's form", async () => {
    const { url, domainName } = await serve(
      `function handler(event) { return { statusCode: 200, body: JSON.stringify(event) }; }`,
    );
    const answer = await fetch(`${url}/a%20b/c?x=1&y=&x=2&z`, {
      headers: { cookie: "one=1; two=a=b", "x-thing": "Thing" },
    });
    expect(await answer.json()).toMatchObject({
      version: "1.0",
      context: { distributionDomainName: domainName, eventType: "viewer-request" },
      viewer: { ip: "127.0.0.1" },
      request: {
        method: "GET",
        uri: "/a%20b/c",
        querystring: {
          x: { value: "2", multiValue: [{ value: "1" }, { value: "2" }] },
          y: { value: "" },
          z: { value: "" },
        },
        headers: { "x-thing": { value: "Thing" } },
        cookies: { one: { value: "1" }, two: { value: "a=b" } },
      },
    });
  });

  test("that gives the request back changes nothing", async () => {
    const { url } = await serve(`function handler(event) { return event.request; }`);
    const answer = await fetch(`${url}/`);
    expect([answer.status, await answer.text(), answer.headers.get("x-cache")]).toEqual([
      200,
      "page",
      "Miss from cloudfront",
    ]);
  });

  test("may ask the origin for another path, also as an async function", async () => {
    const { url } = await serve(
      `async function handler({ request }) { await null; request.uri = "/index.html"; return request; }`,
    );
    expect(await (await fetch(`${url}/some/route`)).text()).toBe("page");
  });

  test("may answer itself, with headers, cookies and a body of text or Base64", async () => {
    const { url } = await serve(`function handler({ request }) {
      return {
        statusCode: 404,
        statusDescription: "Not Found",
        headers: { "Content-Type": { value: "text/plain" }, "x-many": { value: "", multiValue: [{ value: "1" }, { value: "2" }] } },
        cookies: { seen: { value: "1", attributes: "Path=/; Secure" } },
        body: request.uri === "/text" ? "none" : { encoding: "base64", data: "bm9uZQ==" },
      };
    }`);
    for (const path of ["/text", "/base64"]) {
      const answer = await fetch(url + path);
      expect([answer.status, await answer.text()]).toEqual([404, "none"]);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "content-type": "text/plain",
        "set-cookie": "seen=1; Path=/; Secure",
        "x-cache": "FunctionGeneratedResponse from cloudfront",
        "x-many": "1, 2",
      });
    }
  });

  test.each([
    ["throws", `throw new Error("no");`, /failed: Error: no/],
    ["rejects", `return Promise.reject(new Error("no"));`, /failed: Error: no/],
    ["throws what cannot be told", `throw { toString() { throw 1; } };`, /failed: /],
    ["returns neither a request nor a response", `return {};`, /returned neither/],
    ["returns nothing", ``, /returned neither/],
    ["returns what is no JSON", `return 1n;`, /failed: TypeError/],
    ["answers with a status that is none", `return { statusCode: 7 };`, /returned neither/],
    ["leads to another origin", `return { ...event.request, uri: "https://elsewhere" };`, /returned neither/],
    ["never settles", `return new Promise(() => {});`, /is never settled/],
    ["makes code of text", `return eval("1");`, /failed: EvalError/],
    ["looks for the runtime", `return process.env;`, /failed: ReferenceError/],
    ["fills its memory", `for (const all = []; ; ) all.push(new Array(1e5).fill({}));`, /ended its process/],
    ["never ends", `for (;;);`, /failed: Error: Script execution timed out/],
  ])("that %s is a 503 and a line, and the next request is answered", async (_, misbehave, reason) => {
    const { url, lines } = await serve(`function handler(event) {
      if (event.request.uri === "/good") return { statusCode: 200, body: "good" };
      ${misbehave}
    }`);
    const answer = await fetch(`${url}/bad`);
    expect([answer.status, answer.headers.get("x-cache")]).toEqual([
      503,
      "FunctionExecutionError from cloudfront",
    ]);
    expect(await answer.text()).toContain("is invalid or could not run");
    expect(lines).toEqual([expect.stringMatching(reason)]);
    expect(await (await fetch(`${url}/good`)).text()).toBe("good");
  });

  test.each([
    ["is no JavaScript", `function handler( {`, /failed: SyntaxError/],
    ["is not there", `const other = 1;`, /failed: ReferenceError: handler/],
    [
      "fails before any request",
      `throw new Error("at once"); function handler() {}`,
      /failed: Error: at once/,
    ],
  ])("that %s is a 503 and a line at each request", async (_, code, reason) => {
    const { url, lines } = await serve(code);
    expect([(await fetch(url)).status, (await fetch(url)).status]).toEqual([503, 503]);
    expect(lines).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)]);
  });

  test("does not run for other behaviors, nor for what CloudFront refuses itself", async () => {
    const { url, apiRequests } = await serve(`function handler() { return { statusCode: 418 }; }`);
    expect((await fetch(`${url}/logins`, { method: "POST" })).status).toBe(204);
    expect(apiRequests).toHaveLength(1);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(url)).status).toBe(418);
  });
});

test("other events, a key value store and functions that are not published are refused by name", async () => {
  expect(
    refusedProperties(functionResource.type, {
      AutoPublish: false,
      FunctionCode: "",
      FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0", KeyValueStoreAssociations: [] },
      Name: "f",
    }),
  ).toEqual(["AutoPublish", "FunctionConfig.KeyValueStoreAssociations"]);
  const associated = (association: object) =>
    serveDistribution({ defaultBehavior: { FunctionAssociations: [association] } });
  await expect(associated({ EventType: "viewer-response", FunctionARN: "arn" })).rejects.toThrow(
    "only viewer-request is served",
  );
  await expect(associated({ EventType: "viewer-request", FunctionARN: "arn:none" })).rejects.toThrow(
    "the CloudFront function arn:none is not served",
  );
});
