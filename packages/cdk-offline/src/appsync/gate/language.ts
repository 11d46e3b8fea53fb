// What APPSYNC_JS has of JavaScript's built-in objects: what AppSync's documentation lists, and little more.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html

/** Declared to the type checker beside the standard library, which has no console. */
export const CONSOLE_DECLARATION = `
interface Console { error(...values: any[]): void; log(...values: any[]): void }
declare var console: Console;
`;

/** Global names that stand for a value. */
export const GLOBAL_VALUES: ReadonlySet<string> = new Set([
  "Infinity",
  "NaN",
  "extensions",
  "runtime",
  "undefined",
  "util",
]);

/** Global names that are there for these members only, and are no values. */
export const NAMESPACES: ReadonlyMap<string, readonly string[]> = new Map([
  ["JSON", ["parse", "stringify"]],
  ["Math", ["ceil", "floor", "max", "min", "random", "round"]],
  ["Number", ["isFinite", "isNaN"]],
  ["Object", ["assign", "entries", "hasOwn", "keys", "values"]],
  ["String", ["raw"]],
  ["console", ["error", "log"]],
]);

/** Methods of arrays that take a function. */
export const FUNCTION_TAKERS: readonly string[] = [
  "every",
  "filter",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "flatMap",
  "forEach",
  "map",
  "reduce",
  "reduceRight",
  "some",
];

/** `includes` is not listed, yet code that uses it is known to be deployed. */
const ARRAY_MEMBERS = [
  ...FUNCTION_TAKERS,
  "concat",
  "fill",
  "flat",
  "includes",
  "indexOf",
  "join",
  "lastIndexOf",
  "length",
  "pop",
  "push",
  "reverse",
  "shift",
  "slice",
  "sort",
  "splice",
  "unshift",
];

/** `substring` is not listed, yet known to work; whether `toString` does is not known. */
const STRING_MEMBERS = [
  "charAt",
  "concat",
  "endsWith",
  "indexOf",
  "lastIndexOf",
  "length",
  "replace",
  "replaceAll",
  "slice",
  "split",
  "startsWith",
  "substring",
  "toLowerCase",
  "toString",
  "toUpperCase",
  "trim",
  "trimEnd",
  "trimStart",
];

/** The members of data, by the interface that declares them in the standard library. */
export const DATA_MEMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["Array", ARRAY_MEMBERS],
  ["ConcatArray", ARRAY_MEMBERS],
  ["Number", ["toString"]],
  ["ReadonlyArray", ARRAY_MEMBERS],
  ["String", STRING_MEMBERS],
]);

const known: ReadonlySet<string> = new Set([...DATA_MEMBERS.values()].flat());

/** Methods of JavaScript's own data that APPSYNC_JS does not have, for values whose type is not known. */
export const MISSING_METHODS: ReadonlySet<string> = new Set(
  [String, Array, Number, Boolean, Function, Object]
    .flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype))
    .filter((name) => !known.has(name)),
);
