// The ARN of a log group, with and without the suffix that stands for all of its streams.

/** Region and account, from which ARNs are made. */
export interface Owner {
  readonly region: string;
  readonly account: string;
}

/** Without `:*`, as `logGroupArn` and `logGroupIdentifier` have it. */
export function logGroupArn({ region, account }: Owner, name: string): string {
  return `arn:aws:logs:${region}:${account}:log-group:${name}`;
}

/** The name in an ARN of this owner, or the identifier itself when it is no such ARN. */
export function nameFromIdentifier(owner: Owner, identifier: string): string {
  const prefix = logGroupArn(owner, "");
  return identifier.startsWith(prefix) ? identifier.slice(prefix.length).replace(/:\*$/, "") : identifier;
}
