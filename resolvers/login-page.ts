// Pages of sign-ins: the arguments checked, the query made, the answer shaped.

import { util, type Context } from "@aws-appsync/utils";
import { query } from "@aws-appsync/utils/dynamodb";
import type { LedgerItem } from "../functions/login-file/event.ts";
import type { LoginPage } from "./generated/schema.ts";
import { endWithLedgerError } from "./ledger-errors.ts";
import { toLogin } from "./login.ts";
import { positionsBetween } from "./times.ts";

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

export type PageArguments = {
  from?: string | null;
  to?: string | null;
  limit?: number | null;
  nextToken?: string | null;
};

type QueryResult = { items: LedgerItem[]; nextToken: string | null };

/** The whole ledger item as a map, which the query builder's types ask for. */
export type ItemMap = { [K in keyof LedgerItem]: LedgerItem[K] };

/** Newest first: the sign-ins of one user id. Ends the field with `InvalidPage` for arguments out of range. */
export function queryByUser(userId: string, page: PageArguments) {
  return query<ItemMap>({
    index: "byUser",
    query: { userId: { eq: userId }, position: { between: boundsOf(page) } },
    ...pageOf(page),
  });
}

/** Newest first: the sign-ins under one user name, given as its key. Ends the field with `InvalidPage` for arguments out of range. */
export function queryByName(usernameKey: string, page: PageArguments) {
  return query<ItemMap>({
    index: "byName",
    query: { usernameKey: { eq: usernameKey }, position: { between: boundsOf(page) } },
    ...pageOf(page),
  });
}

/** The page that a query found. */
export function pageResult(ctx: Context<PageArguments>): LoginPage {
  if (ctx.error) {
    if (ctx.args.nextToken && isAboutToken(ctx.error)) {
      util.error("nextToken is none of this query and caller; start again without it", "InvalidPage");
    }
    endWithLedgerError(ctx.error);
  }
  const result = ctx.result as QueryResult;
  return {
    items: result.items.map((item) => toLogin(item, true)),
    nextToken: result.nextToken,
  };
}

function boundsOf({ from, to }: PageArguments): [string, string] {
  return positionsBetween(from ? from : null, to ? to : null);
}

function pageOf(page: PageArguments) {
  // Only null means "left out": 0 is a number somebody sent.
  const limit = page.limit === null || page.limit === undefined ? DEFAULT_LIMIT : page.limit;
  if (limit < 1 || limit > MAX_LIMIT) {
    util.error(`limit is ${limit}; it must be between 1 and ${MAX_LIMIT}`, "InvalidPage");
  }
  return { limit, nextToken: page.nextToken ? page.nextToken : null, scanIndexForward: false };
}

/**
 * AppSync refuses a token that it did not make. A position outside of the query is refused by DynamoDB, in words: the type
 * stands for other faults as well.
 */
function isAboutToken({ type, message }: { type: string; message: string }): boolean {
  return type === "DynamoDB:UserIllegalArgumentException" || message.indexOf("starting key") > -1;
}
