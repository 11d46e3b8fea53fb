// GraphQL's scalars and those AppSync adds: what they take as input, and what they give out.
// https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html

import { isIP } from "node:net";
import { Kind, type ValueNode } from "graphql";
import { isInt, javaClassName, javaText } from "./java-values.ts";
import { isTooDeep } from "./nesting.ts";

/** A value that a scalar does not take; the message is the service's. */
export class CoercionError extends Error {}

export interface Scalar {
  /** From a variable's JSON to what resolvers see. Throws a CoercionError. */
  readonly fromVariable: (value: unknown) => unknown;
  /** From a literal of a query to what resolvers see; undefined when the literal is not one of this scalar. */
  readonly fromLiteral: (node: ValueNode) => unknown;
  /** From a resolver's result to the answer's JSON. Throws a CoercionError. */
  readonly toResult: (value: unknown) => unknown;
}

function unexpected(scalar: string, value: unknown): CoercionError {
  return new CoercionError(`Expected type '${scalar}' but was '${javaClassName(value)}'.`);
}

/** A number, or text that is one: graphql-java makes no difference between the two. */
function numeric(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) return undefined;
  return Number(value);
}

function both(
  name: string,
  convert: (value: unknown) => unknown,
  fromLiteral: Scalar["fromLiteral"],
): Scalar {
  const checked = (value: unknown) => {
    const converted = convert(value);
    if (converted === undefined) throw unexpected(name, value);
    return converted;
  };
  return { fromVariable: checked, toResult: checked, fromLiteral };
}

const int = both(
  "Int",
  (value) => {
    const number = numeric(value);
    return number !== undefined && isInt(number) ? number : undefined;
  },
  (node) => (node.kind === Kind.INT && isInt(Number(node.value)) ? Number(node.value) : undefined),
);

const float = both(
  "Float",
  (value) => {
    const number = numeric(value);
    return number !== undefined && Number.isFinite(number) ? number : undefined;
  },
  (node) => {
    if (node.kind !== Kind.INT && node.kind !== Kind.FLOAT) return undefined;
    return Number.isFinite(Number(node.value)) ? Number(node.value) : undefined;
  },
);

const boolean = both(
  "Boolean",
  (value) => {
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return value !== 0;
    return typeof value === "string" ? value.toLowerCase() === "true" : undefined;
  },
  (node) => (node.kind === Kind.BOOLEAN ? node.value : undefined),
);

const string: Scalar = {
  fromVariable: javaText,
  toResult: javaText,
  fromLiteral: (node) => (node.kind === Kind.STRING ? node.value : undefined),
};

const id: Scalar = {
  fromVariable(value) {
    if (typeof value === "string") return value;
    if (typeof value === "number" && Number.isInteger(value)) return String(value);
    throw unexpected("ID", value);
  },
  toResult: javaText,
  fromLiteral: (node) => (node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
};

/** A scalar that is text of a certain form, and stays as it was written. */
function formattedText(what: string, isValid: (text: string) => boolean): Scalar {
  const check = (verb: string) => (value: unknown) => {
    if (typeof value === "string" && isValid(value)) return value;
    throw new CoercionError(`Unable to ${verb} \`${javaText(value)}\` as a valid ${what}.`);
  };
  return {
    fromVariable: check("parse"),
    toResult: check("serialize"),
    fromLiteral: (node) => (node.kind === Kind.STRING && isValid(node.value) ? node.value : undefined),
  };
}

/** At most 18 hours, as in Java. */
const OFFSET = "(?:Z|[+-](?:(?:0\\d|1[0-7]):[0-5]\\d(?::[0-5]\\d)?|18:00(?::00)?))";
const DATE = "(\\d{4})-(\\d{2})-(\\d{2})";
const TIME = "(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d{0,9})?)?";

function isDay(match: RegExpExecArray | null): boolean {
  if (match === null) return false;
  const [, year, month, day] = match.map(Number);
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day));
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day;
}

const timestamp: Scalar = {
  fromVariable(value) {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new CoercionError(`Unable to parse \`${javaText(value)}\` as a valid timestamp.`);
  },
  toResult(value) {
    const number = numeric(value);
    if (number !== undefined && Number.isSafeInteger(number)) return number;
    throw new CoercionError(`Unable to serialize \`${javaText(value)}\` as a valid timestamp.`);
  },
  fromLiteral: (node) => (node.kind === Kind.INT ? Number(node.value) : undefined),
};

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value) ? undefined : { value };
  } catch {
    return undefined;
  }
}

/** JSON text outside, values inside. */
const json: Scalar = {
  fromVariable(value) {
    const parsed = typeof value === "string" ? parsedJson(value) : undefined;
    if (parsed === undefined)
      throw new CoercionError(`Unable to parse \`${javaText(value)}\` as valid JSON.`);
    return parsed.value;
  },
  toResult: (value) =>
    typeof value === "string" && parsedJson(value) !== undefined ? value : JSON.stringify(value),
  fromLiteral: (node) => (node.kind === Kind.STRING ? parsedJson(node.value)?.value : undefined),
};

/** Digits in groups; a number without a country code is a North American one. */
function isPhone(text: string): boolean {
  if (!/^\+?[\d\s()-]+$/.test(text)) return false;
  const digits = text.replaceAll(/\D/g, "");
  return text.startsWith("+") ? /^[1-9]\d{6,14}$/.test(digits) : /^1?[2-9]\d{2}[2-9]\d{6}$/.test(digits);
}

function isUrl(text: string): boolean {
  // White space and backslashes are mended by browsers, and by the URL of JavaScript.
  if (!/^[a-z][a-z0-9+.-]*:[^\s\\]+$/i.test(text) || !URL.canParse(text)) return false;
  return !new URL(text).pathname.includes("//");
}

function isAddress(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const version = address.includes("%") ? 0 : isIP(address); // no zones
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

const SCALARS: Readonly<Record<string, Scalar>> = {
  Int: int,
  Float: float,
  Boolean: boolean,
  String: string,
  ID: id,
  AWSDate: formattedText("date", (text) => isDay(new RegExp(`^${DATE}${OFFSET}?$`).exec(text))),
  AWSTime: formattedText("time", (text) => new RegExp(`^${TIME}${OFFSET}?$`).test(text)),
  AWSDateTime: formattedText("DateTime Object", (text) =>
    isDay(new RegExp(`^${DATE}T${TIME}${OFFSET}$`).exec(text)),
  ),
  AWSTimestamp: timestamp,
  AWSEmail: formattedText("email address", (text) =>
    /^[^\s@<>(),;:\\"[\]]+@[^\s@.]+(\.[^\s@.]+)*$/.test(text),
  ),
  AWSJSON: json,
  AWSPhone: formattedText("phone number", isPhone),
  AWSURL: formattedText("URL", isUrl),
  AWSIPAddress: formattedText("IP address", isAddress),
};

/** A scalar by its name; AppSync has no others. */
export function scalarNamed(name: string): Scalar {
  const scalar = Object.hasOwn(SCALARS, name) ? SCALARS[name] : undefined;
  if (scalar === undefined) throw new Error(`there is no scalar ${name}`);
  return scalar;
}

/** The names of the scalars that AppSync adds to GraphQL's own. */
export const AWS_SCALARS = Object.keys(SCALARS).filter((name) => name.startsWith("AWS"));
