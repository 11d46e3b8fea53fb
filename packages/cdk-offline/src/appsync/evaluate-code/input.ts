// What EvaluateCode is given: the code, the name of one of its handlers, and as much of `ctx` as the caller cares for.

import * as v from "valibot";
import { AwsError, notServed } from "../../aws/errors.ts";
import { inputParser } from "../../aws/input.ts";
import type { Handler } from "../evaluator/wire.ts";

/** https://docs.aws.amazon.com/appsync/latest/APIReference/API_EvaluateCode.html */
const schema = v.strictObject({
  code: v.pipe(v.string(), v.minLength(1), v.maxLength(32_768)),
  context: v.pipe(v.string(), v.minLength(2), v.maxLength(28_000)),
  function: v.optional(v.picklist(["request", "response"])),
  runtime: v.strictObject({ name: v.picklist(["APPSYNC_JS"]), runtimeVersion: v.picklist(["1.0.0"]) }),
});

const parse = inputParser({
  service: "AppSync",
  invalidCode: "BadRequestException",
  // Code is long, and contexts are recorded ones that may hold tokens.
  sensitive: ["code", "context"],
});

export interface Evaluated {
  readonly code: string;
  readonly handler: Handler;
  /** `ctx` as JSON text, whole. */
  readonly context: string;
}

/** Throws an `AwsError`: BadRequestException for what breaks a constraint. */
export function readInput(input: unknown): Evaluated {
  const { code, context, function: handler } = parse("EvaluateCode", schema, input);
  // The service takes that; what it then does is not documented.
  if (handler === undefined) throw notServed("AppSync EvaluateCode without function");
  return { code, handler, context: JSON.stringify(completeContext(readContext(context))) };
}

function readContext(text: string): Readonly<Record<string, unknown>> {
  let context: unknown;
  try {
    context = JSON.parse(text);
  } catch {
    throw new AwsError("BadRequestException", "Unable to parse the context: it is not valid JSON");
  }
  if (typeof context !== "object" || context === null || Array.isArray(context)) {
    throw new AwsError("BadRequestException", "Unable to parse the context: it is not a JSON object");
  }
  return context as Readonly<Record<string, unknown>>;
}

/**
 * Adds what a resolver always finds in `ctx`. `args` cannot be given: it is another name for `arguments`.
 * https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html
 */
function completeContext(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    ...given,
    args: undefined,
    arguments: given["arguments"] ?? {},
    source: given["source"] ?? null,
    identity: given["identity"] ?? null,
    request: given["request"] ?? { headers: {}, domainName: null },
    info: given["info"] ?? {
      fieldName: null,
      parentTypeName: null,
      variables: {},
      selectionSetList: [],
      selectionSetGraphQL: null,
    },
    env: given["env"] ?? {},
    stash: given["stash"] ?? {},
    prev: given["prev"] ?? { result: null },
    result: given["result"] ?? null,
    error: given["error"] ?? null,
    outErrors: given["outErrors"] ?? [],
  };
}
