// A browser as far as the sign-in pages need one: cookies, links, forms, and redirects followed one at a time.

export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where a redirect leads; an absolute address. */
  readonly location: string | undefined;
  readonly url: string;
}

export interface Browser {
  readonly cookies: Map<string, string>;
  visit(url: string): Promise<Visit>;
  /** As `visit`, following redirects for as long as they stay on this host. */
  follow(url: string): Promise<Visit>;
  /** Fills the page's form in and sends it; hidden fields go along. `button` is a name and value. */
  submit(page: Visit, fields: Readonly<Record<string, string>>): Promise<Visit>;
}

export function openBrowser(cookies = new Map<string, string>()): Browser {
  const request = async (url: string, init: RequestInit = {}): Promise<Visit> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...(init.headers as Record<string, string> | undefined), ...(cookie !== "" && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    const location = response.headers.get("location");
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: location === null ? undefined : new URL(location, url).href,
      url,
    };
  };

  const browser: Browser = {
    cookies,
    visit: (url) => request(url),
    async follow(url) {
      let page = await request(url);
      while (page.location !== undefined && new URL(page.location).host === new URL(url).host) {
        page = await request(page.location);
      }
      return page;
    },
    submit(page, fields) {
      const action = unescape(/<form method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? "");
      if (action === "") throw new Error(`no form on ${page.url} (${page.status})`);
      const hidden = page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
      const body = new URLSearchParams();
      for (const [, name = "", value = ""] of hidden) body.set(unescape(name), unescape(value));
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return request(new URL(action, page.url).href, { method: "POST", body });
    },
  };
  return browser;
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const [name = "", value = ""] = pair.split("=", 2);
  if (attributes.some((attribute) => attribute.toLowerCase() === "max-age=0")) cookies.delete(name);
  else cookies.set(name, value);
}

function unescape(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
