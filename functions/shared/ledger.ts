// The ledger as a function sees it: two GraphQL operations, called with the user's own access token.

import * as v from "valibot";
import {
  GreetingDocument,
  RecordLoginDocument,
  type DeviceInput,
  type GreetingQuery,
  type LoginFieldsFragment,
  type TypedDocumentString,
} from "./generated/operations.ts";
import { KnownError } from "./known-error.ts";
import type { Post, PostAnswer } from "./post.ts";
import { retry, type RetryPolicy } from "./retry.ts";

/**
 * `token_refused`: the ledger does not take this access token. `locale_refused`: the locale is no language tag.
 * `unavailable`: the ledger gave no answer, or none that can be used; `passing` says whether trying again may help.
 */
export class LedgerError extends KnownError<"token_refused" | "locale_refused" | "unavailable"> {
  readonly passing: boolean;

  constructor(
    code: LedgerError["code"],
    message: string,
    options: ErrorOptions & { passing?: boolean } = {},
  ) {
    super(code, message, options);
    this.passing = options.passing ?? false;
  }
}

export interface Ledger {
  /** Has the sign-in recorded that the token stems from. Calling it again changes nothing and answers the same item. */
  recordLogin(accessToken: string, device: DeviceInput): Promise<LoginFieldsFragment>;
  greet(accessToken: string, locale: string | null): Promise<NonNullable<GreetingQuery["greeting"]>>;
}

export interface LedgerOptions {
  readonly graphqlUrl: string;
  readonly post: Post;
  /** Time for one try, in milliseconds. */
  readonly timeoutMs: number;
  readonly retries: RetryPolicy;
}

/** How long a request waits for the ledger: three tries and the pauses between them, within `LIMITS.ledgerMs`. */
export const LEDGER_PATIENCE = {
  timeoutMs: 2400,
  retries: { attempts: 3, firstPauseMs: 150, longestPauseMs: 400 },
} as const;

/** An answer holds one sign-in or two: AppSync's own limit of 1 MB is far off. */
const MAX_ANSWER_BYTES = 256 * 1024;

const loginSchema: v.GenericSchema<unknown, LoginFieldsFragment> = v.object({
  id: v.string(),
  userId: v.string(),
  username: v.string(),
  loggedInAt: v.string(),
  recordedAt: v.string(),
  clientId: v.string(),
  address: v.nullable(v.string()),
  userAgent: v.nullable(v.string()),
  methods: v.nullable(v.array(v.string())),
  file: v.string(),
  alreadyRecorded: v.boolean(),
});

const recordedSchema = v.object({ recordLogin: loginSchema });

const greetedSchema = v.object({
  greeting: v.object({ message: v.string(), locale: v.string(), lastLogin: v.nullable(loginSchema) }),
});

const errorsSchema = v.object({ errors: v.array(v.object({ errorType: v.nullish(v.string()) })) });

/** Error types after which the same call may well succeed. */
const PASSING: ReadonlySet<string> = new Set(["RecordPending", "Throttled", "Unavailable"]);
const TOKEN_REFUSED: ReadonlySet<string> = new Set(["BadToken", "Unauthorized", "UnauthorizedException"]);

/** The ledger behind an AppSync endpoint. Every method rejects with `LedgerError` and nothing else. */
export function createLedger({ graphqlUrl, post, timeoutMs, retries }: LedgerOptions): Ledger {
  const ask = <Answer, Result, Variables>(
    accessToken: string,
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    schema: v.GenericSchema<unknown, Answer>,
  ): Promise<Answer> => {
    const body = JSON.stringify({ query: document.toString(), variables });
    const headers = { "content-type": "application/json", authorization: accessToken };
    const attempt = async () => {
      const answer = await post({
        url: graphqlUrl,
        headers,
        body,
        timeoutMs,
        maxAnswerBytes: MAX_ANSWER_BYTES,
      }).catch((cause: unknown) => {
        throw new LedgerError("unavailable", "the ledger cannot be reached", { cause, passing: true });
      });
      return read(answer, schema);
    };
    return retry(attempt, {
      ...retries,
      isPassing: (error) => error instanceof LedgerError && error.passing,
    });
  };

  return {
    recordLogin: async (accessToken, device) =>
      (await ask(accessToken, RecordLoginDocument, { device }, recordedSchema)).recordLogin,
    greet: async (accessToken, locale) =>
      (await ask(accessToken, GreetingDocument, { locale }, greetedSchema)).greeting,
  };
}

/** The data of a GraphQL answer: https://docs.aws.amazon.com/appsync/latest/devguide/troubleshooting-and-common-mistakes.html */
function read<Answer>({ status, body }: PostAnswer, schema: v.GenericSchema<unknown, Answer>): Answer {
  if (status === 401) throw new LedgerError("token_refused", "the ledger refused the access token");
  const json = parseJson(body);
  const refused = v.safeParse(errorsSchema, json);
  const [error] = refused.success ? refused.output.errors : [];
  if (error !== undefined) throw errorOfType(error.errorType ?? "", status);
  const parsed = v.safeParse(v.object({ data: schema }), json);
  if (status === 200 && parsed.success) return parsed.output.data;
  throw new LedgerError("unavailable", `the ledger answered ${status} with nothing that can be used`, {
    passing: json === undefined || isPassingStatus(status),
  });
}

function errorOfType(errorType: string, status: number): LedgerError {
  if (TOKEN_REFUSED.has(errorType))
    return new LedgerError("token_refused", `the ledger answered ${errorType}`);
  if (errorType === "InvalidLocale")
    return new LedgerError("locale_refused", "the ledger answered InvalidLocale");
  const known = PASSING.has(errorType);
  return new LedgerError(
    "unavailable",
    `the ledger answered ${known ? errorType : "an unknown error type"}`,
    {
      passing: known || isPassingStatus(status),
    },
  );
}

function isPassingStatus(status: number): boolean {
  return status === 429 || status >= 500;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
