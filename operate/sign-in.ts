// Signs a user in the way a browser does, through the sign-in pages, for tools that need a token.
//
// It fills in plain HTML forms, as the pool's pages are on this machine. Whether the pages of a deployed pool can be
// filled in like this is not known: they may need a browser.

import * as v from "valibot";
import { createBrowser, type Browser, type Page } from "./browser.ts";
import { OperateError } from "./errors.ts";

const sessionSchema = v.object({
  accessToken: v.string(),
  expiresInSeconds: v.number(),
  user: v.object({ id: v.string(), username: v.string(), groups: v.array(v.string()) }),
  graphqlUrl: v.string(),
  realtimeUrl: v.string(),
});

export type Session = v.InferOutput<typeof sessionSchema>;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Goes the whole way: login, the pool's form, callback, session. The sign-in is recorded like any other. */
export async function signIn(appUrl: string, credentials: Credentials): Promise<Session> {
  const browser = createBrowser();
  const page = await browser.open(`${appUrl}/auth/login`);
  const landing = await fillSignInForm(browser, page, credentials);
  if (!landing.url.startsWith(`${appUrl}/`)) {
    const reason = /role="alert"[^>]*>([^<]+)</.exec(landing.text)?.[1]?.trim();
    throw new OperateError(
      `signing in as ${credentials.username} failed: ${reason ?? `status ${landing.status}`}`,
    );
  }
  if (landing.status !== 200) {
    throw new OperateError(
      `signing in as ${credentials.username} failed: ${landing.url} answered ${landing.status}`,
    );
  }
  const response = await browser.post(`${appUrl}/auth/session`, { "x-ll-csrf": "1" });
  if (response.status !== 200) throw new OperateError(`${appUrl}/auth/session answered ${response.status}`);
  return v.parse(sessionSchema, JSON.parse(response.text));
}

/** Fills in the sign-in form on a page and sends it; answers where that leads. */
export async function fillSignInForm(browser: Browser, page: Page, credentials: Credentials): Promise<Page> {
  const form = readForm(page.text);
  if (form === undefined) throw new OperateError(`${page.url} shows no sign-in form (status ${page.status})`);
  form.fields.set("username", credentials.username);
  form.fields.set("password", credentials.password);
  return browser.submit(new URL(form.action, page.url).href, form.fields);
}

/** The first form of a page that posts: its action and the hidden fields it comes with. */
function readForm(html: string): { action: string; fields: URLSearchParams } | undefined {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(html);
  if (form === null) return undefined;
  const [, attributes = "", content = ""] = form;
  const fields = new URLSearchParams();
  for (const [, input = ""] of content.matchAll(/<input\b([^>]*)>/gi)) {
    const name = attribute(input, "name");
    if (name !== undefined && attribute(input, "type") === "hidden")
      fields.set(name, attribute(input, "value") ?? "");
  }
  return { action: attribute(attributes, "action") ?? "", fields };
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, "i").exec(tag)?.[1];
  return value
    ?.replaceAll("&quot;", '"')
    .replaceAll(/&#(?:39|x27);/gi, "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
