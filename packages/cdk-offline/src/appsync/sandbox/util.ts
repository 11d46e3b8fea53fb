// The objects `util` and `runtime` as resolver code sees them.
// https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html

import { dynamodbUtil, isPlainObject } from "./dynamodb-values.ts";
import { base64Decode, base64Encode, escapeJavaScript, urlDecode, urlEncode } from "./encoding.ts";
import { toExpression } from "./filter-expression.ts";
import { autoId, autoKsuid, autoUlid } from "./identifiers.ts";
import { currentInvocation } from "./invocation.ts";
import { wholeJavaPattern } from "./java-pattern.ts";
import { toQueryDSL } from "./query-dsl.ts";
import {
  EarlyReturnSignal,
  FaultSignal,
  NotServedSignal,
  raisedError,
  RaisedSignal,
  RuntimeErrorSignal,
  UnauthorizedSignal,
} from "./signals.ts";
import { toSubscriptionFilter } from "./subscription-filter.ts";
import { timeUtil } from "./time.ts";

/** The expression as JSON text; null for a filter that cannot be rendered. */
function expressionText(filter: unknown): string | null {
  const expression = toExpression(filter);
  return expression === null ? null : JSON.stringify(expression);
}

/** What the caller was authorized by, told from the members of `ctx.identity` as AppSync tells it. */
function authType(): string {
  const { identity } = currentInvocation();
  if (!isPlainObject(identity)) return "API Key Authorization";
  const has = (...names: string[]) =>
    names.every((name) => identity[name] !== null && identity[name] !== undefined);
  if (Object.keys(identity).length === 0 || has("resolverContext")) return "Lambda Authorization";
  if (has("userArn", "sourceIp")) return "IAM Authorization";
  if (has("sub", "issuer", "username", "claims", "sourceIp", "defaultAuthStrategy")) {
    return "User Pool Authorization";
  }
  const oidcMembers = ["sub", "issuer", "claims"];
  const onlyOidc = Object.keys(identity).every((name) => oidcMembers.includes(name));
  return onlyOidc && has(...oidcMembers) ? "Open ID Connect Authorization" : "API Key Authorization";
}

function randomFraction(): number {
  return currentInvocation().nextRandom() / 2 ** 32;
}

/** A member that AppSync has and that is refused by name as soon as it is touched. */
function refused(target: object, name: string, path: string): void {
  Object.defineProperty(target, name, {
    enumerable: true,
    get() {
      throw new NotServedSignal(path);
    },
  });
}

const NORMAL_FORMS: Readonly<Record<string, string>> = { nfc: "NFC", nfd: "NFD", nfkc: "NFKC", nfkd: "NFKD" };

export const util = {
  escapeJavaScript,
  urlEncode,
  urlDecode,
  base64Encode,
  base64Decode,
  autoId,
  autoUlid,
  autoKsuid,
  authType,
  unauthorized(): never {
    throw new UnauthorizedSignal();
  },
  error(message: unknown, errorType?: unknown, data?: unknown, errorInfo?: unknown): never {
    throw new RaisedSignal(raisedError(message, errorType, data, errorInfo));
  },
  appendError(message: unknown, errorType?: unknown, data?: unknown, errorInfo?: unknown): void {
    currentInvocation().appended.push(raisedError(message, errorType, data, errorInfo));
  },
  matches(pattern: string, value: string): boolean {
    return wholeJavaPattern(pattern).test(value);
  },
  time: timeUtil,
  dynamodb: dynamodbUtil,
  transform: {
    toDynamoDBFilterExpression: expressionText,
    toDynamoDBConditionExpression: expressionText,
    toElasticsearchQueryDSL: (query: unknown) => JSON.stringify(toQueryDSL(query)),
    toSubscriptionFilter,
  },
  math: {
    roundNum: Math.round,
    minVal: (a: number, b: number) => Math.min(a, b),
    maxVal: (a: number, b: number) => Math.max(a, b),
    randomDouble: randomFraction,
    randomWithinRange: (start: number, end: number) => Math.floor(start + randomFraction() * (end - start)),
  },
  str: {
    normalize(value: string, form: string): string {
      const normalForm = NORMAL_FORMS[form];
      if (normalForm === undefined) throw new FaultSignal(`${form} is not a normalization form`);
      return value.normalize(normalForm);
    },
  },
};
refused(util, "rds", "util.rds");
refused(util, "http", "util.http");
refused(util, "xml", "util.xml");

export const runtime = {
  /** Nothing, null and undefined are faults on AppSync as well (aws-appsync-community#280). */
  earlyReturn(value?: unknown, options?: { readonly skipTo?: "END" | "NEXT" }): never {
    if (value === null || value === undefined) throw new RuntimeErrorSignal();
    throw new EarlyReturnSignal(value, options?.skipTo ?? null);
  },
};
