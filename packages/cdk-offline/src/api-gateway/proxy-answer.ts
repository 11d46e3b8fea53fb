// Reads what a function answers through the Lambda proxy integration and makes the HTTP answer of it.

import * as v from "valibot";
import type { HttpResponse } from "../http/exchange.ts";
import { matchesMediaType } from "./media-types.ts";

const headerValue = v.pipe(v.union([v.string(), v.boolean(), v.number()]), v.transform(String));

/** A list is no object here, though it is one in JavaScript. */
const jsonObject = v.custom<object>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);

/** No member must be there, and no other may be. */
const answerSchema = v.pipe(
  jsonObject,
  v.strictObject({
    body: v.nullish(v.string()),
    headers: v.nullish(v.pipe(jsonObject, v.record(v.string(), headerValue))),
    isBase64Encoded: v.nullish(v.boolean()),
    multiValueHeaders: v.nullish(v.pipe(jsonObject, v.record(v.string(), v.array(headerValue)))),
    statusCode: v.nullish(
      v.pipe(
        v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/))]),
        v.transform(Number),
        v.minValue(200),
        v.maxValue(599),
      ),
    ),
  }),
);

/** Headers of a function's that the gateway renames, since it writes its own. */
const remappedHeaders = ["connection", "content-length", "date", "server", "www-authenticate"];

export interface ProxyAnswerOptions {
  readonly binaryMediaTypes: readonly string[];
  /** The Accept header of the request: it decides whether a base64 body is decoded. */
  readonly accept: string | undefined;
}

/** The HTTP answer; `undefined` for what is no answer of the required form. */
export function readProxyAnswer(payload: string, options: ProxyAnswerOptions): HttpResponse | undefined {
  const parsed = v.safeParse(answerSchema, JSON.parse(payload));
  if (!parsed.success) return undefined;
  const { body, headers, isBase64Encoded, multiValueHeaders, statusCode } = parsed.output;
  const decodes = isBase64Encoded === true && matchesMediaType(options.accept, options.binaryMediaTypes);
  return {
    status: statusCode ?? 200,
    headers: mergeHeaders(headers ?? {}, multiValueHeaders ?? {}),
    body: Buffer.from(body ?? "", decodes ? "base64" : "utf8"),
  };
}

/** A name in both maps has the values of the map of several; the type of content is JSON unless it says otherwise. */
function mergeHeaders(
  single: Readonly<Record<string, string>>,
  multiple: Readonly<Record<string, readonly string[]>>,
): Record<string, string | readonly string[]> {
  const merged: Record<string, string | readonly string[]> = { "content-type": "application/json" };
  for (const [name, value] of [...Object.entries(single), ...Object.entries(multiple)]) {
    const lowerCase = name.toLowerCase();
    if (lowerCase === "transfer-encoding") continue;
    merged[remappedHeaders.includes(lowerCase) ? `x-amzn-remapped-${lowerCase}` : lowerCase] = value;
  }
  return merged;
}
