// The greeting texts in Parameter Store, one parameter a language, read together.

import { GetParametersByPathCommand, type Parameter, type SSMClient } from "@aws-sdk/client-ssm";
import { LANGUAGE_TAG } from "../shared/language-tag.ts";
import { askPatiently, type Patience } from "../shared/patience.ts";

/** Texts by language, the language in lower case. */
export type Texts = ReadonlyMap<string, GreetingText>;

export interface GreetingText {
  /** The language as the parameter spells it. */
  readonly locale: string;
  readonly text: string;
}

export interface TextsOptions {
  /** A client that does not try again by itself. */
  readonly ssm: SSMClient;
  /** Path of the parameters, without a trailing slash. */
  readonly path: string;
  /** How often and how long a page is asked for again; the time is for the whole reading. */
  readonly patience: Patience;
}

/** Pages read at most, of ten parameters each: more languages than any deployment will have. */
const MAX_PAGES = 10;

/** Longest text served, in characters, which is also the limit of a standard parameter. */
const MAX_TEXT_LENGTH = 4096;

/** Reads all texts. Rejects with the SDK's errors. */
export async function readTexts({ ssm, path, patience }: TextsOptions): Promise<Texts> {
  const signal = AbortSignal.timeout(patience.timeoutMs);
  const texts = new Map<string, GreetingText>();
  let nextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const command = new GetParametersByPathCommand({ Path: path, MaxResults: 10, NextToken: nextToken });
    const answer = await askPatiently((abortSignal) => ssm.send(command, { abortSignal }), signal, patience);
    for (const parameter of answer.Parameters ?? []) {
      const found = textOf(parameter, path);
      if (found !== undefined) texts.set(found.locale.toLowerCase(), found);
    }
    nextToken = answer.NextToken;
    if (nextToken === undefined || nextToken === "") break;
  }
  return texts;
}

/** The text of a parameter; undefined for one that is not a language's, not plain text, empty or too long. */
function textOf({ Name, Value, Type }: Parameter, path: string): GreetingText | undefined {
  const locale = Name?.slice(path.length + 1) ?? "";
  // A message is one line: what would break it is taken for a space.
  const text = (Value ?? "").replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  const isText =
    Type === "String" && LANGUAGE_TAG.test(locale) && text !== "" && text.length <= MAX_TEXT_LENGTH;
  return isText ? { locale, text } : undefined;
}
