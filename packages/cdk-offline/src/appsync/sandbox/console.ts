// `console` as resolver code sees it: what it prints goes into the report of the call.

import type { PrintedLine } from "../evaluator/wire.ts";
import { currentInvocation } from "./invocation.ts";
import { placeOfCaller } from "./where.ts";

/** Values as JSON, with a space between them: https://docs.aws.amazon.com/appsync/latest/devguide/test-resolvers.html */
function print(level: PrintedLine["level"], values: readonly unknown[]): void {
  const invocation = currentInvocation();
  if (invocation.logRoom <= 0) return;
  const texts = values.map((value) => (JSON.stringify(value) as string | undefined) ?? "null");
  const text = texts.join(" ");
  const kept = text.slice(0, invocation.logRoom);
  invocation.logRoom -= text.length + 1;
  invocation.logs.push({ level, text: kept, place: placeOfCaller() });
}

export const console = {
  log: (...values: unknown[]) => {
    print("INFO", values);
  },
  error: (...values: unknown[]) => {
    print("ERROR", values);
  },
};
