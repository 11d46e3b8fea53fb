// Where what is stored lies in LevelDB: one key space, told apart by prefixes. A name of DynamoDB's has no "~" in it.

import type { Range } from "./dynalite.ts";

export const tablePrefix = "table~";

export function tableKey(tableName: string): string {
  return tablePrefix + tableName;
}

export function itemPrefix(tableName: string): string {
  return `item~${tableName}~`;
}

export function indexPrefix(tableName: string, indexName: string): string {
  return `index~${tableName}~${indexName}~`;
}

export const tokenPrefix = "transaction~";

/** Where it is kept that the transaction of a client's token was made. */
export function tokenKey(token: string): string {
  return tokenPrefix + Buffer.from(token).toString("hex");
}

/** All keys with a prefix. Behind it dynalite's keys are ASCII only, so that the next character bounds them. */
export function under(prefix: string): Range {
  return { gte: prefix, lt: `${prefix}\u007f` };
}

/** The part of a range under a prefix; bounds that are not given become those of the prefix. */
export function within(prefix: string, range: Range): Range {
  const all = under(prefix);
  return {
    ...(range.gt === undefined
      ? { gte: range.gte === undefined ? all.gte : prefix + range.gte }
      : { gt: prefix + range.gt }),
    ...(range.lte === undefined
      ? { lt: range.lt === undefined ? all.lt : prefix + range.lt }
      : { lte: prefix + range.lte }),
    reverse: range.reverse ?? false,
    limit: range.limit ?? -1,
  };
}
