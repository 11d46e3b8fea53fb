// As much of APPSYNC_JS's modules as the resolvers use, so that their sources can be called directly. How they behave in
// AppSync is tested through the runtime; this is for seeing every branch.

import { randomUUID } from "node:crypto";

/** How a handler ended other than by returning. */
export class Ended extends Error {
  readonly how: Readonly<Record<string, unknown>>;

  constructor(how: Readonly<Record<string, unknown>>) {
    super(JSON.stringify(how));
    this.how = how;
  }
}

export const util = {
  error(message: string, errorType: string): never {
    throw new Ended({ errorType, message });
  },
  unauthorized(): never {
    throw new Ended({ errorType: "Unauthorized" });
  },
  matches: (pattern: string, text: string) => new RegExp(pattern, "u").test(text),
  autoId: () => randomUUID(),
  urlEncode: (text: string) => encodeURIComponent(text),
  time: {
    nowEpochSeconds: () => Math.floor(Date.now() / 1000),
    parseISO8601ToEpochMilliSeconds: (text: string) => Date.parse(text),
    epochMilliSecondsToISO8601: (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z"),
  },
  transform: { toSubscriptionFilter: (filter: unknown) => filter },
};

export const runtime = {
  earlyReturn(value: unknown): never {
    throw new Ended({ earlyReturn: value });
  },
};

/** The filters that subscriptions set, in order. */
export const subscriptionFilters: unknown[] = [];

export const extensions = {
  setSubscriptionFilter(filter: unknown): void {
    subscriptionFilters.push(filter);
  },
};

/** Of `@aws-appsync/utils/dynamodb`: what was asked for, as it was asked. */
export const dynamodb = {
  put: (request: object) => ({ operation: "PutItem", ...request }),
  get: (request: object) => ({ operation: "GetItem", ...request }),
  query: (request: object) => ({ operation: "Query", ...request }),
};
