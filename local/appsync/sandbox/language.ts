// Where APPSYNC_JS differs from JavaScript, and what of JavaScript it does not have.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html

import { javaPattern } from "./java-pattern.ts";

/** The globals that stay; the rest is undeclared, as on AppSync. */
const GLOBALS = [
  "Object",
  "Array",
  "String",
  "Number",
  "Boolean",
  "Math",
  "JSON",
  "NaN",
  "Infinity",
  "undefined",
];

/** Bends the realm this runs in. To be called once, before any resolver code runs. */
export function bendLanguage(realm: object): void {
  const parse: (text: string) => unknown = JSON.parse;
  /** Text that is not JSON gives an empty string. */
  replaceMember(JSON, "parse", (text: string): unknown => {
    try {
      return parse(text);
    } catch {
      return "";
    }
  });
  // The text searched for is a Java pattern. Expressions come from the utilities here, never from resolver code.
  replaceMember(String.prototype, "replace", function (this: unknown, pattern: string | RegExp, by: string) {
    return expressionOf(pattern, "")[Symbol.replace](String(this), by);
  });
  replaceMember(
    String.prototype,
    "replaceAll",
    function (this: unknown, pattern: string | RegExp, by: string) {
      return expressionOf(pattern, "g")[Symbol.replace](String(this), by);
    },
  );
  // A formatter of stack traces would be handed the frames of whoever called into the realm.
  Object.defineProperty(Error, "prepareStackTrace", {
    value: undefined,
    writable: false,
    configurable: false,
  });
  for (const name of Object.getOwnPropertyNames(realm)) {
    if (!GLOBALS.includes(name)) Reflect.deleteProperty(realm, name);
  }
  for (const kept of [Object, Array, String, Number, Boolean, Math, JSON]) Object.freeze(kept);
}

function expressionOf(pattern: string | RegExp, flags: string): RegExp {
  return typeof pattern === "string" ? javaPattern(pattern, flags) : pattern;
}

function replaceMember(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

/** Freezes an object and everything it holds, so that one call cannot change it for the next. */
export function deepFreeze<Value extends object>(value: Value): Value {
  if (Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(value)) as {
    value?: unknown;
  }[]) {
    if ((typeof member === "object" && member !== null) || typeof member === "function") deepFreeze(member);
  }
  return value;
}
