// How SQS reports bad input, and how a request says which queue it means.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { inputParser, type InputParser } from "../aws/input.ts";
import { invalidParameter, queueDoesNotExist } from "./errors.ts";
import type { Queue } from "./queue.ts";

const parse = inputParser({ service: "AmazonSQS", invalidCode: "InvalidParameterValueException" });

/** Parses as other services do, but tells of a missing member in SQS's way. */
export const parseInput: InputParser = (operation, schema, input) => {
  const missing = missingMember(v.safeParse(schema, input).issues);
  if (missing !== undefined) {
    throw new AwsError(
      "MissingRequiredParameterException",
      `The request must contain the parameter ${missing}.`,
    );
  }
  return parse(operation, schema, input);
};

function missingMember(issues: readonly v.BaseIssue<unknown>[] | undefined): string | undefined {
  const issue = issues?.find(({ type, received }) => type === "strict_object" && received === "undefined");
  return issue && String(issue.path?.at(-1)?.key);
}

export const queueUrl = v.string();

/** The queues of the account, by the path of their URL: `/<account>/<name>`. */
export type Queues = ReadonlyMap<string, Queue>;

/** The queue of a URL on whatever origin: a client may have been given another address for the same service. */
export function findQueue(queues: Queues, url: string): Queue {
  if (!URL.canParse(url))
    throw new AwsError("InvalidAddress", `The address ${url} is not valid for this endpoint.`, 404);
  const queue = queues.get(new URL(url).pathname.replace(/\/$/, ""));
  if (queue === undefined) throw queueDoesNotExist();
  return queue;
}

/** Checks a number against its range. */
export function checkNumber(member: string, value: number, minimum: number, maximum: number): number {
  if (value >= minimum && value <= maximum) return value;
  throw invalidParameter(
    `Value ${value} for parameter ${member} is invalid. Reason: Must be between ${minimum} and ${maximum}, if provided.`,
  );
}
