// The filter patterns for messages that are JSON: comparisons of members, joined by && and ||.

import { notServed } from "../aws/errors.ts";
import { invalidParameter } from "./input.ts";

export type MessageTest = (message: string) => boolean;

type ValueTest = (root: unknown) => boolean;

/** Deeper nesting is refused rather than followed: the parser calls itself. */
const MAX_DEPTH = 50;

/** Parses a pattern in braces. A message that is not JSON does not match it. */
export function parseJsonPattern(pattern: string): MessageTest {
  const matches = new PatternParser(tokenize(pattern)).parse();
  return (message) => {
    if (!message.trimStart().startsWith("{")) return false;
    try {
      return matches(JSON.parse(message));
    } catch {
      return false;
    }
  };
}

interface Token {
  readonly kind: "mark" | "selector" | "phrase" | "word";
  readonly text: string;
}

const TOKEN =
  /\s*(?:(&&|\|\||!=|<=|>=|[{}()=<>])|(\$[^\s=!<>(){}&|]*)|"((?:[^"\\]|\\.)*)"|([^\s"=!<>(){}&|]+))/y;

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const text = pattern.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw invalid();
    const [, mark, selector, phrase, word] = match;
    if (mark !== undefined) tokens.push({ kind: "mark", text: mark });
    else if (selector !== undefined) tokens.push({ kind: "selector", text: selector });
    else if (phrase !== undefined) tokens.push({ kind: "phrase", text: phrase.replaceAll(/\\(.)/g, "$1") });
    else tokens.push({ kind: "word", text: word ?? "" });
  }
  return tokens;
}

/** `{ either }`; either = both, `||` …; both = one, `&&` …; one = `( either )` or a comparison. */
class PatternParser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): ValueTest {
    this.#expect("{");
    const test = this.#either(0);
    this.#expect("}");
    if (this.#next < this.#tokens.length) throw invalid();
    return test;
  }

  #either(depth: number): ValueTest {
    const tests = [this.#both(depth)];
    while (this.#skip("||")) tests.push(this.#both(depth));
    return (root) => tests.some((test) => test(root));
  }

  #both(depth: number): ValueTest {
    const tests = [this.#one(depth)];
    while (this.#skip("&&")) tests.push(this.#one(depth));
    return (root) => tests.every((test) => test(root));
  }

  #one(depth: number): ValueTest {
    if (depth > MAX_DEPTH) throw invalid();
    if (!this.#skip("(")) return this.#comparison();
    const test = this.#either(depth + 1);
    this.#expect(")");
    return test;
  }

  #comparison(): ValueTest {
    const selector = this.#take("selector");
    const select = parseSelector(selector.text);
    const operator = this.#tokens[this.#next++];
    if (operator?.kind === "word") {
      throw notServed(`${operator.text} in a filter pattern for JSON`);
    }
    if (operator?.kind !== "mark") throw invalid();
    const operand = this.#tokens[this.#next++];
    if (operand?.kind !== "phrase" && operand?.kind !== "word") throw invalid();
    const compare = comparisonOf(operator.text, operand);
    return (root) => {
      const value = select(root);
      return value !== undefined && compare(value);
    };
  }

  #take(kind: Token["kind"]): Token {
    const token = this.#tokens[this.#next++];
    if (token?.kind !== kind) throw invalid();
    return token;
  }

  #skip(mark: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== "mark" || token.text !== mark) return false;
    this.#next += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#skip(mark)) throw invalid();
  }
}

/** `$.a.b[0].c`: the member it leads to, or `undefined`. */
function parseSelector(text: string): (root: unknown) => unknown {
  if (text.includes("*")) throw notServed(`the selector ${text} in a filter pattern`);
  if (!/^\$(?:\.[\w-]+|\[\d+\])+$/.test(text)) throw invalid();
  const steps = [...text.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  return (root) => {
    let value = root;
    for (const step of steps) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
      value = (value as Record<string | number, unknown>)[step];
    }
    return value;
  };
}

const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function comparisonOf(operator: string, { kind, text }: Token): (value: unknown) => boolean {
  if (kind === "word" && text.startsWith("%")) {
    throw notServed(`the regular expression ${text} in a filter pattern`);
  }
  const equals =
    kind === "word" && NUMBER.test(text) ? (value: unknown) => value === Number(text) : textTest(text);
  switch (operator) {
    case "=":
      return equals;
    case "!=":
      return (value) => !equals(value);
    case "<":
      return numberTest(text, (value, bound) => value < bound);
    case "<=":
      return numberTest(text, (value, bound) => value <= bound);
    case ">":
      return numberTest(text, (value, bound) => value > bound);
    case ">=":
      return numberTest(text, (value, bound) => value >= bound);
    default:
      throw invalid();
  }
}

/** A text in which `*` stands for any characters. Walks the pieces once: no pattern makes it slow. */
function textTest(text: string): (value: unknown) => boolean {
  const [head = "", ...rest] = text.split("*");
  const tail = rest.pop();
  if (tail === undefined) return (value) => value === text;
  return (value) => {
    if (typeof value !== "string" || !value.startsWith(head)) return false;
    let position = head.length;
    for (const piece of rest) {
      const found = value.indexOf(piece, position);
      if (found < 0) return false;
      position = found + piece.length;
    }
    return value.length - tail.length >= position && value.endsWith(tail);
  };
}

function numberTest(
  text: string,
  test: (value: number, bound: number) => boolean,
): (value: unknown) => boolean {
  if (!NUMBER.test(text)) throw invalid();
  const bound = Number(text);
  return (value) => typeof value === "number" && test(value, bound);
}

function invalid() {
  return invalidParameter("Invalid filter pattern");
}
