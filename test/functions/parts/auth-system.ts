// The auth function with everything around it on loopback, and a browser that keeps its cookies.

import type { APIGatewayProxyResult } from "aws-lambda";
import { createAuth } from "../../../functions/auth/endpoints.ts";
import type { AuthDependencies } from "../../../functions/auth/services.ts";
import { clientSecretSource } from "../../../functions/auth/client-secret.ts";
import { configSource, type Config } from "../../../functions/shared/config.ts";
import { createLedger } from "../../../functions/shared/ledger.ts";
import { post } from "../../../functions/shared/post.ts";
import { startAwsEndpoint, type AwsEndpoint } from "./aws-endpoint.ts";
import { startGraphqlEndpoint, type GraphqlEndpoint } from "./graphql-endpoint.ts";
import { logLines, type LogLines } from "./log-lines.ts";
import { QUICK, secretsOf, sourceOf, type Secrets } from "./secrets.ts";
import { restEvent, type EventParts } from "./rest-event.ts";
import {
  AUTHORIZATION_SERVER,
  CLIENT_ID,
  CLIENT_SECRET,
  startUserPool,
  USER_POOL_ID,
  type UserPool,
} from "./user-pool.ts";

export const ORIGIN = "https://ledger.example";
export const ORIGIN_SECRET = "5d1ad0a0-0000-4000-8000-aabbccddeeff";
export const SEAL_KEY = "Jm3yZ0pN8vXqT5sWc7Kd1LfRb9HgA2uE6iOoMtYxQzV";
export const SESSION_COOKIE = "__Host-Http-ll_session";
export const TX_PREFIX = "__Host-Http-ll_tx_";

type Handler = (parts: EventParts) => Promise<APIGatewayProxyResult>;

export interface AuthSystem {
  readonly handler: Handler;
  /** A further instance of the function, with nothing cached. */
  newInstance(options?: InstanceOptions): Handler;
  newBrowser(handler?: Handler): Browser;
  readonly aws: AwsEndpoint;
  readonly pool: UserPool;
  readonly ledger: GraphqlEndpoint;
  readonly log: LogLines;
  readonly secrets: Secrets;
  readonly config: Config;
  /** Added to the time of day, in milliseconds. */
  clockOffsetMs: number;
}

interface InstanceOptions {
  readonly tokenMs?: number;
  readonly revokeMs?: number;
  readonly ledger?: AuthDependencies["ledger"];
  readonly fetch?: AuthDependencies["fetch"];
  readonly auditMode?: AuthDependencies["auditMode"];
  /** Origin of a further deployment that shares the user pool's client. */
  readonly origin?: string;
  /** The function's code: another build of it, from which something was taken out. */
  readonly createAuth?: typeof createAuth;
}

/** @param now the time of day, for tests in which it must not pass by itself. */
export async function startAuthSystem(now: () => number = Date.now): Promise<AuthSystem> {
  const clock = () => now() + system.clockOffsetMs;
  const log = logLines(clock);
  const secrets = secretsOf(clock);
  const pool = await startUserPool(clock);
  const ledger = await startGraphqlEndpoint();
  const config: Config = {
    origin: ORIGIN,
    userPoolId: USER_POOL_ID,
    clientId: CLIENT_ID,
    graphqlUrl: ledger.url,
    realtimeUrl: "wss://api.example/graphql",
    authorizationServer: AUTHORIZATION_SERVER,
  };
  const aws = await startAwsEndpoint({
    GetParameter: () => ({ Parameter: { Name: "/config", Value: JSON.stringify(config) } }),
    GetSecretValue: secrets.read,
    ...secrets.operations,
  });

  const honestLedger = ({ graphqlUrl }: Config) =>
    createLedger({
      graphqlUrl,
      post,
      timeoutMs: 5000,
      retries: { attempts: 3, firstPauseMs: 1, longestPauseMs: 2 },
    });

  const newInstance = ({
    tokenMs = 5000,
    revokeMs = 5000,
    ledger: otherLedger,
    auditMode = "strict",
    fetch = pool.fetch,
    origin,
    createAuth: create = createAuth,
  }: InstanceOptions = {}): Handler => {
    const read = configSource({
      ssm: aws.ssm,
      parameterName: "/config",
      clock,
      log: log.log,
      patience: QUICK,
    });
    const secret = (secretId: string) => sourceOf({ aws, secretId, clock, log: log.log });
    const moved = origin === undefined ? undefined : { ...config, origin };
    const auth = create({
      config: moved === undefined ? read : () => Promise.resolve(moved),
      clientSecret: clientSecretSource(secret("client")),
      originSecret: secret("origin"),
      ledger: otherLedger ?? honestLedger,
      fetch,
      keys: pool.newKeys(),
      auditMode,
      limits: { tokenMs, revokeMs },
      clock,
      log: log.log,
    });
    return (parts) => auth(restEvent(parts));
  };
  const handler = newInstance();
  const system: AuthSystem = {
    ...{ handler, newInstance, aws, pool, ledger, log, secrets, config, clockOffsetMs: 0 },
    newBrowser: (through = handler) => new Browser(through, pool),
  };
  secrets.put("client", clientSecretWith(SEAL_KEY));
  secrets.put("origin", ORIGIN_SECRET);
  return system;
}

/** What the client's secret holds with this key. */
export function clientSecretWith(sealKey: string): string {
  return JSON.stringify({ clientSecret: CLIENT_SECRET, sealKey });
}

/** A browser as far as cookies go: keeps what it is told, sends what it has. */
class Browser {
  readonly cookies = new Map<string, string>();
  readonly #handler: Handler;
  readonly #pool: UserPool;

  constructor(handler: Handler, pool: UserPool) {
    this.#handler = handler;
    this.#pool = pool;
  }

  async send(parts: EventParts): Promise<APIGatewayProxyResult> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await this.#handler({
      ...parts,
      headers: { ...(cookie === "" ? {} : { Cookie: cookie }), ...parts.headers },
    });
    for (const { name, value, maxAge } of setCookies(answer)) {
      this.cookies.delete(name); // a cookie set again counts as the newest
      if (maxAge > 0) this.cookies.set(name, value);
    }
    return answer;
  }

  /** Goes to sign in; resolves to the callback that the user pool sends the browser to. */
  async startSignIn(returnTo?: string): Promise<string> {
    const query = returnTo === undefined ? "" : `?${new URLSearchParams({ returnTo }).toString()}`;
    const answer = await this.send({ target: `/auth/login${query}` });
    return `/auth/callback?${this.#pool.authorize(locationOf(answer)).toString()}`;
  }

  async signIn(returnTo?: string): Promise<APIGatewayProxyResult> {
    return this.send({ target: await this.startSignIn(returnTo) });
  }

  /** A POST as the page makes it. */
  post(target: string, headers: EventParts["headers"] = {}): Promise<APIGatewayProxyResult> {
    return this.send({ method: "POST", target, headers: { "X-LL-CSRF": "1", ...headers } });
  }
}

export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAge: number;
  readonly attributes: readonly string[];
}

export function setCookies(answer: APIGatewayProxyResult): readonly SetCookie[] {
  return (answer.multiValueHeaders?.["Set-Cookie"] ?? []).map((line) => {
    const [pair = "", ...attributes] = String(line).split("; ");
    const at = pair.indexOf("=");
    const maxAge = attributes.find((attribute) => attribute.startsWith("Max-Age="))?.slice(8);
    return { name: pair.slice(0, at), value: pair.slice(at + 1), maxAge: Number(maxAge), attributes };
  });
}

export function locationOf(answer: APIGatewayProxyResult): string {
  return String(answer.headers?.["Location"]);
}

/** The error code of a JSON answer. */
export function errorOf(answer: APIGatewayProxyResult): unknown {
  return (JSON.parse(answer.body) as { error?: unknown }).error;
}
