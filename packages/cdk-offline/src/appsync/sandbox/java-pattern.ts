// Java's regular expressions, which util.matches, replace and replaceAll take on AppSync, as JavaScript's.
// https://docs.oracle.com/javase/8/docs/api/java/util/regex/Pattern.html

import { FaultSignal, NotServedSignal } from "./signals.ts";

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  Lower: "a-z",
  Upper: "A-Z",
  ASCII: "\\x00-\\x7F",
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Punct: "!-\\/:-@\\[-`{-~",
  Graph: "!-~",
  Print: "\\x20-~",
  Blank: "\\x20\\t",
  Cntrl: "\\x00-\\x1F\\x7F",
  XDigit: "0-9a-fA-F",
  Space: "\\x20\\t\\n\\x0B\\f\\r",
};

const OUTSIDE_CLASSES: Readonly<Record<string, string>> = {
  A: "(?<![\\s\\S])",
  z: "(?![\\s\\S])",
  Z: "(?=\\n?(?![\\s\\S]))",
  R: "(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])",
};

const BOTH: Readonly<Record<string, string>> = {
  h: "[\\x20\\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000]",
  e: "\\x1B",
  a: "\\x07",
};

/** A JavaScript expression that means what the Java pattern means. Throws for one that is wrong or not served. */
export function javaPattern(pattern: string, flags: string): RegExp {
  return expression(pattern, flags, (body) => body);
}

/** The same for a pattern that has to match all of a text. */
export function wholeJavaPattern(pattern: string): RegExp {
  return expression(pattern, "", (body) => `(?<![\\s\\S])(?:${body})(?![\\s\\S])`);
}

function expression(pattern: string, flags: string, frame: (body: string) => string): RegExp {
  const inline = /^\(\?([imsu]+)\)/.exec(pattern);
  const body = translate(inline === null ? pattern : pattern.slice(inline[0].length));
  const allFlags = [...new Set(`${flags}u${inline?.[1] ?? ""}`)].join("");
  try {
    new RegExp(body, allFlags); // by itself, so that the frame closes nothing the pattern has left open
    return new RegExp(frame(body), allFlags);
  } catch (error) {
    if (error instanceof SyntaxError) throw new FaultSignal(`${pattern} is not a regular expression`);
    throw error;
  }
}

function translate(pattern: string): string {
  let result = "";
  let inClass = false;
  /** Whether the character before ended a quantifier, after which a plus makes it possessive. */
  let quantified = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    const afterQuantifier = quantified;
    quantified = false;
    if (char === "\\") {
      const [text, length] = escape(pattern, i, inClass);
      result += text;
      i += length - 1;
    } else if (inClass) {
      if (char === "[") throw new NotServedSignal("a class within a class of a regular expression");
      if (pattern.startsWith("&&", i)) {
        throw new NotServedSignal("an intersection of classes in a regular expression");
      }
      inClass = char !== "]";
      result += /[/{}()|]/.test(char) ? `\\${char}` : char;
    } else {
      if (char === "+" && afterQuantifier) {
        throw new NotServedSignal("a possessive quantifier of a regular expression");
      }
      if (pattern.startsWith("(?>", i)) throw new NotServedSignal("an atomic group of a regular expression");
      inClass = char === "[";
      quantified =
        /(?:[*+?]|\{\d+(?:,\d*)?\})$/.test(pattern.slice(0, i + 1)) && !pattern.startsWith("(?", i - 1);
      result += char === "]" ? "\\]" : char;
    }
  }
  return result;
}

/** The translation of the escape that starts at an index, and how long the escape is. */
function escape(pattern: string, index: number, inClass: boolean): readonly [string, number] {
  const letter = pattern.charAt(index + 1);
  if (letter === "Q") {
    const end = pattern.indexOf("\\E", index + 2);
    const quoted = pattern.slice(index + 2, end < 0 ? undefined : end);
    return [quoted.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, escaped), quoted.length + (end < 0 ? 2 : 4)];
  }
  const posix = /^\\([pP])\{(?:Is)?(\w+)\}/.exec(pattern.slice(index));
  const members =
    posix !== null && Object.hasOwn(POSIX_CLASSES, posix[2] ?? "")
      ? POSIX_CLASSES[posix[2] ?? ""]
      : undefined;
  if (posix !== null && members !== undefined) {
    if (!inClass) return [`[${posix[1] === "P" ? "^" : ""}${members}]`, posix[0].length];
    if (posix[1] === "P") throw new NotServedSignal("a negated POSIX class within a class");
    return [members, posix[0].length];
  }
  if (Object.hasOwn(BOTH, letter) && !(inClass && letter === "h")) return [BOTH[letter] ?? "", 2];
  if (!inClass && Object.hasOwn(OUTSIDE_CLASSES, letter)) return [OUTSIDE_CLASSES[letter] ?? "", 2];
  // Java lets any character that is not a letter or digit be escaped; JavaScript only those with a meaning.
  if (/[^A-Za-z0-9^$\\.*+?()[\]{}|/-]/.test(letter)) return [letter, 2];
  if (letter === "-" && !inClass) return ["-", 2];
  return [`\\${letter}`, 2];
}

function escaped(char: string): string {
  return char === "-" ? "-" : `\\${char}`;
}
