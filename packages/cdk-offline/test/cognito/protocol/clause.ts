// What a clause of a standard is here: a line of a table, with the test that shows what the pool makes of it.

/** How binding a clause is (RFC 2119); a REQUIRED or OPTIONAL parameter counts as MUST or MAY. */
type Level = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";

export interface Clause {
  /** Standard, section and a letter. Permanent: never given to another clause. */
  readonly id: string;
  readonly level: Level;
  /** What the clause asks for, in our words, read after the level. */
  readonly asks: string;
  /**
   * Where a user pool on AWS does otherwise, as its documentation says or, marked with "unverified", as it most likely
   * does. `check` then shows that this pool does the same.
   */
  readonly cognito?: string;
  /** Fails unless the pool keeps to the clause or, where `cognito` says so, departs from it just as told. */
  readonly check: () => Promise<void>;
}

export function clauseName({ id, level, asks, cognito }: Clause): string {
  return `${id} ${level} ${asks}${cognito === undefined ? "" : ` [departs: ${cognito}]`}`;
}
