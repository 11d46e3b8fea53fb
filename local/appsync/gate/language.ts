// The built-in objects of APPSYNC_JS as type declarations: what AppSync's documentation lists, and nothing else, so that
// the type checker itself reports the rest as missing.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html

/** What both kinds of arrays have. The plugin looks for each method in the interface it is called on. */
const ARRAY_READING = `
  concat(...items: any[]): T[];
  every(test: (item: T, index: number, all: readonly T[]) => any): boolean;
  filter(test: (item: T, index: number, all: readonly T[]) => any): T[];
  find(test: (item: T, index: number, all: readonly T[]) => any): T | undefined;
  findIndex(test: (item: T, index: number, all: readonly T[]) => any): number;
  findLast(test: (item: T, index: number, all: readonly T[]) => any): T | undefined;
  findLastIndex(test: (item: T, index: number, all: readonly T[]) => any): number;
  flat(depth?: number): any[];
  flatMap<U>(map: (item: T, index: number, all: readonly T[]) => U | readonly U[]): U[];
  forEach(visit: (item: T, index: number, all: readonly T[]) => any): void;
  includes(item: any, from?: number): boolean;
  indexOf(item: any, from?: number): number;
  join(separator?: string): string;
  lastIndexOf(item: any, from?: number): number;
  map<U>(map: (item: T, index: number, all: readonly T[]) => U): U[];
  reduce<U>(step: (so_far: U, item: T, index: number, all: readonly T[]) => U, first?: U): U;
  reduceRight<U>(step: (so_far: U, item: T, index: number, all: readonly T[]) => U, first?: U): U;
  slice(start?: number, end?: number): T[];
  some(test: (item: T, index: number, all: readonly T[]) => any): boolean;
  [Symbol.iterator](): IterableIterator<T>;`;

/** Takes the place of TypeScript's own library. */
export const LANGUAGE_DECLARATIONS = `
interface Object {}
interface Function {}
interface CallableFunction extends Function {}
interface NewableFunction extends Function {}
interface IArguments {}
interface Boolean {}
interface RegExp {}
interface ArrayBuffer {}
interface Symbol {}
interface SymbolConstructor { readonly iterator: unique symbol }
declare var Symbol: SymbolConstructor;

interface IteratorYieldResult<T> { done?: false; value: T }
interface IteratorReturnResult<T> { done: true; value: T }
type IteratorResult<T, R = any> = IteratorYieldResult<T> | IteratorReturnResult<R>;
interface Iterator<T, R = any, N = any> { next(...args: [] | [N]): IteratorResult<T, R> }
interface Iterable<T, R = any, N = any> { [Symbol.iterator](): Iterator<T, R, N> }
interface IterableIterator<T, R = any, N = any> extends Iterator<T, R, N> {
  [Symbol.iterator](): IterableIterator<T, R, N>;
}

type Partial<T> = { [K in keyof T]?: T[K] };
type Required<T> = { [K in keyof T]-?: T[K] };
type Readonly<T> = { readonly [K in keyof T]: T[K] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends keyof any, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {};

declare var NaN: number;
declare var Infinity: number;

interface ObjectConstructor {
  assign(target: any, ...sources: any[]): any;
  entries(value: any): [string, any][];
  hasOwn(value: any, name: string): boolean;
  keys(value: any): string[];
  values(value: any): any[];
}
declare var Object: ObjectConstructor;

interface String {
  readonly length: number;
  readonly [index: number]: string;
  charAt(index: number): string;
  concat(...parts: string[]): string;
  endsWith(text: string, end?: number): boolean;
  indexOf(text: string, from?: number): number;
  lastIndexOf(text: string, from?: number): number;
  replace(pattern: string, by: string): string;
  replaceAll(pattern: string, by: string): string;
  slice(start?: number, end?: number): string;
  split(separator?: string, limit?: number): string[];
  startsWith(text: string, from?: number): boolean;
  substring(start: number, end?: number): string;
  toLowerCase(): string;
  toString(): string;
  toUpperCase(): string;
  trim(): string;
  trimEnd(): string;
  trimStart(): string;
  [Symbol.iterator](): IterableIterator<string>;
}
interface TemplateStringsArray extends ReadonlyArray<string> { readonly raw: readonly string[] }
interface StringConstructor { raw(template: { raw: readonly string[] }, ...values: any[]): string }
declare var String: StringConstructor;

interface Number { toString(): string }
interface NumberConstructor { isFinite(value: any): boolean; isNaN(value: any): boolean }
declare var Number: NumberConstructor;

interface Math {
  ceil(value: number): number;
  floor(value: number): number;
  max(...values: number[]): number;
  min(...values: number[]): number;
  random(): number;
  round(value: number): number;
}
declare var Math: Math;

interface JSON { parse(text: string): any; stringify(value: any): string }
declare var JSON: JSON;

interface Console { error(...values: any[]): void; log(...values: any[]): void }
declare var console: Console;

interface ReadonlyArray<T> {
  readonly length: number;
  readonly [index: number]: T;${ARRAY_READING}
}
interface Array<T> {
  length: number;
  [index: number]: T;${ARRAY_READING}
  fill(value: T, start?: number, end?: number): this;
  pop(): T | undefined;
  push(...items: T[]): number;
  reverse(): T[];
  shift(): T | undefined;
  sort(): this;
  splice(start: number, count?: number, ...items: T[]): T[];
  unshift(...items: T[]): number;
}
interface ArrayConstructor {}
declare var Array: ArrayConstructor;
`;
