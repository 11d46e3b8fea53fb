// What a resolver's request is sent to, and what comes back.

/** `ctx.error` of a response handler. */
export interface SourceError {
  readonly message: string;
  readonly type: string;
}

export interface SourceAnswer {
  /** `ctx.result`: JSON values. */
  readonly result: unknown;
  readonly error?: SourceError;
}

interface SourceCall {
  /** What the request handler returned: JSON values. */
  readonly request: unknown;
  /** The caller's subject identifier, to which page tokens are bound. */
  readonly callerSub: string | null;
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

/** A member that has to be there. */
export function required(members: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = members[name];
  if (value === undefined || value === null)
    throw new RequestError(`Value for field '$[${name}]' not found.`);
  return value;
}

/** Refuses members that the operation does not have; a misspelt one would otherwise do nothing. */
export function refuseOthers(members: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const other = Object.keys(members).find((name) => !known.includes(name));
  if (other !== undefined) throw new RequestError(`Unsupported element '$[${other}]'.`);
}
