import { afterEach, describe, expect, test, vi } from "vitest";
import { openRestApi, serveRestApi, type TestApi } from "./rest-api-of.ts";

let served: Awaited<ReturnType<typeof serveRestApi>> | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serve(test: TestApi): Promise<string> {
  served = await serveRestApi(test);
  return `${served.url}/v1`;
}

describe("the Cognito authorizer", () => {
  const access = {
    token_use: "access",
    scope: "openid notes/read",
    sub: "u1",
    exp: 1469818373,
    iat: 1469814773,
  };
  const tokens: Readonly<Record<string, unknown>> = {
    access: { ...access, auth_time: 1469814773, "cognito:groups": ["editors", "b"], device: { a: true } },
    foreign: { ...access, scope: "openid notes/readX" },
    id: { token_use: "id", sub: "u1", email_verified: true, scope: "notes/read" },
  };
  const codes: Readonly<Record<string, string>> = {
    expired: "expired",
    forged: "invalid",
    garbage: "malformed",
  };
  const verifyToken = vi.fn((_poolId: string, token: string) =>
    token in tokens
      ? Promise.resolve(tokens[token] as Record<string, unknown>)
      : Promise.reject(Object.assign(new Error("no"), { code: codes[token] })),
  );
  const guarded = { AuthorizationType: "COGNITO_USER_POOLS", AuthorizationScopes: ["notes/read"] };
  const open = (method: Record<string, unknown> = guarded) =>
    serve({
      methods: { "POST /logins": method },
      options: { verifyToken },
      handler: ({ requestContext }) => ({ body: JSON.stringify(requestContext) }),
    });
  const post = (url: string, authorization?: string) =>
    fetch(`${url}/logins`, { method: "POST", headers: authorization === undefined ? {} : { authorization } });

  test.each(["access", "Bearer access", "bearer access"])(
    "lets an access token with the scope pass: %s",
    async (header) => {
      const response = await post(await open(), header);
      expect(response.status).toBe(200);
      expect(verifyToken).toHaveBeenLastCalledWith("us-east-1_pool", "access");
    },
  );

  test("hands the claims on, every one a text", async () => {
    const response = await post(await open(), "access");
    expect(await response.json()).toMatchObject({
      authorizer: {
        claims: {
          auth_time: "1469814773",
          "cognito:groups": "editors,b",
          device: '{"a":true}',
          exp: "Fri Jul 29 18:52:53 UTC 2016",
          iat: "Fri Jul 29 17:52:53 UTC 2016",
          scope: "openid notes/read",
          sub: "u1",
          token_use: "access",
        },
      },
    });
  });

  test.each([
    ["C1: no header", undefined, "Unauthorized"],
    ["C1: an empty header", "Bearer ", "Unauthorized"],
    ["C1: an expired token", "expired", "The incoming token has expired"],
    ["a forged token", "forged", "Unauthorized"],
    ["garbage", "garbage", "Unauthorized"],
    ["C2: an ID token where a scope is asked for", "id", "Unauthorized"],
    ["C2: an access token without the scope", "foreign", "Unauthorized"],
  ])("%s is 401 and the function is not called", async (_name, header, message) => {
    const handler = vi.fn();
    const url = await serve({ methods: { "POST /logins": guarded }, options: { verifyToken }, handler });
    const response = await post(url, header);
    expect(response.status).toBe(401);
    expect(response.headers.get("x-amzn-errortype")).toBe("UnauthorizedException");
    expect(await response.json()).toEqual({ message });
    expect(handler).not.toHaveBeenCalled();
  });

  test("without scopes wants an ID token", async () => {
    const url = await open({ AuthorizationType: "COGNITO_USER_POOLS" });
    expect((await post(url, "id")).status).toBe(200);
    expect((await post(url, "access")).status).toBe(401);
  });

  test("a fault of the pool is not taken for a bad token", async () => {
    const url = await serve({
      methods: { "POST /logins": guarded },
      options: { verifyToken: () => Promise.reject(new Error("keys unreadable")) },
    });
    expect((await post(url, "access")).status).toBe(500);
  });
});

describe("a request validator", () => {
  const schema = {
    $schema: "http://json-schema.org/draft-04/schema#",
    type: "object",
    additionalProperties: false,
    required: ["name"],
    properties: {
      name: { type: "string", minLength: 1, maxLength: 3, pattern: "^[a-zé]+$" },
      age: { type: ["integer", "null"], minimum: 0, maximum: 9 },
      tags: { type: "array", maxItems: 2, items: { enum: ["x", "y"] } },
    },
  };
  const open = () =>
    serve({
      methods: {
        "POST /x": { RequestValidatorId: "body", RequestModels: { "application/json": "Model" } },
        "GET /y/{id}": {
          RequestValidatorId: "parameters",
          RequestParameters: {
            "method.request.header.X-Mine": true,
            "method.request.querystring.q": true,
            "method.request.querystring.optional": false,
          },
        },
      },
      models: { Model: schema },
      validators: { body: { ValidateRequestBody: true }, parameters: { ValidateRequestParameters: true } },
      handler: () => ({}),
    });
  const post = async (body: string, contentType?: string) =>
    (
      await fetch(`${await open()}/x`, {
        method: "POST",
        body,
        headers:
          contentType === undefined
            ? { "content-type": "application/json; charset=utf-8" }
            : { "content-type": contentType },
      })
    ).status;

  test.each(['{"name":"é"}', '{"name":"abc","age":3,"tags":["x","y"]}', '{"name":"a","age":null}'])(
    "lets %s pass",
    async (body) => {
      expect(await post(body)).toBe(200);
    },
  );

  test.each([
    "",
    "{",
    "[]",
    "{}",
    '{"name":1}',
    '{"name":""}',
    '{"name":"abcd"}',
    '{"name":"A"}',
    '{"name":"a","age":1.5}',
    '{"name":"a","age":-1}',
    '{"name":"a","age":10}',
    '{"name":"a","tags":["z"]}',
    '{"name":"a","tags":["x","x","x"]}',
    '{"name":"a","other":1}',
  ])("C3: refuses the body %j with 400", async (body) => {
    const response = await fetch(`${await open()}/x`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ message: "Invalid request body" });
  });

  test("leaves a content type without a model alone", async () => {
    expect(await post("anything", "text/csv")).toBe(200);
  });

  test("refuses a request without the parameters it needs", async () => {
    const url = await open();
    const missing = await fetch(`${url}/y/1`);
    expect(missing.status).toBe(400);
    expect(await missing.json()).toEqual({ message: "Missing required request parameters: [X-Mine, q]" });
    expect((await fetch(`${url}/y/1?q=`, { headers: { "x-mine": "1" } })).status).toBe(200);
  });

  test("a schema with a keyword that is not served is refused by name", () => {
    expect(() => openRestApi({ methods: {}, models: { Model: { oneOf: [] } } })).toThrow(
      "Model: Schema: the JSON Schema keyword oneOf is not served",
    );
  });
});

describe("gateway responses", () => {
  const noStore = { "gatewayresponse.header.cache-control": "'no-store'" };

  test("C3: one for all of 4XX adds its headers to each of them", async () => {
    const url = await serve({
      methods: { "GET /x": {} },
      gatewayResponses: [{ ResponseType: "DEFAULT_4XX", ResponseParameters: noStore }],
    });
    const response = await fetch(`${url}/nowhere`);
    expect(response.status).toBe(403);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({ message: "Missing Authentication Token" });
  });

  test("one of a type wins, with its status and its template", async () => {
    const url = await serve({
      methods: { "GET /x": {} },
      handler: () => null,
      gatewayResponses: [
        { ResponseType: "DEFAULT_4XX", ResponseParameters: noStore },
        {
          ResponseType: "MISSING_AUTHENTICATION_TOKEN",
          StatusCode: "404",
          ResponseTemplates: {
            "application/json":
              '{"error":"not_found","message":$context.error.messageString,"requestId":"$context.requestId"}',
          },
        },
        { ResponseType: "DEFAULT_5XX", ResponseParameters: noStore },
      ],
    });
    const unknown = await fetch(`${url}/nowhere`);
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get("cache-control")).toBeNull();
    expect(await unknown.json()).toEqual({
      error: "not_found",
      message: "Missing Authentication Token",
      requestId: unknown.headers.get("x-amzn-requestid"),
    });
    expect((await fetch(`${url}/x`)).headers.get("cache-control")).toBe("no-store");
  });

  test("a header that is no quoted text and an unknown variable are refused", () => {
    const methods = {};
    const ResponseParameters = { "gatewayresponse.header.x": "method.request.header.x" };
    expect(() =>
      openRestApi({ methods, gatewayResponses: [{ ResponseType: "DEFAULT_4XX", ResponseParameters }] }),
    ).toThrow("'");
    const ResponseTemplates = { "application/json": "$context.identity.sourceIp" };
    expect(() =>
      openRestApi({ methods, gatewayResponses: [{ ResponseType: "DEFAULT_4XX", ResponseTemplates }] }),
    ).toThrow("$context.identity.sourceIp in a gateway response is not served");
  });
});
