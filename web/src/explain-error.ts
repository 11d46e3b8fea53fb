// What a failure means for the person in front of the page.

import { ServerError } from "@apollo/client/errors";
import { SessionError, hasErrorType } from "../../client/errors.ts";
import { texts } from "./texts.ts";

export interface Explanation {
  readonly hint: string;
  /** Under what the server's log tells more, where it is known. */
  readonly reference: string | undefined;
}

/** Tells what happened and what may help, in the page's words: an error's own message is for the console. */
export function explain(error: unknown): Explanation {
  return {
    hint: texts.problems[kindOf(error)],
    reference: error instanceof SessionError ? error.requestId : undefined,
  };
}

function kindOf(error: unknown): "unreachable" | "unavailable" | "unexpected" {
  if (error instanceof SessionError) {
    return error.code === "unreachable" || error.code === "unavailable" ? error.code : "unexpected";
  }
  if (error instanceof TypeError) return "unreachable"; // what fetch rejects with when no answer comes
  if (ServerError.is(error)) {
    return error.statusCode === 429 || error.statusCode >= 500 ? "unavailable" : "unexpected";
  }
  return hasErrorType(error, "Throttled", "Unavailable", "RecordPending") ? "unavailable" : "unexpected";
}
