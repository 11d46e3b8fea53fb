// DynamoDB's typed values between resolver requests, the wire and resolver results.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-resolver-reference-dynamodb.html

import { membersOf, RequestError } from "../data-source.ts";

type WireValue = Readonly<Record<string, unknown>>;
export type WireItem = Readonly<Record<string, WireValue>>;

/** A typed value of a request, whose numbers may be numbers and whose NULL is null, as the wire has it. */
function toWire(value: unknown, path: string): WireValue {
  const [entry, ...others] = Object.entries(membersOf(value));
  if (entry === undefined || others.length > 0) {
    throw new RequestError(`Expected a typed value such as {"S": "text"} at '${path}'.`);
  }
  const [type, content] = entry;
  if (type === "N") return { N: String(content) };
  if (type === "NULL") return { NULL: true };
  if (type === "NS" && Array.isArray(content)) return { NS: content.map(String) };
  if (type === "L" && Array.isArray(content)) {
    return { L: content.map((item, index) => toWire(item, `${path}[L][${index}]`)) };
  }
  if (type === "M") return { M: toWireItem(content, `${path}[M]`) };
  return { [type]: content };
}

/** The typed values of an item, a key or a set of expression values. */
export function toWireItem(values: unknown, path: string): WireItem {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw new RequestError(`Expected JSON object at '${path}'.`);
  }
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, toWire(value, `${path}[${name}]`)]),
  );
}

/** A value of the wire as resolvers see it: sets are lists, numbers are numbers, binary data is base64 text. */
function fromWire(value: WireValue): unknown {
  const [type = "", content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case "N":
      return Number(content);
    case "NS":
      return (content as readonly string[]).map(Number);
    case "NULL":
      return null;
    case "L":
      return (content as readonly WireValue[]).map(fromWire);
    case "M":
      return fromWireItem(content as WireItem);
    default:
      return content;
  }
}

/** An item as an object; null for none. */
export function fromWireItem(item: WireItem | undefined): Readonly<Record<string, unknown>> | null {
  if (item === undefined) return null;
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromWire(value)]));
}

/** A typed item whose numbers are numbers, as AppSync hands it to a function. */
export function numbersAsNumbers(item: WireItem): WireItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, numberAsNumber(value)]));
}

function numberAsNumber(value: WireValue): WireValue {
  const [type = "", content] = Object.entries(value)[0] ?? [];
  switch (type) {
    case "N":
      return { N: Number(content) };
    case "NS":
      return { NS: (content as readonly string[]).map(Number) };
    case "L":
      return { L: (content as readonly WireValue[]).map(numberAsNumber) };
    case "M":
      return { M: numbersAsNumbers(content as WireItem) };
    default:
      return value;
  }
}

/** Whether two items hold the same, leaving some attributes aside. Order in sets and spelling of numbers do not count. */
export function sameItem(a: WireItem, b: WireItem, ignored: readonly string[]): boolean {
  return canonical(a, ignored) === canonical(b, ignored);
}

function canonical(item: WireItem, ignored: readonly string[]): string {
  const sorted = Object.keys(item)
    .filter((name) => !ignored.includes(name))
    .sort()
    .map((name) => [name, canonicalValue(item[name] ?? {})]);
  return JSON.stringify(sorted);
}

function canonicalValue(value: WireValue): unknown {
  const [type = "", content] = Object.entries(value)[0] ?? [];
  if (type === "M") return [type, canonical(content as WireItem, [])];
  if (type === "L") return [type, (content as readonly WireValue[]).map(canonicalValue)];
  if (type === "N") return [type, canonicalNumber(String(content))];
  if (type === "NS") return [type, (content as readonly string[]).map(canonicalNumber).sort()];
  return Array.isArray(content) ? [type, (content as unknown[]).map(String).sort()] : [type, content];
}

/** One spelling for a number, unless it has more digits than a JavaScript number keeps apart. */
function canonicalNumber(text: string): string {
  return text.replaceAll(/\D/g, "").length <= 15 ? String(Number(text)) : text;
}
