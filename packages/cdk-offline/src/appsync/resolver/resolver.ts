// Runs a resolver: its own handlers, the functions of its pipeline, and the data sources between them.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-overview-js.html

import type { LoadedCode } from "../evaluator/evaluator.ts";
import {
  MAX_INVALIDATIONS,
  MAX_RESULT_BYTES,
  TOO_LARGE,
  TOO_MANY_INVALIDATIONS,
  describeFault,
  type DYNAMODB,
  type Ending,
  type Handler,
  type RaisedError,
  type SubscriptionInvalidation,
} from "../evaluator/wire.ts";
import {
  membersOf,
  RequestError,
  type DataSource,
  type SourceAnswer,
  type SourceError,
} from "../data-sources/data-source.ts";
import type { FieldCall, Resolution } from "../graphql/execute.ts";
import { unauthorizedField, type FieldError } from "../graphql/field-error.ts";
import type { Batches } from "./batches.ts";
import { contextOf, type FieldContext, type RequestContext } from "./context.ts";

/** A function of a pipeline, or a unit resolver. */
export interface Step {
  /** Says where a note comes from, such as `Query.motto` or the name of a function. */
  readonly name: string;
  /** Nothing for a direct Lambda resolver. */
  readonly code: LoadedCode | undefined;
  readonly dataSource: DataSource;
  /** Says of a DynamoDB data source that its numbers are DynamoDB's. */
  readonly resultFrom: typeof DYNAMODB | undefined;
  /** Most fields of a request that go to a function at once; 0 = not said. */
  readonly maxBatchSize: number;
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
  /** The fields of one GraphQL request share them. */
  readonly batches: Batches;
  /** The different arguments of `extensions.invalidateSubscriptions` in the GraphQL request so far, as JSON text. */
  readonly invalidated: Set<string>;
  /** Told what the code printed, and why it broke off: the caller is not. */
  readonly note: (text: string) => void;
}

/** What a resolver gives, and what it asked of the real-time endpoint with `extensions`. */
export interface ResolverOutcome extends Resolution {
  /** The last argument of `setSubscriptionFilter`; null for none. */
  readonly subscriptionFilter: unknown;
  /** The last argument of `setSubscriptionInvalidationFilter`; null for none. */
  readonly invalidationFilter: unknown;
  /** The arguments of `invalidateSubscriptions`. */
  readonly invalidations: readonly SubscriptionInvalidation[];
}

/** Runs a resolver for one field when its turn has come. Rejects only for faults of the runtime itself. */
export function runResolver(
  resolver: Resolver,
  call: FieldCall,
  request: ResolverRequest,
): Promise<ResolverOutcome> {
  return request.batches.run(() => runNow(resolver, call, request));
}

async function runNow(
  resolver: Resolver,
  call: FieldCall,
  request: ResolverRequest,
): Promise<ResolverOutcome> {
  const run = new Run(call, request);
  try {
    const text = resolver.kind === "unit" ? await run.unit(resolver.step) : await run.pipeline(resolver);
    const { errors, subscriptionFilter, invalidationFilter, invalidations } = run;
    return { value: JSON.parse(text), errors, subscriptionFilter, invalidationFilter, invalidations };
  } catch (stop) {
    if (!(stop instanceof Stop)) throw stop;
    const errors = [...run.errors, stop.error];
    return { value: null, errors, subscriptionFilter: null, invalidationFilter: null, invalidations: [] };
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

/** What the caller is told of a function that throws an UnauthorizedException, whatever it said itself. */
const UNAUTHORIZED = "You are not authorized to make this call.";

class Run {
  /** What `util.appendError` collected. */
  readonly errors: FieldError[] = [];
  subscriptionFilter: unknown = null;
  invalidationFilter: unknown = null;
  readonly invalidations: SubscriptionInvalidation[] = [];
  readonly #call: FieldCall;
  readonly #request: ResolverRequest;
  readonly #context: FieldContext;
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
  async #step(step: Step, previous: string): Promise<Returned> {
    const { name, code } = step;
    if (code === undefined) return { text: await this.#direct(step, previous), early: undefined };
    const request = await this.#handle(name, code, "request", { previous, result: NULL, error: null });
    if (request.early !== undefined) return request;
    const { result, error } = await this.#send(step, JSON.parse(request.text));
    const state = { previous, result: JSON.stringify(result ?? null), error: error ?? null };
    return this.#handle(name, code, "response", state, step.resultFrom);
  }

  /**
   * Hands the context to a function and takes its answer for the result.
   * https://docs.aws.amazon.com/appsync/latest/devguide/resolver-mapping-template-reference-lambda.html#direct-lambda-resolvers
   */
  async #direct(step: Step, previous: string): Promise<string> {
    const payload = this.#context.directPayload({ stash: this.#stash, previous });
    const isBatched = step.maxBatchSize > 0;
    const { result, error } = await this.#send(step, {
      operation: isBatched ? "BatchInvoke" : "Invoke",
      payload,
    });
    if (error !== undefined) {
      const errorType = error.unhandledErrorType ?? error.type;
      const message = errorType === "UnauthorizedException" ? UNAUTHORIZED : error.message;
      throw new Stop({ message, errorType, data: result });
    }
    if (!isBatched) return resultText(result);
    const { data = null, errorMessage, errorType } = membersOf(result);
    if (typeof errorMessage !== "string") return resultText(data);
    throw new Stop({
      message: errorMessage,
      errorType: typeof errorType === "string" ? errorType : null,
      data,
    });
  }

  async #send(step: Step, request: unknown): Promise<SourceAnswer> {
    const { callerSub, context, batches } = this.#request;
    const { parentType, field, args } = this.#call;
    try {
      return await step.dataSource({
        request,
        callerSub,
        identity: context.identity,
        remainingMs: () => Math.max(0, context.expiresAtMs - performance.now()),
        field: {
          parentTypeName: parentType.name,
          fieldName: field.name,
          outputType: field.type.toString(),
          args,
        },
        batch: (kind, payload, send) => batches.join(step, kind, step.maxBatchSize, payload, send),
      });
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
    resultFrom?: typeof DYNAMODB,
  ): Promise<Returned> {
    const { report, result, stash } = await code.call(
      handler,
      this.#context.handlerArgument({ ...state, stash: this.#stash, outErrors: this.errors }),
      resultFrom,
    );
    this.#stash = stash;
    this.errors.push(...report.appended.map(toFieldError));
    this.subscriptionFilter = report.subscriptionFilter ?? this.subscriptionFilter;
    this.invalidationFilter = report.invalidationFilter ?? this.invalidationFilter;
    this.#invalidate(report.invalidations);
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

  #invalidate(invalidations: readonly SubscriptionInvalidation[]): void {
    const { invalidated } = this.#request;
    for (const invalidation of invalidations) invalidated.add(JSON.stringify(invalidation));
    if (invalidated.size > MAX_INVALIDATIONS) {
      throw new Stop({ message: TOO_MANY_INVALIDATIONS, errorType: "Code" });
    }
    this.invalidations.push(...invalidations);
  }

  #errorOf(ending: Exclude<Ending, { kind: "returned" | "returnedEarly" }>, where: string): FieldError {
    switch (ending.kind) {
      case "raised":
        return toFieldError(ending.error);
      case "unauthorized":
        return unauthorizedField(this.#call.parentType.name, this.#call.field.name);
      case "faulted":
        // AppSync tells the caller where the code broke off (aws-appsync-community#328), else no more than two words.
        this.#request.note(`${where} broke off: ${ending.message}`);
        return {
          message: ending.place === undefined ? "Runtime Error" : describeFault(ending.message, ending.place),
          errorType: "Code",
        };
      case "notServed":
        return { message: ending.message, errorType: "NotImplementedException" };
    }
  }
}

/** The answer of a function that is the value of a field, as JSON text. */
function resultText(result: unknown): string {
  const text = JSON.stringify(result ?? null);
  if (Buffer.byteLength(text) > MAX_RESULT_BYTES) throw new Stop(toFieldError(TOO_LARGE.error));
  return text;
}

function toFieldError({ message, errorType, data, errorInfo }: RaisedError): FieldError {
  return { message, errorType, data, errorInfo };
}
