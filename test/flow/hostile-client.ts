// A client that sends what no browser would: any header, any body, the cookies it likes, and follows nothing.

import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { createBrowser } from "../../operate/browser.ts";
import { fillSignInForm } from "../../operate/sign-in.ts";
import { cookieSeals } from "./cookie-seals.ts";
import { outputs, type User } from "./stack.ts";

export const SESSION_COOKIE = "__Host-Http-ll_session";
export const TX_PREFIX = "__Host-Http-ll_tx_";

export interface Answer {
  readonly status: number;
  /** By name in lower case; several values joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly setCookies: readonly string[];
  readonly text: string;
}

export interface Parts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** Sends one request as it is, to our origin unless the target is an address. The target goes onto the wire unchanged. */
export function send(target: string, { method = "GET", headers = {}, body }: Parts = {}): Promise<Answer> {
  const { origin } = target.startsWith("http") ? new URL(target) : new URL(outputs.AppUrl);
  const path = target.startsWith("http") ? target.slice(origin.length) : target;
  const { protocol, hostname, port } = new URL(origin);
  const request = protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, path, method, headers: headers as Record<string, string | string[]>, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const all = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
          resolve({
            status: Number(incoming.statusCode),
            headers: Object.fromEntries(all),
            setCookies: incoming.headers["set-cookie"] ?? [],
            text: Buffer.concat(chunks).toString("utf8"),
          });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export function errorOf({ text }: Answer): unknown {
  return (JSON.parse(text) as { readonly error?: unknown }).error;
}

/** What the page is given with a session. */
interface SessionBody {
  readonly accessToken: string;
  readonly user: { readonly id: string; readonly username: string };
}

/** Somebody with a cookie jar of their own, which tests may open. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  /** Told of every answer. */
  readonly #onAnswer: (answer: Answer) => void;

  constructor(onAnswer: (answer: Answer) => void = () => undefined) {
    this.#onAnswer = onAnswer;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  get session(): string {
    return this.cookies.get(SESSION_COOKIE) ?? "";
  }

  get transactions(): readonly string[] {
    return [...this.cookies.keys()].filter((name) => name.startsWith(TX_PREFIX));
  }

  async send(target: string, parts: Parts = {}): Promise<Answer> {
    const cookie = this.cookieHeader;
    const answer = await send(target, {
      ...parts,
      headers: { ...(cookie === "" ? {} : { cookie }), ...parts.headers },
    });
    for (const line of answer.setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.cookies.delete(name);
      if (!/max-age=0(?:;|$)/i.test(line)) this.cookies.set(name, value);
    }
    this.#onAnswer(answer);
    return answer;
  }

  /** A POST as the page makes it. */
  post(target: string, headers: Parts["headers"] = {}): Promise<Answer> {
    return this.send(target, { method: "POST", headers: { "x-ll-csrf": "1", ...headers } });
  }

  /** Has the session's token renewed, as the page does when it is opened. Fails where there is no session. */
  async openSession(): Promise<SessionBody> {
    const { status, text } = await this.post("/auth/session");
    if (status !== 200) throw new Error(`/auth/session answered ${status}, a visitor without a session`);
    return JSON.parse(text) as SessionBody;
  }

  /** Goes to sign in and types the password; answers the callback that the pool sends the browser to, path and query. */
  async startSignIn(user: User, returnTo?: string): Promise<string> {
    const query = returnTo === undefined ? "" : `?${new URLSearchParams({ returnTo }).toString()}`;
    const login = await this.send(`/auth/login${query}`);
    return authorizeAt(login.headers["location"] ?? "", user);
  }

  async signIn(user: User, returnTo?: string): Promise<Answer> {
    return this.send(await this.startSignIn(user, returnTo));
  }
}

/** Types the password at the pool, at the address that our own sign-in has sent a browser to. */
export async function authorizeAt(url: string, user: User): Promise<string> {
  const browser = createBrowser({ stopAt: `${outputs.AppUrl}/auth/callback` });
  const landing = await fillSignInForm(browser, await browser.open(url), user);
  return landing.url.slice(outputs.AppUrl.length);
}

/** Asks the GraphQL API. */
export async function graphql(accessToken: string, query: string, variables: object = {}) {
  const answer = await send(outputs.GraphQLUrl, {
    method: "POST",
    headers: { authorization: accessToken, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const parsed = JSON.parse(answer.text) as {
    readonly data?: Readonly<Record<string, unknown>> | null;
    readonly errors?: readonly { readonly errorType?: string; readonly message?: string }[];
  };
  return { status: answer.status, data: parsed.data ?? null, errors: parsed.errors ?? [] };
}

interface MadeEarlier {
  readonly ageSeconds: number;
  readonly lifetimeSeconds: number;
}

/** The seals of the system: they open its cookies, and make such as were made so many seconds ago. */
export function sealsOf({ ageSeconds, lifetimeSeconds }: MadeEarlier) {
  const clock = () => Date.now() - ageSeconds * 1000;
  return cookieSeals(outputs, { lifetimeSeconds, clock });
}
