// A CloudFront function at the event "viewer request": what it is given, and what it makes of the request.

import * as v from "valibot";
import { bundleProgram } from "../bundle-program.ts";
import { openLineProcess, ProcessEnd, ProcessStartError, type LineProcess } from "../line-process.ts";
import type { HttpRequest, HttpResponse } from "../http/exchange.ts";
import type { Resource } from "../assembly/resource.ts";
import type { FunctionProperties } from "./resources.ts";
import { eventOf, functionValues, withChanges, type ViewerEventIds } from "./viewer-event.ts";

/** What the process of a function says: what the function returned, or why it failed. */
export type FunctionAnswer = { readonly value?: unknown } | { readonly error: string };

export interface ViewerFunction {
  /**
   * Answers the request as the function wants it to go on, or the function's own answer.
   * @throws {FunctionExecutionError} when the function fails or returns neither.
   */
  handle(request: HttpRequest, ids: ViewerEventIds): Promise<HttpRequest | FunctionResponse>;
  close(): Promise<void>;
}

/** An answer in the place of the origin's. */
export interface FunctionResponse {
  readonly response: HttpResponse;
}

/** The function threw, ran too long, or returned what is neither a request nor a response. */
export class FunctionExecutionError extends Error {
  override readonly name = "FunctionExecutionError";
}

const body = v.union([
  v.string(),
  v.object({ encoding: v.optional(v.picklist(["text", "base64"]), "text"), data: v.string() }),
]);
const returned = v.union([
  v.object({
    statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
    headers: v.optional(functionValues, {}),
    cookies: v.optional(functionValues, {}),
    body: v.optional(body, ""),
  }),
  v.object({
    method: v.string(),
    uri: v.pipe(v.string(), v.startsWith("/")),
    querystring: v.optional(functionValues, {}),
    headers: v.optional(functionValues, {}),
    cookies: v.optional(functionValues, {}),
  }),
]);
type Returned = v.InferOutput<typeof returned>;

/**
 * A function with this code. Its process, at most 64 MB, starts with the first request and ends with `close`.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
function openViewerFunction(name: string, code: string): ViewerFunction {
  let starting: Promise<LineProcess> | undefined;
  const start = async () =>
    openLineProcess({
      purpose: "runs a function of CloudFront",
      program: await bundleProgram(new URL("./viewer-function-program.ts", import.meta.url)),
      flags: ["--max-old-space-size=64"],
      firstLine: JSON.stringify(code),
      onStart: () => undefined,
    });
  const ask = async (event: string) => {
    try {
      return await (await (starting ??= start())).ask(event);
    } catch (cause) {
      if (!(cause instanceof ProcessStartError)) throw cause;
      throw new FunctionExecutionError(`${name} could not be run: ${cause.message}`, { cause });
    }
  };
  return {
    async handle(request, ids) {
      const event = eventOf(request, ids);
      const answer = await ask(JSON.stringify(event));
      if (answer instanceof ProcessEnd) throw new FunctionExecutionError(`${name} ended its process`);
      const said = JSON.parse(answer) as FunctionAnswer;
      if ("error" in said) throw new FunctionExecutionError(`${name} failed: ${said.error}`);
      const { success, output } = v.safeParse(returned, said.value);
      if (!success) throw new FunctionExecutionError(`${name} returned neither a request nor a response`);
      if ("statusCode" in output) return { response: responseOf(output) };
      return withChanges(request, event.request, output);
    },
    close: async () => {
      await (await starting)?.close();
    },
  };
}

export interface ViewerFunctions {
  of(resource: Resource<FunctionProperties>): ViewerFunction;
  close(): Promise<void>;
}

/** The functions of a template. */
export function openViewerFunctions(resources: readonly Resource<FunctionProperties>[]): ViewerFunctions {
  const functions = new Map(
    resources.map((resource) => [
      resource.ref,
      openViewerFunction(resource.properties.Name, resource.properties.FunctionCode),
    ]),
  );
  return {
    of(resource) {
      const found = functions.get(resource.ref);
      if (found === undefined) throw new RangeError(`no function ${resource.ref} was opened`);
      return found;
    },
    async close() {
      await Promise.all([...functions.values()].map((one) => one.close()));
    },
  };
}

function responseOf({ statusCode, headers, cookies, body }: Extract<Returned, { statusCode: number }>) {
  const setCookies = Object.entries(cookies).flatMap(([name, { value, attributes, multiValue }]) =>
    (multiValue ?? [{ value, attributes }]).map((one) =>
      [`${name}=${one.value}`, ...("attributes" in one && one.attributes ? [one.attributes] : [])].join("; "),
    ),
  );
  return {
    status: statusCode,
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, { value, multiValue }]) => [
          name.toLowerCase(),
          multiValue?.map((one) => one.value) ?? value,
        ]),
      ),
      ...(setCookies.length > 0 && { "set-cookie": setCookies }),
    },
    body:
      typeof body === "string"
        ? body
        : Buffer.from(body.data, body.encoding === "base64" ? "base64" : "utf8"),
  };
}
