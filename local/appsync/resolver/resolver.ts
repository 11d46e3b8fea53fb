// Runs a resolver: its own handlers, the functions of its pipeline, and the data sources between them.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html

import type { LoadedCode } from "../evaluator/evaluator.ts";
import type { Ending, Handler, RaisedError } from "../evaluator/wire.ts";
import { RequestError, type DataSource, type SourceError } from "../data-sources/data-source.ts";
import type { FieldCall, Resolution } from "../graphql/execute.ts";
import { unauthorizedField, type FieldError } from "../graphql/field-error.ts";
import { contextOf, type CallState, type RequestContext } from "./context.ts";

/** A function of a pipeline, or a unit resolver. */
export interface Step {
  /** Says where a note comes from, such as `Query.greeting` or the name of a function. */
  readonly name: string;
  readonly code: LoadedCode;
  readonly dataSource: DataSource;
}

export type Resolver =
  | { readonly kind: "unit"; readonly step: Step }
  | {
      readonly kind: "pipeline";
      readonly name: string;
      readonly code: LoadedCode;
      readonly functions: readonly Step[];
    };

export interface ResolverRequest {
  readonly context: RequestContext;
  readonly callerSub: string | null;
  /** Told what the code printed, and why it broke off: the caller is not. */
  readonly note: (text: string) => void;
}

/** Runs a resolver for one field. Rejects only for faults of the runtime itself. */
export async function runResolver(
  resolver: Resolver,
  call: FieldCall,
  request: ResolverRequest,
): Promise<Resolution> {
  const run = new Run(call, request);
  try {
    const text = resolver.kind === "unit" ? await run.unit(resolver.step) : await run.pipeline(resolver);
    return { value: JSON.parse(text), errors: run.errors };
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop;
    return { value: null, errors: [...run.errors, stop.error] };
  }
}

/** Ends a resolver with an error. */
class Stop extends Error {
  readonly error: FieldError;

  constructor(error: FieldError) {
    super(error.message);
    this.error = error;
  }
}

/** What a handler returned, as JSON text, and whether by `runtime.earlyReturn`. */
interface Returned {
  readonly text: string;
  readonly early: { readonly skipTo: "END" | "NEXT" | null } | undefined;
}

const NULL = "null";

class Run {
  /** What `util.appendError` collected. */
  readonly errors: FieldError[] = [];
  readonly #call: FieldCall;
  readonly #request: ResolverRequest;
  readonly #context: (state: CallState) => string;
  #stash = "{}";

  constructor(call: FieldCall, request: ResolverRequest) {
    this.#call = call;
    this.#request = request;
    this.#context = contextOf(call, request.context);
  }

  async unit(step: Step): Promise<string> {
    return (await this.#step(step, NULL)).text;
  }

  async pipeline({ name, code, functions }: Extract<Resolver, { kind: "pipeline" }>): Promise<string> {
    const before = await this.#handle(name, code, "request", { previous: NULL, result: NULL, error: null });
    let previous = before.text;
    for (const step of before.early === undefined ? functions : []) {
      const { text, early } = await this.#step(step, previous);
      previous = text;
      if (early?.skipTo === "END") break;
    }
    const state = { previous, result: previous, error: null };
    return (await this.#handle(name, code, "response", state)).text;
  }

  /** A request, the data source, and a response that sees what came of it. */
  async #step({ name, code, dataSource }: Step, previous: string): Promise<Returned> {
    const request = await this.#handle(name, code, "request", { previous, result: NULL, error: null });
    if (request.early !== undefined) return request;
    const { result, error } = await this.#send(dataSource, request.text);
    return this.#handle(name, code, "response", {
      previous,
      result: JSON.stringify(result ?? null),
      error: error ?? null,
    });
  }

  async #send(dataSource: DataSource, request: string) {
    try {
      return await dataSource({ request: JSON.parse(request), callerSub: this.#request.callerSub });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw new Stop({ message: error.message, errorType: "MappingTemplate" });
    }
  }

  async #handle(
    name: string,
    code: LoadedCode,
    handler: Handler,
    state: { readonly previous: string; readonly result: string; readonly error: SourceError | null },
  ): Promise<Returned> {
    const { report, result, stash } = await code.call(
      handler,
      this.#context({ ...state, stash: this.#stash }),
    );
    this.#stash = stash;
    this.errors.push(...report.appended.map(toFieldError));
    for (const line of report.logs) this.#request.note(`${name} ${handler}: ${line}`);
    switch (report.ending.kind) {
      case "returned":
        return { text: result, early: undefined };
      case "returnedEarly":
        return { text: result, early: report.ending };
      default:
        throw new Stop(this.#errorOf(report.ending, `${name} ${handler}`));
    }
  }

  #errorOf(ending: Exclude<Ending, { kind: "returned" | "returnedEarly" }>, where: string): FieldError {
    switch (ending.kind) {
      case "raised":
        return toFieldError(ending.error);
      case "unauthorized":
        return unauthorizedField(this.#call.parentType.name, this.#call.field.name);
      case "faulted":
        // AppSync tells the caller no more than this; what went wrong stands in its log.
        this.#request.note(`${where} broke off: ${ending.message}`);
        return { message: "Runtime Error", errorType: "Code" };
      case "notServed":
        return { message: ending.message, errorType: "NotImplementedException" };
    }
  }
}

function toFieldError({ message, errorType, data, errorInfo }: RaisedError): FieldError {
  return { message, errorType, data, errorInfo };
}
