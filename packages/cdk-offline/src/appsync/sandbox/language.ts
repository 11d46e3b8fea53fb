// Where APPSYNC_JS differs from JavaScript in its built-in objects, and what of JavaScript it does not have.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html

import { MAX_ITERATIONS } from "../evaluator/wire.ts";
import { freezeIntrinsics } from "./intrinsics.ts";
import { javaPattern } from "./java-pattern.ts";
import { FaultSignal } from "./signals.ts";

/** The built-in objects that resolver code finds in scope; the rest is undeclared, as on AppSync. */
export const builtIns = { Object, Array, String, Number, Boolean, Math, JSON };

/** The constants of the language, which stay globals. */
const CONSTANTS = ["NaN", "Infinity", "undefined"];

/** How many frames of a stack trace are kept: more than the utilities go deep. */
const STACK_FRAMES = 30;

/**
 * The methods that stop after a thousand items, silently (aws-appsync-community#371). It is recorded of `filter`, `map` and
 * `reduce`. Methods that visit from the end are left as they are.
 */
const VISITING_METHODS = [
  "every",
  "filter",
  "find",
  "findIndex",
  "flatMap",
  "forEach",
  "map",
  "reduce",
  "some",
] as const;

/** Bends the realm this runs in and makes it stay so. To be called once, before any resolver code runs. */
export function bendLanguage(realm: object): void {
  bendJson();
  bendStrings();
  bendLists();
  forgetMatches();
  // A formatter of stack traces would be handed the frames of whoever called into the realm.
  Object.defineProperty(Error, "prepareStackTrace", { value: undefined });
  Object.defineProperty(Error, "stackTraceLimit", { value: STACK_FRAMES });
  freezeIntrinsics(realm);
  for (const name of Object.getOwnPropertyNames(realm)) {
    if (!CONSTANTS.includes(name)) Reflect.deleteProperty(realm, name);
  }
}

/** Text that is not JSON gives an empty string. */
function bendJson(): void {
  const parse: (text: string) => unknown = JSON.parse;
  replaceMember(JSON, "parse", (text: string): unknown => {
    try {
      return parse(text);
    } catch {
      return "";
    }
  });
}

/** The text searched for is a Java pattern. Expressions come from the utilities here, never from resolver code. */
function bendStrings(): void {
  const expressionOf = (pattern: string | RegExp, flags: string) =>
    typeof pattern === "string" ? javaPattern(pattern, flags) : pattern;
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
}

/** `RegExp.lastMatch` and its like hold the text that was matched last, be it in another call. */
function forgetMatches(): void {
  for (const name of Object.getOwnPropertyNames(RegExp)) {
    const isLegacy = Reflect.getOwnPropertyDescriptor(RegExp, name)?.get !== undefined;
    if (isLegacy) Reflect.deleteProperty(RegExp, name);
  }
}

type ListMethod = (this: unknown, ...given: readonly unknown[]) => unknown;

function bendLists(): void {
  const prototype = Array.prototype as unknown as Readonly<Record<string, ListMethod>>;
  const slice = prototype["slice"];
  for (const name of VISITING_METHODS) {
    const method = prototype[name];
    if (method === undefined || slice === undefined) continue;
    replaceMember(Array.prototype, name, function (this: readonly unknown[], ...given: readonly unknown[]) {
      const list = this.length > MAX_ITERATIONS ? slice.call(this, 0, MAX_ITERATIONS) : this;
      return method.apply(list, [...given]);
    });
  }
  const sort = prototype["sort"];
  replaceMember(Array.prototype, "sort", function (this: unknown, ...given: readonly unknown[]) {
    if (given.length > 0) throw new FaultSignal("sort takes no arguments");
    return sort?.call(this);
  });
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
