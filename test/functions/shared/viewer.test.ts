// What is seen of the browser.

import { describe, expect, test } from "vitest";
import { readRequest } from "../../../functions/shared/http-request.ts";
import { viewerOf } from "../../../functions/shared/viewer.ts";
import { restEvent, type EventParts } from "../parts/rest-event.ts";

const SECRET = "5d1ad0a0-0000-4000-8000-aabbccddeeff";
const isSecret = (value: string) => Promise.resolve(value === SECRET);
const viewer = (headers: EventParts["headers"], sourceIp = "192.0.2.1") =>
  viewerOf(readRequest(restEvent({ headers: headers ?? {}, sourceIp })), isSecret);
const EDGE = "198.51.100.1";
const throughDistribution = async (forwardedFor: string | string[]) =>
  (await viewer({ "x-ll-origin": SECRET, "x-forwarded-for": forwardedFor }, EDGE)).address;

describe("the viewer's address", () => {
  test.each([
    [`203.0.113.9, ${EDGE}`, "203.0.113.9"],
    [`2001:DB8:0:0:0:0:0:A, ${EDGE}`, "2001:db8:0:0:0:0:0:a"],
    [`::ffff:203.0.113.9,${EDGE}`, "203.0.113.9"],
    ["203.0.113.9", "203.0.113.9"],
    [`10.0.0.1, 192.168.0.1, 203.0.113.9, ${EDGE}`, "203.0.113.9"],
    [[`evil, ${EDGE}`, `203.0.113.9, ${EDGE}`], "203.0.113.9"],
  ])("of the hops %j is the one that CloudFront added", async (header, address) => {
    expect(await throughDistribution(header)).toBe(address);
  });

  test.each([
    "",
    EDGE,
    `, ${EDGE}`,
    `198.51.100.300, ${EDGE}`,
    `fe80::1%eth0, ${EDGE}`,
    `[::1], ${EDGE}`,
    "example",
  ])("is not known where the hops are %j", async (header) => {
    expect(await throughDistribution(header)).toBeNull();
  });

  test.each([
    ["missing", {}],
    ["wrong", { "x-ll-origin": `${SECRET.slice(0, -1)}0` }],
    ["empty", { "x-ll-origin": "" }],
    ["repeated", { "x-ll-origin": [SECRET, SECRET] }],
  ])("is the one API Gateway saw where the distribution's header is %s", async (_, headers) => {
    const seen = await viewer({ ...headers, "x-forwarded-for": "203.0.113.9, 192.0.2.1" });
    expect(seen.address).toBe("192.0.2.1");
  });

  test("is not known where there are no hops", async () => {
    expect((await viewer({ "x-ll-origin": SECRET })).address).toBeNull();
  });

  test("is not known where API Gateway's is not one, or missing", async () => {
    expect((await viewer({}, "test-invoke-source-ip")).address).toBeNull();
    const event = restEvent();
    const requestContext = { requestId: event.requestContext.requestId };
    expect((await viewerOf(readRequest({ ...event, requestContext }), isSecret)).address).toBeNull();
  });
});

describe("the user agent", () => {
  test("is null where there is none, and cut to 512 characters that are still text", async () => {
    expect((await viewer({})).userAgent).toBeNull();
    expect((await viewer({ "User-Agent": "curl/8" })).userAgent).toBe("curl/8");
    const cut = await viewer({ "user-agent": `${"x".repeat(511)}😀` });
    expect(cut.userAgent).toBe(`${"x".repeat(511)}\ufffd`);
  });
});
