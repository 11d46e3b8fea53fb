// What a function's process tells the runtime, a line of JSON each. The function can write there too.

import * as v from "valibot";

const invocationError = v.object({
  errorType: v.string(),
  errorMessage: v.string(),
  trace: v.exactOptional(v.array(v.string())),
});

/** A failed invocation, in the members that Lambda answers. */
export type InvocationError = v.InferOutput<typeof invocationError>;

const message = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("result"), payload: v.string() }),
  // The handler could not be loaded, or it failed. After a fatal failure the process ends.
  v.object({ type: v.literal("failure"), error: invocationError, isFatal: v.boolean() }),
  // One log event.
  v.object({ type: v.literal("log"), message: v.string() }),
]);

export type FunctionMessage = v.InferOutput<typeof message>;

const line = v.pipe(v.string(), v.parseJson(), message);

/** The message in a line; `undefined` for a line that is none. */
export function readMessage(text: string): FunctionMessage | undefined {
  const parsed = v.safeParse(line, text);
  return parsed.success ? parsed.output : undefined;
}
