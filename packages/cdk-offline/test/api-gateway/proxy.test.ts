import { afterEach, describe, expect, test } from "vitest";
import { AwsError } from "../../src/aws/errors.ts";
import type { HttpRequest } from "../../src/http/exchange.ts";
import { functionArn, openRestApi, serveRestApi, type Handler, type TestApi } from "./rest-api-of.ts";

let served: Awaited<ReturnType<typeof serveRestApi>> | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serve(test: TestApi) {
  served = await serveRestApi(test);
  return served;
}

/** Serves `ANY /{proxy+}` and answers the event that a request makes. */
async function eventOf(
  path: string,
  init?: RequestInit,
  test: Partial<TestApi> = {},
): Promise<Record<string, unknown>> {
  const events: Record<string, unknown>[] = [];
  const handler: Handler = (event) => {
    events.push(event);
    return { statusCode: 204 };
  };
  const { url } = await serve({ methods: { "ANY /{proxy+}": {} }, handler, ...test });
  await fetch(url + path, init);
  return events[0] ?? {};
}

/** Serves `GET /x` with a function that answers this, and requests it. */
async function answerTo(result: unknown, test: Partial<TestApi> = {}, init?: RequestInit): Promise<Response> {
  const { url } = await serve({ methods: { "GET /x": {} }, handler: () => result, ...test });
  return await fetch(`${url}/v1/x`, init);
}

const bareRequest: HttpRequest = {
  method: "GET",
  url: new URL("http://127.0.0.1/v1/x"),
  target: "/v1/x",
  headers: {},
  rawHeaders: [],
  body: Buffer.alloc(0),
  peer: { address: "127.0.0.1", port: 1 },
};

const internalServerError = { message: "Internal server error" };

describe("the event", () => {
  test("has the whole form of payload 1.0", async () => {
    const event = await eventOf("/v1/auth/login?returnTo=/x", {
      headers: { "user-agent": "test/1", "x-mine": "1" },
    });
    expect(event).toEqual({
      resource: "/{proxy+}",
      path: "/auth/login",
      httpMethod: "GET",
      headers: expect.objectContaining({ "x-mine": "1", "User-Agent": "test/1" }) as unknown,
      multiValueHeaders: expect.objectContaining({ "x-mine": ["1"], "User-Agent": ["test/1"] }) as unknown,
      queryStringParameters: { returnTo: "/x" },
      multiValueQueryStringParameters: { returnTo: ["/x"] },
      pathParameters: { proxy: "auth/login" },
      stageVariables: null,
      requestContext: {
        accountId: "000000000000",
        apiId: served?.apiId,
        deploymentId: expect.stringMatching(/^[a-z0-9]{6}$/) as string,
        domainName: `${String(served?.apiId)}.execute-api.us-east-1.amazonaws.com`,
        domainPrefix: served?.apiId,
        extendedRequestId: expect.stringMatching(/=$/) as string,
        httpMethod: "GET",
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: "127.0.0.1",
          user: null,
          userAgent: "test/1",
          userArn: null,
        },
        path: "/v1/auth/login",
        protocol: "HTTP/1.1",
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        requestTime: "22/Nov/2026:10:20:30 +0000",
        requestTimeEpoch: Date.UTC(2026, 10, 22, 10, 20, 30),
        resourceId: expect.stringMatching(/^[a-z0-9]{6}$/) as string,
        resourcePath: "/{proxy+}",
        stage: "v1",
      },
      body: null,
      isBase64Encoded: false,
    });
  });

  test("carries the API's own host and the forwarding headers, and none that end at the gateway", async () => {
    const { headers } = (await eventOf("/v1/x", {
      method: "POST",
      body: "x",
      headers: { "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "http" },
    })) as { headers: Record<string, string> };
    expect(headers).toMatchObject({
      Host: `${String(served?.apiId)}.execute-api.us-east-1.amazonaws.com`,
      "X-Forwarded-For": "192.0.2.1, 127.0.0.1",
      "X-Forwarded-Port": "443",
      "X-Forwarded-Proto": "https",
      "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/) as string,
    });
    expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toEqual(
      expect.arrayContaining(["connection", "content-length"]),
    );
  });

  test("keeps all values of repeated parameters, the last one in the single-value map", async () => {
    const event = await eventOf("/v1/x?a=1&b=%C3%A9+%26&a=2&a=");
    expect(event).toMatchObject({
      queryStringParameters: { a: "", b: "é &" },
      multiValueQueryStringParameters: { a: ["1", "2", ""], b: ["é &"] },
    });
  });

  test("keeps the spelling of parameters that are called like headers", async () => {
    expect(await eventOf("/v1/x?host=a&HOST=b&user-agent=c")).toMatchObject({
      queryStringParameters: { host: "a", HOST: "b", "user-agent": "c" },
    });
  });

  test("keeps repeated headers, and names like __proto__ as names", async () => {
    const { gateway, apiId } = openRestApi({
      methods: { "GET /x": {} },
      handler: (event) => ({ body: JSON.stringify([event["multiValueHeaders"], event["headers"]]) }),
    });
    const answer = await gateway.handle(apiId, "/v1/x", {
      ...bareRequest,
      rawHeaders: [
        ["Cookie", "a=1"],
        ["Cookie", "b=2"],
        ["__proto__", "x"],
      ],
    });
    const [multi, single] = JSON.parse(String(answer.body)) as Record<string, unknown>[];
    expect(multi?.["Cookie"]).toEqual(["a=1", "b=2"]);
    expect(single?.["Cookie"]).toBe("b=2");
    expect(Object.keys(multi ?? {})).toContain("__proto__");
  });

  test("has null for an absent query, and the stage's variables", async () => {
    const event = await eventOf("/v1/x", undefined, { stage: { Variables: { table: "t" } } });
    expect(event).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      stageVariables: { table: "t" },
    });
  });

  test("carries a text body as it is and one of a binary media type in base64", async () => {
    const api = { BinaryMediaTypes: ["application/octet-stream"] };
    const text = await eventOf("/v1/x", { method: "POST", body: "häl" }, { api });
    expect(text).toMatchObject({ body: "häl", isBase64Encoded: false });
    await served?.close();
    const headers = { "content-type": "application/octet-stream" };
    const binary = await eventOf("/v1/x", { method: "POST", body: Buffer.from([255, 0]), headers }, { api });
    expect(binary).toMatchObject({ body: "/wA=", isBase64Encoded: true });
  });

  test("takes the source address that it is given for the connection", async () => {
    const { gateway, apiId } = openRestApi({
      methods: { "GET /x": {} },
      handler: (event) => ({ body: JSON.stringify(event["requestContext"]) }),
    });
    const answer = await gateway.handle(apiId, "/v1/x", bareRequest, { sourceIp: "192.0.2.7" });
    expect(JSON.parse(String(answer.body))).toMatchObject({ identity: { sourceIp: "192.0.2.7" } });
  });
});

describe("routes", () => {
  const methods = {
    "GET /": {},
    "GET /a": {},
    "POST /a": {},
    "GET /a/{id}": {},
    "GET /a/{id}/b": {},
    "GET /a/fixed": {},
    "ANY /g/{proxy+}": {},
    "GET /only/below": {},
  };
  const show: Handler = (event) => ({ body: JSON.stringify([event["resource"], event["pathParameters"]]) });

  test.each([
    ["/v1", "/", null],
    ["/v1/", "/", null],
    ["/v1/a", "/a", null],
    ["/v1/a/", "/a", null],
    ["/v1/a/fixed", "/a/fixed", null],
    ["/v1/a/7", "/a/{id}", { id: "7" }],
    ["/v1/a/x%2Fy%20z", "/a/{id}", { id: "x/y z" }],
    ["/v1/a/fixed/b", "/a/{id}/b", { id: "fixed" }],
    ["/v1/g/x/y", "/g/{proxy+}", { proxy: "x/y" }],
  ])("%s is %s", async (path, resource, parameters) => {
    const { url } = await serve({ methods, handler: show });
    expect(await (await fetch(url + path)).json()).toEqual([resource, parameters]);
  });

  test.each([
    ["GET", "/v1/nowhere"],
    ["DELETE", "/v1/a"],
    ["GET", "/v1/g"],
    ["GET", "/v1/g/"],
    ["GET", "/v1/only"],
    ["GET", "/v1/a/%7Bid%7D/c"],
  ])("C3: %s %s is unknown: 403 Missing Authentication Token", async (method, path) => {
    const { url } = await serve({ methods, handler: show });
    const response = await fetch(url + path, { method });
    expect(response.status).toBe(403);
    expect(response.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
    expect(await response.json()).toEqual({ message: "Missing Authentication Token" });
  });

  test.each(["/v2/a", "/", "/a"])("only the deployed stage is served: %s is forbidden", async (path) => {
    const { url } = await serve({ methods, handler: show });
    const response = await fetch(url + path);
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: "Forbidden" });
  });

  test("an API whose endpoint is disabled is forbidden altogether", async () => {
    const { url } = await serve({ methods, handler: show, api: { DisableExecuteApiEndpoint: true } });
    expect((await fetch(`${url}/v1/a`)).status).toBe(403);
  });
});

describe("the function's answer", () => {
  test("gives status, headers of both maps, several cookies and the body", async () => {
    const response = await answerTo({
      statusCode: 201,
      headers: { "X-One": "1", "Content-Type": "text/plain", "X-Both": "single" },
      multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"], "x-both": ["multi"] },
      body: "made",
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(response.headers.get("x-one")).toBe("1");
    expect(response.headers.get("x-both")).toBe("multi");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.text()).toBe("made");
  });

  test("need not have any member: status 200, JSON, no body", async () => {
    const response = await answerTo({});
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.text()).toBe("");
  });

  test("is decoded from base64 when the client accepts a binary media type", async () => {
    const result = { isBase64Encoded: true, body: "/wA=" };
    const api = { BinaryMediaTypes: ["image/*"] };
    const binary = await answerTo(result, { api }, { headers: { accept: "image/png, text/html" } });
    expect([...new Uint8Array(await binary.arrayBuffer())]).toEqual([255, 0]);
    await served?.close();
    expect(await (await answerTo(result, { api }, { headers: { accept: "text/html" } })).text()).toBe("/wA=");
  });

  test("has headers that the gateway writes itself renamed", async () => {
    const response = await answerTo({
      headers: { Server: "mine", "WWW-Authenticate": "Basic", "Transfer-Encoding": "chunked" },
    });
    expect(response.headers.get("x-amzn-remapped-server")).toBe("mine");
    expect(response.headers.get("x-amzn-remapped-www-authenticate")).toBe("Basic");
    expect(response.headers.get("www-authenticate")).toBeNull();
  });

  test.each([
    ["nothing", null],
    ["a text", "ok"],
    ["a list", []],
    ["an unknown member", { statusCode: 200, extra: 1 }],
    ["a body that is no text", { statusCode: 200, body: { a: 1 } }],
    ["a status that is none", { statusCode: "created" }],
    ["a status out of range", { statusCode: 99 }],
    ["headers that are no map", { headers: [] }],
  ])("of another form, %s, is 502 Internal server error", async (_name, result) => {
    const response = await answerTo(result);
    expect(response.status).toBe(502);
    expect(response.headers.get("x-amzn-errortype")).toBe("InternalServerErrorException");
    expect(await response.json()).toEqual(internalServerError);
  });

  test("that is an error of the function is 502 and shows nothing of it", async () => {
    const { url } = await serve({
      methods: { "GET /x": {} },
      handler: () => {
        throw new Error("secret detail");
      },
    });
    const response = await fetch(`${url}/v1/x`);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual(internalServerError);
  });

  test("that does not come in time is 504", async () => {
    const { url } = await serve({
      methods: { "GET /x": { Integration: { TimeoutInMillis: 50 } } },
      handler: () => new Promise(() => undefined),
    });
    const response = await fetch(`${url}/v1/x`);
    expect(response.status).toBe(504);
    expect(await response.json()).toEqual({ message: "Endpoint request timed out" });
  });

  test.each([
    ["TooManyRequestsException", 500, "Internal server error"],
    ["ResourceNotFoundException", 500, "Internal server error"],
    ["RequestTooLargeException", 413, "Request Too Long"],
  ])("that Lambda refuses with %s is %d", async (code, status, message) => {
    const lambda = { invoke: () => Promise.reject(new AwsError(code, "detail")) };
    const response = await answerTo({}, { options: { lambda } });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
  });

  test("is asked of the function in the integration's URI", async () => {
    const names: string[] = [];
    const lambda = {
      invoke: (name: string) => {
        names.push(name);
        return Promise.resolve({ payload: "{}" });
      },
    };
    await answerTo({}, { options: { lambda } });
    expect(names).toEqual([functionArn]);
  });
});

test("C3: a body over 10 MB is 413", async () => {
  const { url } = await serve({ methods: { "POST /x": {} }, handler: () => ({}) });
  const response = await fetch(`${url}/v1/x`, { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) });
  expect(response.status).toBe(413);
  expect(await response.text()).toBe("HTTP content length exceeded 10485760 bytes.");
});

test("a request line and headers of over 10,240 bytes are refused before the function", async () => {
  const { url } = await serve({ methods: { "GET /x": {} }, handler: () => ({ statusCode: 200 }) });
  const cookie = (bytes: number) => fetch(`${url}/v1/x`, { headers: { cookie: "c".repeat(bytes) } });
  expect((await cookie(9000)).status).toBe(200);
  const refused = await cookie(10_240);
  expect(refused.status).toBe(413);
  expect(await refused.text()).toBe("HTTP header is larger than 10240 bytes.");
});

test("what is not served is refused by the schema or when the API is put together", () => {
  expect(() => openRestApi({ methods: { "OPTIONS /x": { Integration: { Type: "MOCK" } } } })).toThrow(
    "AWS_PROXY",
  );
  expect(() => openRestApi({ methods: { "GET /x": { AuthorizationType: "AWS_IAM" } } })).toThrow("NONE");
  expect(() => openRestApi({ methods: { "GET /x": { ApiKeyRequired: true } } })).toThrow("false");
  const Uri = "arn:aws:apigateway:us-east-1:s3:path/bucket/key";
  expect(() => openRestApi({ methods: { "GET /x": { Integration: { Uri } } } })).toThrow(
    'GET /x: Integration.Uri is "arn:aws:apigateway:us-east-1:s3:path/bucket/key"; served: the invocation of a function',
  );
  expect(() => openRestApi({ methods: {}, stage: { DeploymentId: "gone" } })).toThrow(
    "Stage: DeploymentId: there is no deployment gone in the template",
  );
});
