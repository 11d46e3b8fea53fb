// Takes HTTPS requests to AWS's host names to the local runtime, so that deployed code needs no switch for it.

import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

type Hosts = Readonly<Record<string, string>>;
type Callback = (response: http.IncomingMessage) => void;

/**
 * Replaces `https.request`, `https.get` and `fetch`. A request to a host name of the table goes to its HTTP origin and
 * carries the name it was meant for in `x-forwarded-host`; any other goes out unchanged.
 */
export function redirectAwsHosts(hosts: Hosts): void {
  const origins = new Map(
    Object.entries(hosts).map(([name, origin]) => [name.toLowerCase(), new URL(origin)]),
  );
  replaceHttps(origins);
  replaceFetch(origins);
}

function replaceHttps(origins: ReadonlyMap<string, URL>): void {
  const original = https.request;
  const request = (...args: readonly unknown[]): http.ClientRequest => {
    const { options, callback } = readArguments(args);
    const host = (options.hostname ?? options.host ?? "").replace(/:\d+$/, "");
    const origin = origins.get(host.toLowerCase());
    if (origin === undefined) return Reflect.apply(original, https, args) as http.ClientRequest;
    return http.request(toOrigin(options, host, origin), callback);
  };
  const get = (...args: readonly unknown[]): http.ClientRequest => {
    const sent = request(...args);
    sent.end();
    return sent;
  };
  Object.assign(https, { request, get });
  syncBuiltinESMExports();
}

/** `https.request` takes a URL, options, or a URL and options that win over it. */
function readArguments(args: readonly unknown[]): {
  options: https.RequestOptions;
  callback: Callback | undefined;
} {
  const [first, second] = args;
  const callback = args.find((arg): arg is Callback => typeof arg === "function");
  if (typeof first !== "string" && !(first instanceof URL)) {
    return { options: first ?? {}, callback };
  }
  const url = new URL(first);
  const more: https.RequestOptions = typeof second === "object" && second !== null ? second : {};
  const { hostname, port, pathname, search } = url;
  return { options: { hostname, port, path: pathname + search, ...more }, callback };
}

function toOrigin(options: https.RequestOptions, host: string, origin: URL): http.RequestOptions {
  const kept: http.RequestOptions = {};
  if (options.method !== undefined) kept.method = options.method;
  if (options.path !== undefined) kept.path = options.path;
  if (options.auth !== undefined) kept.auth = options.auth;
  if (options.timeout !== undefined) kept.timeout = options.timeout;
  if (options.signal !== undefined) kept.signal = options.signal;
  return {
    ...kept,
    protocol: origin.protocol,
    hostname: origin.hostname,
    port: origin.port,
    headers: { ...withoutHost(options.headers), host: origin.host, "x-forwarded-host": host },
  };
}

function withoutHost(headers: http.RequestOptions["headers"] = {}): http.OutgoingHttpHeaders {
  const pairs = isList(headers)
    ? headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1]] as const] : []))
    : Object.entries(headers);
  return Object.fromEntries(pairs.filter(([name]) => name.toLowerCase() !== "host"));
}

/** Headers may be given as one list of names and values in turn. */
function isList(headers: http.OutgoingHttpHeaders | readonly string[]): headers is readonly string[] {
  return Array.isArray(headers);
}

function replaceFetch(origins: ReadonlyMap<string, URL>): void {
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const origin = url.protocol === "https:" ? origins.get(url.hostname) : undefined;
    if (origin === undefined) return await original(input, init);
    const local = new URL(url.pathname + url.search, origin);
    const request = new Request(input instanceof Request ? new Request(local, input) : local, init);
    request.headers.set("x-forwarded-host", url.hostname);
    return await original(request);
  };
}
