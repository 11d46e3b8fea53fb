// A viewer's request in the form that a CloudFront function is given, and back.

import * as v from "valibot";
import type { HttpRequest } from "../http/exchange.ts";

export interface ViewerEventIds {
  readonly distributionDomainName: string;
  readonly distributionId: string;
  readonly requestId: string;
}

/** Headers, cookies or what the query holds, by name. */
export const functionValues = v.record(
  v.string(),
  v.object({
    value: v.string(),
    multiValue: v.optional(v.array(v.object({ value: v.string() }))),
    attributes: v.optional(v.string()),
  }),
);
type FunctionValues = v.InferOutput<typeof functionValues>;

export interface ViewerRequest {
  readonly method: string;
  /** The path as it was sent, without the query. */
  readonly uri: string;
  readonly querystring: FunctionValues;
  /** By lower-case name, without Cookie. */
  readonly headers: FunctionValues;
  readonly cookies: FunctionValues;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export function eventOf(request: HttpRequest, ids: ViewerEventIds) {
  const [, uri = "/", query = ""] = /^([^?]*)\??(.*)$/s.exec(request.target) ?? [];
  const headers = request.rawHeaders.map(([name, value]) => [name.toLowerCase(), value] as const);
  const cookies = headers.filter(([name]) => name === "cookie").flatMap(([, value]) => value.split(/; */));
  return {
    version: "1.0",
    context: { ...ids, eventType: "viewer-request" },
    viewer: { ip: request.peer.address },
    request: {
      method: request.method,
      uri,
      querystring: gathered(query.split("&").map(pair)),
      headers: gathered(headers.filter(([name]) => name !== "cookie")),
      cookies: gathered(cookies.map(pair)),
    } satisfies ViewerRequest,
  };
}

/** The request with what the function has changed; one that it gave back as it was stays as it was sent. */
export function withChanges(sent: HttpRequest, given: ViewerRequest, wanted: ViewerRequest): HttpRequest {
  const isChanged = (part: keyof ViewerRequest) =>
    JSON.stringify(given[part]) !== JSON.stringify(wanted[part]);
  let request = sent;
  if (isChanged("uri") || isChanged("querystring")) {
    const query = listed(wanted.querystring).map(([name, value]) => `${name}=${value}`);
    const target = `${wanted.uri}${query.length === 0 ? "" : `?${query.join("&")}`}`;
    request = { ...request, target, url: new URL(target, sent.url) };
  }
  if (isChanged("headers") || isChanged("cookies")) {
    const cookie = listed(wanted.cookies).map(([name, value]) => `${name}=${value}`);
    const rawHeaders = [
      ...listed(wanted.headers).map(([name, value]) => [name.toLowerCase(), value] as const),
      ...(cookie.length === 0 ? [] : [["cookie", cookie.join("; ")] as const]),
    ];
    const headers: Record<string, string> = {};
    for (const [name, value] of rawHeaders)
      headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
    request = { ...request, headers, rawHeaders };
  }
  return request;
}

function pair(text: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Several values of a name stand in `multiValue`, the last of them in `value`. */
function gathered(pairs: readonly (readonly [name: string, value: string])[]): FunctionValues {
  const byName = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    if (name !== "") byName.set(name, [...(byName.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...byName].map(([name, all]) => [
      name,
      {
        value: all.at(-1) ?? "",
        ...(all.length > 1 && { multiValue: all.map((value) => ({ value })) }),
      },
    ]),
  );
}

function listed(values: FunctionValues): (readonly [name: string, value: string])[] {
  return Object.entries(values).flatMap(([name, { value, multiValue }]) =>
    (multiValue ?? [{ value }]).map((one) => [name, one.value] as const),
  );
}
