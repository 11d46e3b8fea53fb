// Events of API Gateway as requests.

import { describe, expect, test } from "vitest";
import { onlyHeader, readRequest } from "../../../functions/shared/http-request.ts";
import { REQUEST_ID, restEvent } from "../parts/rest-event.ts";

describe("a request", () => {
  test("keeps every value of headers and parameters, whatever the spelling of a header's name", () => {
    const request = readRequest(
      restEvent({ target: "/x?a=1&a=2&b=3", headers: { "X-A": "1", "x-a": ["2", "3"], "X-B": "4" } }),
    );
    expect(request.header("x-a")).toEqual(["1", "2", "3"]);
    expect(onlyHeader(request, "x-a")).toBeUndefined();
    expect(onlyHeader(request, "x-b")).toBe("4");
    expect(onlyHeader(request, "x-c")).toBeUndefined();
    expect([...request.query]).toEqual([
      ["a", ["1", "2"]],
      ["b", ["3"]],
    ]);
  });

  test("is whole with everything optional left out", () => {
    const event = {
      httpMethod: "GET",
      path: "/",
      multiValueHeaders: { "x-a": undefined },
      requestContext: { requestId: REQUEST_ID },
    };
    expect(readRequest(event)).toMatchObject({
      method: "GET",
      body: "",
      sourceIp: undefined,
      authorizerClaims: undefined,
      requestId: REQUEST_ID,
    });
  });

  test("has its body decoded", () => {
    const body = Buffer.from("größe").toString("base64");
    expect(readRequest(restEvent({ body, isBase64Encoded: true })).body).toBe("größe");
    expect(readRequest({ ...restEvent(), body: null, isBase64Encoded: true }).body).toBe("");
  });

  test("is nothing that API Gateway would not send", () => {
    expect(() => readRequest({})).toThrow();
  });
});
