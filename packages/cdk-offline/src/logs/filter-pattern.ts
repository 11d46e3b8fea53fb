// Filter patterns: what of CloudWatch Logs' pattern language is served, and which message matches.

import { notServed } from "../aws/errors.ts";
import { invalidParameter } from "./input.ts";
import { parseJsonPattern, type MessageTest } from "./json-pattern.ts";

/**
 * Parses terms (`ERROR login`, all of which must occur), quoted phrases, and the form for JSON messages
 * (`{ $.level = "ERROR" && $.ms > 100 }`). The empty pattern matches everything. Optional (`?a`) and excluded (`-a`)
 * terms, regular expressions and space-delimited patterns are refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parseFilterPattern(pattern: string): MessageTest {
  const text = pattern.trim();
  if (text.startsWith("{")) return parseJsonPattern(text);
  if (text.startsWith("[")) throw notServed(`the space-delimited filter pattern ${text}`);
  const terms = [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([term, phrase, word]) =>
    phrase === undefined ? plainTerm(word ?? term) : phrase.replaceAll(/\\(.)/g, "$1"),
  );
  return (message) => terms.every((term) => message.includes(term));
}

function plainTerm(term: string): string {
  if (term.startsWith("?") || term.startsWith("-")) throw notServed(`the filter term ${term}`);
  if (term.startsWith("%")) throw notServed(`the regular expression ${term} in a filter pattern`);
  if (term.includes('"')) throw invalidParameter("Invalid filter pattern");
  return term;
}
