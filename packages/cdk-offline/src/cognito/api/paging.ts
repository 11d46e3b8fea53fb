// Cuts a listing into pages.

import * as v from "valibot";
import { pageToken, readPageToken } from "../../aws/page-token.ts";
import { invalidParameter } from "../errors.ts";

/** The most that one page can hold. */
export const MOST_ITEMS = 60;

export const maxResults = v.pipe(v.number(), v.minValue(1), v.maxValue(MOST_ITEMS));

export const nextToken = v.optional(v.string());

export interface PageRequest<Item> {
  /** All that decides what is listed, the operation included. */
  readonly query: unknown;
  /** In an order that stays. */
  readonly items: readonly Item[];
  /** What orders the items, and names each of them. */
  readonly positionOf: (item: Item) => string;
  readonly limit: number;
  readonly token: string | undefined;
}

/** Throws `InvalidParameterException` for a token that this listing has not given. */
export function pageOf<Item>({ query, items, positionOf, limit, token }: PageRequest<Item>): {
  items: readonly Item[];
  nextToken: string | undefined;
} {
  const after = token === undefined ? undefined : readPageToken(query, token);
  if (token !== undefined && after === undefined) throw invalidParameter("Invalid pagination token.");
  const rest = after === undefined ? items : items.filter((item) => positionOf(item) > after);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  const nextToken =
    rest.length > shown.length && last !== undefined ? pageToken(query, positionOf(last)) : undefined;
  return { items: shown, nextToken };
}
