// Calls a function of a trigger and takes its answer, with the service's limits and errors.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html#important-lambda-considerations

import * as v from "valibot";
import { AwsError } from "../../aws/errors.ts";
import { invalidLambdaResponse, unexpectedLambda, userLambdaValidation } from "../errors.ts";

/** Runs a function on an event; both payloads are JSON. Rejects with `AwsError` when it was not run. */
export interface LambdaPort {
  invoke(
    functionNameOrArn: string,
    payload: string,
  ): Promise<{ readonly payload: string; readonly functionError?: string }>;
}

/** As the service's error texts name it. */
export type TriggerName =
  "PreSignUp" | "PostConfirmation" | "PreAuthentication" | "PostAuthentication" | "PreTokenGeneration";

interface TriggerCall {
  readonly trigger: TriggerName;
  readonly functionArn: string;
  readonly event: object;
}

/** Milliseconds in which a function must answer. Nobody can change it on AWS. */
const ANSWER_WITHIN_MS = 5000;
const MOST_ATTEMPTS = 3;

/** The event must come back whole; what counts of it is this. */
const answer = v.looseObject({ response: v.nullable(v.record(v.string(), v.unknown())) });
const failure = v.looseObject({ errorMessage: v.string() });

export type InvokeTrigger = (call: TriggerCall) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Gives the `response` of the event that the function returns. A function that does not answer in time is called again,
 * three times in all; it may thus have done its work and be told to do it once more. `answerWithinMs` is five seconds.
 */
export function createInvokeTrigger(lambda: LambdaPort, answerWithinMs = ANSWER_WITHIN_MS): InvokeTrigger {
  return async ({ trigger, functionArn, event }) => {
    const payload = JSON.stringify(event);
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const result = await inTime(invoke(lambda, trigger, functionArn, payload), answerWithinMs);
      if (result === undefined) continue;
      if (result.functionError !== undefined) {
        throw userLambdaValidation(`${trigger} failed with error ${errorText(result.payload)}.`);
      }
      return responseIn(result.payload);
    }
    throw unexpectedLambda(
      `${trigger} invocation failed due to error Socket timeout while invoking Lambda function.`,
    );
  };
}

async function invoke(lambda: LambdaPort, trigger: TriggerName, functionArn: string, payload: string) {
  try {
    return await lambda.invoke(functionArn, payload);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const reason = error.code === "ResourceNotFoundException" ? "configuration" : `error ${error.code}`;
    throw unexpectedLambda(`${trigger} invocation failed due to ${reason}.`);
  }
}

/** `undefined` when the time is over first. */
async function inTime<Result>(result: Promise<Result>, milliseconds: number): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsOver = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([result, timeIsOver]);
  } finally {
    clearTimeout(timer);
  }
}

function responseIn(payload: string): Readonly<Record<string, unknown>> {
  const event = parseJson(payload);
  const parsed = v.safeParse(answer, event);
  if (!parsed.success || Array.isArray(event)) throw invalidLambdaResponse("Unrecognizable lambda output");
  return parsed.output.response ?? {};
}

/** What the function threw, without a full stop of its own, since the service adds one. */
function errorText(payload: string): string {
  const parsed = v.safeParse(failure, parseJson(payload));
  return parsed.success ? parsed.output.errorMessage.replace(/\.$/, "") : "null";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
