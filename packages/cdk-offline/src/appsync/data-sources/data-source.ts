// What a resolver's request is sent to, and what comes back.

/** `ctx.error` of a response handler. */
export interface SourceError {
  readonly message: string;
  readonly type: string;
  /** The class of what a Lambda function threw, null for what it did not throw (aws-appsync-community#386). */
  readonly unhandledErrorType?: string | null;
}

export interface SourceAnswer {
  /** `ctx.result`: JSON values. */
  readonly result: unknown;
  readonly error?: SourceError;
}

/** For which field a request is made. */
interface SourceField {
  readonly parentTypeName: string;
  readonly fieldName: string;
  /** Such as `[Login!]`. */
  readonly outputType: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Answers several requests at once, in their order. */
export type SendBatch = (payloads: readonly unknown[]) => Promise<readonly SourceAnswer[]>;

export interface SourceCall {
  /** What the request handler returned: JSON values. */
  readonly request: unknown;
  /** The caller's subject identifier, to which page tokens are bound. */
  readonly callerSub: string | null;
  /** `ctx.identity` as JSON text. */
  readonly identity: string;
  readonly field: SourceField;
  /** How long the GraphQL request may still last. */
  readonly remainingMs: () => number;
  /** Sends a payload together with those of the same field that are under way in the same GraphQL request. */
  readonly batch: (kind: string, payload: unknown, send: SendBatch) => Promise<SourceAnswer>;
}

/** Carries out a request. Rejects with a RequestError for one it cannot read; the service's errors are answers. */
export type DataSource = (call: SourceCall) => Promise<SourceAnswer>;

/** A request object that is not one of this data source. The field fails with it; no handler sees it. */
export class RequestError extends Error {}

/** A request object as a record of its members. */
export function membersOf(request: unknown): Readonly<Record<string, unknown>> {
  return typeof request === "object" && request !== null && !Array.isArray(request)
    ? (request as Readonly<Record<string, unknown>>)
    : {};
}

/** A member that has to be there. `at` is where the members stand in the request, such as `$[condition]`. */
export function required(members: Readonly<Record<string, unknown>>, name: string, at = "$"): unknown {
  const value = members[name];
  if (value === undefined || value === null)
    throw new RequestError(`Value for field '${at}[${name}]' not found.`);
  return value;
}

/** Refuses members that there are not; a misspelt one would otherwise do nothing. */
export function refuseOthers(
  members: Readonly<Record<string, unknown>>,
  known: readonly string[],
  at = "$",
): void {
  const other = Object.keys(members).find((name) => !known.includes(name));
  if (other !== undefined) throw new RequestError(`Unsupported element '${at}[${other}]'.`);
}
