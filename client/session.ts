// The session on the page's origin: who is signed in, and access tokens that live in memory alone.

import * as v from "valibot";
import { SessionError } from "./errors.ts";

const SESSION_PATH = "/auth/session";
const LOGOUT_PATH = "/auth/logout";

/** Sent with every POST to our own endpoints: a foreign page cannot set it, so it shows that the request is ours. */
const CSRF_HEADERS = { "x-ll-csrf": "1" };

/** A token is renewed when it has less than this left, so that none expires on its way to the API. */
const RENEW_BEFORE_EXPIRY_SECONDS = 30;

const httpUrl = v.pipe(v.string(), v.url(), v.regex(/^https?:/));

const sessionAnswer = v.object({
  accessToken: v.pipe(v.string(), v.nonEmpty()),
  expiresInSeconds: v.pipe(v.number(), v.gtValue(0)),
  user: v.object({
    id: v.pipe(v.string(), v.nonEmpty()),
    username: v.pipe(v.string(), v.nonEmpty()),
    groups: v.array(v.string()),
  }),
  graphqlUrl: httpUrl,
  realtimeUrl: v.pipe(v.string(), v.url(), v.regex(/^wss?:/)),
  recorded: v.optional(v.boolean(), true),
});
const logoutAnswer = v.object({ logoutUrl: httpUrl });
const errorAnswer = v.object({ error: v.string(), requestId: v.string() });

type SessionAnswer = v.InferOutput<typeof sessionAnswer>;

/** Who is signed in. */
export interface SessionUser {
  /** The subject identifier in the user pool. */
  readonly id: string;
  readonly username: string;
  readonly groups: readonly string[];
}

/** An open session. All methods reject with a `SessionError`. */
export interface Session {
  readonly user: SessionUser;
  readonly graphqlUrl: string;
  readonly realtimeUrl: string;
  /** Whether the sign-in was on record when the session was opened. False only where people are let in without a record. */
  readonly isRecorded: boolean;
  /** A token that is good for a while yet; renewed when less than 30 seconds are left. */
  accessToken(): Promise<string>;
  /** Has the token replaced now, for instance after the API has refused it. Calls at the same time share one renewal. */
  renew(): Promise<void>;
  /** Ends the session on the server and says where the browser has to go to end it at the identity provider too. */
  logout(): Promise<{ readonly logoutUrl: string }>;
}

export interface OpenSessionOptions {
  /** Default is the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970. Default is `Date.now`. */
  readonly clock?: () => number;
}

/**
 * Opens the session that the browser's cookie stands for, or answers `null` when nobody is signed in.
 *
 * `origin` is the page's origin without a trailing slash. By default paths are resolved against the document's own.
 * Throws a `SessionError` when the server cannot be reached, cannot serve or refuses.
 *
 * @example
 * ```ts
 * import { createLedgerClient } from "./ledger-client.ts";
 * import { openSession } from "./session.ts";
 *
 * const session = await openSession("https://ledger.example.com");
 * if (session === null) {
 *   console.log("nobody is signed in");
 * } else {
 *   const client = createLedgerClient(session);
 *   console.log(session.user.username, client.version);
 * }
 * ```
 */
export async function openSession(origin = "", options: OpenSessionOptions = {}): Promise<Session | null> {
  const post = poster(origin, options.fetch ?? fetch);
  const clock = options.clock ?? Date.now;

  const requestToken = async () => {
    const requestedAtMs = clock();
    const response = await post(SESSION_PATH);
    if (response.status === 401) return null;
    const answer = await read(SESSION_PATH, response, sessionAnswer);
    // Counted from the request on: the answer was under way for a part of the token's life.
    return { answer, expiresAtMs: requestedAtMs + answer.expiresInSeconds * 1000 };
  };

  const opened = await requestToken();
  if (opened === null) return null;
  const { user, graphqlUrl, realtimeUrl, recorded: isRecorded } = opened.answer;
  let current = opened;
  let renewal: Promise<void> | undefined;

  const replaceToken = async () => {
    const renewed = await requestToken();
    if (renewed === null) throw new SessionError("session_lost", "the session has ended; sign in again");
    assertSameUser(renewed.answer, user.id);
    current = renewed;
  };
  const renew = () =>
    (renewal ??= replaceToken().finally(() => {
      renewal = undefined;
    }));

  return {
    user,
    graphqlUrl,
    realtimeUrl,
    isRecorded,
    renew,
    async accessToken() {
      if (current.expiresAtMs - clock() < RENEW_BEFORE_EXPIRY_SECONDS * 1000) await renew();
      return current.answer.accessToken;
    },
    async logout() {
      const response = await post(LOGOUT_PATH);
      if (response.status === 401) throw new SessionError("session_lost", "the session had already ended");
      return read(LOGOUT_PATH, response, logoutAnswer);
    },
  };
}

/** The cookie belongs to the browser, not to this window: in another one, somebody else may have signed in since. */
function assertSameUser(answer: SessionAnswer, userId: string): void {
  if (answer.user.id === userId) return;
  throw new SessionError("session_lost", "another user has signed in with this browser; load the page anew");
}

function poster(origin: string, fetchIt: typeof fetch) {
  return async (path: string): Promise<Response> => {
    try {
      return await fetchIt(`${origin}${path}`, {
        method: "POST",
        headers: { ...CSRF_HEADERS, accept: "application/json" },
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
      });
    } catch (cause) {
      throw new SessionError("unreachable", `POST ${path} got no answer; check the network`, { cause });
    }
  };
}

async function read<Output>(
  path: string,
  response: Response,
  schema: v.GenericSchema<unknown, Output>,
): Promise<Output> {
  const body = await parseJson(response);
  if (!response.ok) throw refusal(path, response.status, body);
  const parsed = v.safeParse(schema, body);
  if (parsed.success) return parsed.output;
  // The path of each issue only: its value may be a token.
  const paths = parsed.issues.map((issue) => v.getDotPath(issue) ?? "the whole body").join(", ");
  throw new SessionError(
    "malformed",
    `the answer of ${path} is not in the form agreed on (${paths}); load the page anew`,
  );
}

async function parseJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined; // an answer without JSON is judged by its status, then by the schema
  }
}

function refusal(path: string, status: number, body: unknown): SessionError {
  const parsed = v.safeParse(errorAnswer, body);
  const named = parsed.success ? ` (${parsed.output.error})` : "";
  const options = parsed.success ? { requestId: parsed.output.requestId } : {};
  return status === 429 || status >= 500
    ? new SessionError("unavailable", `${path} answered ${status}${named}; try again later`, options)
    : new SessionError("refused", `${path} answered ${status}${named}`, options);
}
