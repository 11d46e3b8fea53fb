// As much of a browser as a sign-in needs: cookies by host, redirects followed.

import { OperateError } from "./errors.ts";

export interface Page {
  /** Where the redirects have led. */
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

export interface Browser {
  open(url: string): Promise<Page>;
  /** Sends a form. */
  submit(url: string, fields: URLSearchParams): Promise<Page>;
  /** Posts without a body, as a page's own fetch does. */
  post(url: string, headers: Readonly<Record<string, string>>): Promise<Page>;
}

export interface BrowserOptions {
  /** A redirect to an address that begins like this is not followed: its page has status 302 and no text. */
  readonly stopAt?: string;
}

const MAX_REDIRECTS = 10;

/** A browser that has been nowhere yet. */
export function createBrowser({ stopAt }: BrowserOptions = {}): Browser {
  const jars = new Map<string, Map<string, string>>();

  async function request(url: string, init: RequestInit): Promise<Response> {
    const { hostname } = new URL(url);
    const jar = jars.get(hostname) ?? new Map<string, string>();
    jars.set(hostname, jar);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = cookie.split(";");
      const name = pair.slice(0, pair.indexOf("=")).trim();
      if (attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute))) jar.delete(name);
      else jar.set(name, pair.slice(pair.indexOf("=") + 1).trim());
    }
    return response;
  }

  async function follow(url: string, init: RequestInit): Promise<Page> {
    let at = url;
    let response = await request(at, init);
    for (let redirects = 0; response.status >= 300 && response.status < 400; redirects += 1) {
      const location = response.headers.get("location");
      if (location === null || redirects === MAX_REDIRECTS)
        throw new OperateError(`${at} redirects without end`);
      at = new URL(location, at).href;
      if (stopAt !== undefined && at.startsWith(stopAt))
        return { url: at, status: response.status, text: "" };
      response = await request(at, { headers: { accept: "text/html" } });
    }
    return { url: at, status: response.status, text: await response.text() };
  }

  return {
    open: (url) => follow(url, { headers: { accept: "text/html" } }),
    submit: (url, fields) => follow(url, { method: "POST", body: fields, headers: { accept: "text/html" } }),
    post: (url, headers) => follow(url, { method: "POST", headers }),
  };
}
