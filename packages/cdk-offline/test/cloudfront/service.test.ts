import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { distributionResource, originAccessControlResource } from "../../src/cloudfront/resources.ts";
import {
  allViewerExceptHostHeader,
  cachingOptimized,
  openDistribution,
  serveDistribution,
  type TestDistribution,
} from "./distribution-of.ts";

let served: Awaited<ReturnType<typeof serveDistribution>> | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

async function serve(options?: TestDistribution) {
  served = await serveDistribution(options);
  return served;
}

const lastModified = "Sun, 22 Nov 2026 10:00:00 GMT";
const objects = {
  "index.html": {
    body: "<p>page</p>",
    headers: {
      "content-type": "text/html",
      "cache-control": "no-cache",
      etag: '"abc"',
      "last-modified": lastModified,
    },
  },
  "assets/a b.js": { body: "1", headers: { "content-type": "text/javascript" } },
};

/** Sends a path exactly as it is written, which `fetch` would not. */
function getRaw(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: "127.0.0.1", port, path }, (response) => {
      response.resume();
      resolve(response);
    })
      .on("error", reject)
      .end();
  });
}

describe("the bucket", () => {
  test("gives an object with its headers, and the root object for /", async () => {
    const { url, domainName } = await serve({ objects });
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("<p>page</p>");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html",
      "cache-control": "no-cache",
      etag: '"abc"',
      "last-modified": lastModified,
      server: "AmazonS3",
      via: `1.1 ${domainName} (CloudFront)`,
      "x-cache": "Miss from cloudfront",
      "x-amz-cf-id": expect.stringMatching(/^[\w-]{54}==$/) as string,
    });
    expect(await (await fetch(`${url}/assets/a%20b.js?v=1`)).text()).toBe("1");
  });

  test("a missing key is 403 AccessDenied in XML, and so is a folder", async () => {
    const { url } = await serve({ objects });
    for (const path of ["/nowhere", "/assets/", "/assets"]) {
      const response = await fetch(url + path);
      expect(response.status).toBe(403);
      expect(response.headers.get("content-type")).toBe("application/xml");
      expect(response.headers.get("x-cache")).toBe("Error from cloudfront");
      expect(await response.text()).toMatch(
        /<Error><Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/,
      );
    }
  });

  test("HEAD answers the headers alone", async () => {
    const { url } = await serve({ objects });
    const response = await fetch(url, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-length")).toBe("11");
    expect(await response.text()).toBe("");
  });

  test.each([
    [{ "if-none-match": '"abc"' }, 304],
    [{ "if-none-match": 'W/"abc", "x"' }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"x"' }, 200],
    [{ "if-modified-since": lastModified }, 304],
    [{ "if-modified-since": "Sun, 22 Nov 2026 09:59:59 GMT" }, 200],
    [{ "if-none-match": '"x"', "if-modified-since": lastModified }, 200],
  ])("with %j answers %d", async (headers, status) => {
    const { url } = await serve({ objects });
    const response = await fetch(url, { headers: headers as Record<string, string> });
    expect(response.status).toBe(status);
    expect(response.headers.get("etag")).toBe('"abc"');
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS"])(
    "%s is refused with CloudFront's own page",
    async (method) => {
      const { url } = await serve({ objects });
      const response = await fetch(url, { method });
      expect(response.status).toBe(403);
      expect(response.headers.get("content-type")).toBe("text/html");
      expect(await response.text()).toContain(
        "This distribution is not configured to allow the HTTP request method that was used for this request.",
      );
    },
  );

  test("a path that cannot be decoded is 400", async () => {
    const { port } = await serve({ objects });
    expect((await getRaw(port, "/%E0%A4%A")).statusCode).toBe(400);
  });

  test("a path is a key and nothing else: dots lead nowhere", async () => {
    const { port } = await serve({ objects });
    expect((await getRaw(port, "/assets/../index.html")).statusCode).toBe(403);
  });
});

describe("the API", () => {
  test("gets path and query behind its stage, the method, the body and the viewer's headers", async () => {
    const { url, apiRequests } = await serve();
    await fetch(`${url}/auth/%C3%A9?a=1&a=2`, {
      method: "POST",
      body: "hello",
      headers: {
        cookie: "a=1; b=2",
        authorization: "Bearer t",
        "x-ll-csrf": "1",
        "sec-fetch-site": "same-origin",
      },
    });
    expect(apiRequests).toHaveLength(1);
    expect(apiRequests[0]).toMatchObject({ apiId: "api1", stagePath: "/v1/auth/%C3%A9" });
    const { method, url: sentUrl, body, headers } = apiRequests[0]?.request ?? {};
    expect(method).toBe("POST");
    expect(sentUrl?.search).toBe("?a=1&a=2");
    expect(body?.toString()).toBe("hello");
    expect(headers).toMatchObject({
      host: "api1.execute-api.us-east-1.amazonaws.com",
      cookie: "a=1; b=2",
      authorization: "Bearer t",
      "x-ll-csrf": "1",
      "sec-fetch-site": "same-origin",
    });
  });

  test("sees CloudFront as its peer, and the viewer in the headers that CloudFront adds", async () => {
    const { url, apiRequests, domainName } = await serve();
    const response = await fetch(`${url}/auth/login`, {
      headers: { "x-forwarded-for": "198.51.100.9", via: "1.1 proxy" },
    });
    const [sent] = apiRequests;
    expect(sent?.sourceIp).toBe("192.0.2.1");
    expect(sent?.request.peer.address).toBe("192.0.2.1");
    expect(sent?.request.headers).toMatchObject({
      "x-forwarded-for": "198.51.100.9, 127.0.0.1",
      via: `1.1 proxy, 1.1 ${domainName} (CloudFront)`,
      "x-amz-cf-id": response.headers.get("x-amz-cf-id"),
      "x-ll-origin": "guid",
    });
  });

  test("A19: gets nothing that a viewer sends under CloudFront's or the origin's names, in headers and raw headers", async () => {
    const { url, apiRequests } = await serve();
    await fetch(`${url}/logins`, {
      method: "POST",
      headers: {
        "CloudFront-Viewer-Address": "203.0.113.1:1",
        "CloudFront-Viewer-Country": "XX",
        "X-LL-Origin": "forged",
        "X-Real-IP": "203.0.113.1",
        "X-Edge-Location": "x",
        "X-Amz-Cf-Id": "forged",
        "X-Forwarded-Proto": "http",
      },
    });
    const { headers, rawHeaders } = apiRequests[0]?.request ?? { headers: {}, rawHeaders: [] };
    expect(JSON.stringify([headers, rawHeaders])).not.toMatch(
      /203\.0\.113|forged|X-Edge|Country|Real-IP|Forwarded-Proto/i,
    );
    expect(rawHeaders.filter(([name]) => name.toLowerCase() === "x-ll-origin")).toEqual([
      ["x-ll-origin", "guid"],
    ]);
    expect(rawHeaders.filter(([name]) => name.toLowerCase() === "host")).toEqual([
      ["Host", "api1.execute-api.us-east-1.amazonaws.com"],
    ]);
  });

  test("gives status, body and headers, several cookies too", async () => {
    const { url } = await serve({
      answer: { status: 302, headers: { Location: "/x", "set-cookie": ["a=1", "b=2"] }, body: "moved" },
    });
    const response = await fetch(`${url}/auth/login`, { redirect: "manual" });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("/x");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("A32: keeps its errors: none is turned into the page", async () => {
    const { url } = await serve({ objects, answer: { status: 403, body: "no" } });
    const response = await fetch(`${url}/auth/session`, { method: "POST" });
    expect(response.status).toBe(403);
    expect(await response.text()).toBe("no");
  });

  test("gets no GET with a body", async () => {
    const { port, apiRequests } = await serve();
    const status = await new Promise((resolve, reject) => {
      httpRequest(
        { host: "127.0.0.1", port, path: "/auth/login", method: "GET", headers: { "content-length": 1 } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      )
        .on("error", reject)
        .end("x");
    });
    expect(status).toBe(403);
    expect(apiRequests).toEqual([]);
  });
});

describe("path patterns", () => {
  const isApi = async (path: string, pattern?: string): Promise<boolean> => {
    const config =
      pattern === undefined
        ? {}
        : {
            CacheBehaviors: [
              {
                PathPattern: pattern,
                AllowedMethods: ["GET", "HEAD"],
                CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                OriginRequestPolicyId: allViewerExceptHostHeader,
                TargetOriginId: "api",
                ViewerProtocolPolicy: "https-only",
              },
            ],
          };
    const opened = await serveDistribution({ config });
    await getRaw(opened.port, path);
    await opened.close();
    return opened.apiRequests.length === 1;
  };

  test.each([
    ["/auth/login", true],
    ["/auth/", true],
    ["/auth/a/b", true],
    ["/auth", false],
    ["/Auth/login", false],
    ["/x/auth/login", false],
    ["/logins", true],
    ["/logins/", false],
    ["/logins?x=/y", true],
    ["/x/../auth/login", true],
    ["/auth/../x", false],
  ])("%s goes to the API: %s", async (path, expected) => {
    expect(await isApi(path)).toBe(expected);
  });

  test.each([
    ["img/*.jp?g", "/img/a/b.jpeg", true],
    ["/img/*.jp?g", "/img/a.jpg", false],
    ["/a.b", "/axb", false],
    ["*", "/anything", true],
  ])("%s matches %s: %s", async (pattern, path, expected) => {
    expect(await isApi(path, pattern)).toBe(expected);
  });
});

describe("a response headers policy", () => {
  test("adds security and custom headers and takes headers out", async () => {
    const { url } = await serve({
      objects,
      responseHeaders: {
        SecurityHeadersConfig: {
          ContentSecurityPolicy: { ContentSecurityPolicy: "default-src 'none'", Override: true },
          ContentTypeOptions: { Override: true },
          FrameOptions: { FrameOption: "DENY", Override: true },
          ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
          StrictTransportSecurity: {
            AccessControlMaxAgeSec: 60,
            IncludeSubdomains: true,
            Preload: true,
            Override: true,
          },
          XSSProtection: { Protection: true, ModeBlock: true, Override: true },
        },
        CustomHeadersConfig: {
          Items: [
            { Header: "Permissions-Policy", Value: "camera=()", Override: true },
            { Header: "Cache-Control", Value: "max-age=1", Override: false },
            { Header: "Content-Type", Value: "text/html; charset=utf-8", Override: true },
          ],
        },
        RemoveHeadersConfig: { Items: [{ Header: "Server" }] },
      },
    });
    const headers = Object.fromEntries((await fetch(url)).headers);
    expect(headers).toMatchObject({
      "content-security-policy": "default-src 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "strict-transport-security": "max-age=60; includeSubDomains; preload",
      "x-xss-protection": "1; mode=block",
      "permissions-policy": "camera=()",
      "cache-control": "no-cache",
      "content-type": "text/html; charset=utf-8",
    });
    expect(headers).not.toHaveProperty("server");
  });

  test("belongs to its behavior alone", async () => {
    const responseHeaders = { SecurityHeadersConfig: { ContentTypeOptions: { Override: true } } };
    const { url } = await serve({ objects, responseHeaders });
    expect((await fetch(`${url}/nowhere`)).headers.get("x-content-type-options")).toBe("nosniff");
    expect((await fetch(`${url}/auth/login`)).headers.get("x-content-type-options")).toBeNull();
  });
});

describe("identity", () => {
  test("a distribution has an id and a domain name in CloudFront's form", () => {
    const { distribution } = openDistribution();
    expect(distribution.ref).toMatch(/^E[A-Z0-9]{13}$/);
    expect(distribution.attributes).toEqual({
      DomainName: expect.stringMatching(/^d[a-z0-9]{13}\.cloudfront\.net$/) as string,
      Id: distribution.ref,
    });
    expect(distributionResource.type).toBe("AWS::CloudFront::Distribution");
    expect(originAccessControlResource.type).toBe("AWS::CloudFront::OriginAccessControl");
  });
});

describe("what is not served is refused by name", () => {
  const refusals: [string, TestDistribution, string][] = [
    [
      "a page in the place of an error",
      { config: { CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: "/" }] } },
      "ResponseCode",
    ],
    ["another cache policy", { defaultBehavior: { CachePolicyId: "x" } }, "4135ea2d"],
    ["another origin request policy", { apiBehavior: { OriginRequestPolicyId: "x" } }, "b689b0a8"],
    [
      "a cache in front of an API",
      { apiBehavior: { CachePolicyId: cachingOptimized } },
      "a cache in front of an API",
    ],
    [
      "an API without its policy",
      { apiBehavior: { OriginRequestPolicyId: undefined } },
      "AllViewerExceptHostHeader is not served",
    ],
    [
      "writing to a bucket",
      { defaultBehavior: { AllowedMethods: ["GET", "HEAD", "PUT"] } },
      "PUT to the CloudFront origin pages.s3",
    ],
    [
      "a bucket without access control",
      { bucketOrigin: { OriginAccessControlId: undefined } },
      "without origin access control",
    ],
    [
      "another origin",
      { apiOrigin: { DomainName: "example.com" } },
      "the CloudFront origin example.com is not served",
    ],
    [
      "an API that is not in the template",
      { apiOrigin: { DomainName: "api2.execute-api.us-east-1.amazonaws.com" } },
      "api2.execute-api",
    ],
    [
      "an unknown headers policy",
      { defaultBehavior: { ResponseHeadersPolicyId: "managed" } },
      "the CloudFront response headers policy managed",
    ],
    ["an unknown target", { defaultBehavior: { TargetOriginId: "x" } }, "there is no origin x"],
    [
      "a function of Lambda at the edge",
      { defaultBehavior: { LambdaFunctionAssociations: [] } },
      "LambdaFunctionAssociations",
    ],
  ];
  test.each(refusals)("%s", (_name, options, message) => {
    expect(() => openDistribution(options)).toThrow(message);
  });
});
