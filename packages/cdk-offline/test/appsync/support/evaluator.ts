// Runs handlers of resolver code by themselves.

import { openEvaluator, type Evaluation, type Evaluator } from "../../../src/appsync/evaluator/evaluator.ts";
import type { Handler } from "../../../src/appsync/evaluator/wire.ts";

/** The evaluator's clock in these tests: 2026-11-22T16:00:00.250Z. */
const NOW_MS = Date.UTC(2026, 10, 22, 16, 0, 0, 250);

/** How long a handler may last in these tests. */
export const TIME_LIMIT_MS = 400;

export interface TestEvaluator {
  readonly evaluator: Evaluator;
  /** The outcome of a request handler with a body. */
  call(body: string, context?: Readonly<Record<string, unknown>>, handler?: Handler): Promise<Evaluation>;
  /** The value of an expression in a request handler; a call that does not return fails the test. */
  value(expression: string, context?: Readonly<Record<string, unknown>>): Promise<unknown>;
  close(): Promise<void>;
}

export async function openTestEvaluator(nowMs: number = NOW_MS): Promise<TestEvaluator> {
  const evaluator = await openEvaluator({ clock: () => nowMs, timeLimitMs: TIME_LIMIT_MS });
  const call: TestEvaluator["call"] = async (body, context = {}, handler = "request") => {
    const code = await evaluator.load(`
      import { util, runtime, extensions } from "@aws-appsync/utils";
      import * as ddb from "@aws-appsync/utils/dynamodb";
      export function request(ctx) { ${body} }
      export function response(ctx) { ${body} }`);
    return code.call(handler, JSON.stringify({ arguments: {}, stash: {}, ...context }));
  };
  return {
    evaluator,
    call,
    async value(expression, context) {
      const { report, result } = await call(`return ${expression};`, context);
      if (report.ending.kind !== "returned") throw new Error(JSON.stringify(report.ending));
      return JSON.parse(result) as unknown;
    },
    close: () => evaluator.close(),
  };
}
