// A page of another origin in the same browser, and everything such a page can try with an address that is not its own.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page, Request } from "playwright-core";
import { onTestFinished } from "vitest";

/** The names that this machine answers to: on a port of its own, each makes an origin that is foreign to ours. */
export const HOSTILE_HOSTS = ["localhost", "127.0.0.1"] as const;

/** Serves an empty page for the time of a test; gives its address. */
export async function serveHostilePage(host: (typeof HOSTILE_HOSTS)[number]): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end('<!doctype html><title>You have won</title><link rel="icon" href="data:,"><body>');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${host}:${(server.address() as AddressInfo).port}/`;
}

/** What a page makes a request with. `fetch` is simple or preflighted, as its method and headers have it. */
const MEANS = [
  "fetch",
  "fetch without CORS",
  "beacon",
  "form",
  "form of plain text",
  "image",
  "script",
  "style",
  "frame",
  "window",
  "event source",
  "socket",
] as const;

export interface Attempt {
  readonly by: (typeof MEANS)[number];
  readonly url: string;
  /** Default is GET. */
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Outcome {
  /** The status of each answer that the browser got, whether or not the page is told. */
  readonly statuses: readonly number[];
  /** What the page could read; null for nothing. */
  readonly read: string | null;
}

/** `begin` makes the request of an attempt; `read`, asked once the browser has its answer, gives what the page has of it. */
const SCRIPT = `({
  begin({ by, url, method = "GET", headers = {}, body }) {
    const make = (name, properties) => document.body.appendChild(Object.assign(document.createElement(name), properties));
    // With cookies no answer to a preflight that grants any origin counts.
    const send = (mode, credentials) => fetch(url, { method, headers, body, mode, credentials })
      .then(async (it) => it.type === "opaque" ? null : it.status + " " + await it.text(), () => null);
    const textIn = (it) => { try { return it.document.body.innerText || null; } catch { return null; } };
    const nothing = () => null;
    const form = (enctype) => {
      const frame = make("iframe", { name: "frame" + Math.random() });
      const form = make("form", { action: url, method, enctype, target: frame.name });
      // As plain text a field is NAME=VALUE: cut at the sign, JSON comes out whole.
      const [, ...plain] = /^(.*?)=(.*)$/s.exec(body ?? "") ?? [];
      // A form of GET puts its fields in the place of the address's query.
      const fields = method === "GET" ? [...new URL(url).searchParams] : [plain];
      for (const [name, value] of fields) form.appendChild(Object.assign(document.createElement("input"), { name, value }));
      form.submit();
      return () => textIn(frame.contentWindow);
    };
    const means = {
      "fetch": () => { const it = send("cors", "omit"); return () => it; },
      "fetch without CORS": () => { const it = send("no-cors", "include"); return () => it; },
      "beacon": () => { navigator.sendBeacon(url, body); return nothing; },
      "form": () => form("application/x-www-form-urlencoded"),
      "form of plain text": () => form("text/plain"),
      "image": () => { make("img", { src: url }); return nothing; },
      "script": () => { make("script", { src: url }); return nothing; },
      "style": () => { make("link", { rel: "stylesheet", href: url }); return nothing; },
      "frame": () => { const it = make("iframe", { src: url }); return () => textIn(it.contentWindow); },
      "window": () => { const it = open(url); return () => { const text = textIn(it); it.close(); return text; }; },
      "event source": () => { const it = new EventSource(url); return () => { it.close(); return null; }; },
      "socket": () => {
        const it = new WebSocket(url.replace("http", "ws"), "graphql-ws");
        const end = new Promise((resolve) => { it.onmessage = ({ data }) => resolve(data); it.onclose = () => resolve(null); });
        return () => end;
      },
    };
    globalThis.read = means[by]();
  },
  read: () => globalThis.read(),
})`;

/** Makes an attempt in a page and waits until the browser has all its answers. */
export async function tryOut(page: Page, attempt: Attempt): Promise<Outcome> {
  const context = page.context();
  const underWay = new Set<Request>();
  const statuses: number[] = [];
  let answered: () => void = () => undefined;
  const allAnswered = new Promise<void>((resolve) => (answered = resolve));
  const begun = (request: Request) => {
    if (withoutQuery(request.url()) === withoutQuery(attempt.url)) underWay.add(request);
  };
  const ended = (request: Request) => {
    void request.response().then((response) => {
      if (!underWay.delete(request)) return;
      if (response !== null) statuses.push(response.status());
      if (underWay.size === 0) answered();
    });
  };
  context.on("request", begun).on("requestfinished", ended).on("requestfailed", ended);
  await page.evaluate(`${SCRIPT}.begin(${JSON.stringify(attempt)})`);
  if (attempt.by !== "socket") await allAnswered; // of a socket's request nothing is told here
  const read = await page.evaluate<string | null>(`${SCRIPT}.read()`);
  context.off("request", begun).off("requestfinished", ended).off("requestfailed", ended);
  return { statuses, read };
}

function withoutQuery(url: string): string {
  return url.replace(/\?.*$/, "");
}
