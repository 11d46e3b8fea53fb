// What runs beside resolver code in its realm: it hands the code its modules and turns whatever happens into text.
// Nothing from outside the realm is reachable from here: arguments and results are strings.

import type { CompiledCallReport, Ending, Handler, LoadReport } from "../evaluator/wire.ts";
import { bareReport, DYNAMODB, MAX_RESULT_BYTES, PART_SEPARATOR, TOO_LARGE } from "../evaluator/wire.ts";
import { console } from "./console.ts";
import * as dynamodb from "./dynamodb-module.ts";
import { isPlainObject } from "./dynamodb-values.ts";
import { extensions } from "./extensions.ts";
import { beginInvocation, currentInvocation } from "./invocation.ts";
import { sum } from "./item-numbers.ts";
import { bendLanguage, builtIns, deepFreeze } from "./language.ts";
import * as signals from "./signals.ts";
import {
  EarlyReturnSignal,
  FaultSignal,
  NotServedSignal,
  raisedError,
  RaisedSignal,
  RuntimeErrorSignal,
  UnauthorizedSignal,
} from "./signals.ts";
import { unservedModule } from "./unserved-module.ts";
import { runtime, util } from "./util.ts";
import { placeOf } from "./where.ts";

/**
 * Resolver code, compiled to a function of the names it finds in scope, and then of what gives it modules and of what
 * stands for a sum.
 */
type ModuleFunction = (
  scope: Readonly<Record<string, unknown>>,
) => (require: (name: string) => unknown, add: typeof sum) => Exports;

type Exports = Readonly<Record<string, (context: unknown) => unknown>>;

/** The realm's own functions, kept before resolver code could replace them. */
const { stringify } = JSON;
const parse: (text: string) => unknown = JSON.parse;

const scope = Object.freeze({ ...deepFreeze({ util, runtime, extensions, console }), ...builtIns });
const modules: Readonly<Record<string, object>> = {
  "@aws-appsync/utils": deepFreeze({ util, runtime, extensions }),
  "@aws-appsync/utils/dynamodb": deepFreeze({ ...dynamodb }),
};

/** https://docs.aws.amazon.com/appsync/latest/devguide/built-in-modules-js.html */
const UNSERVED_MODULES = ["@aws-appsync/utils/rds", "@aws-appsync/utils/ai"];

function require(name: string): unknown {
  if (Object.hasOwn(modules, name)) return modules[name];
  if (UNSERVED_MODULES.includes(name)) return unservedModule(name);
  throw new FaultSignal(`Cannot find module '${name}' or its corresponding type declarations.`);
}

/** The answer of a call that ended so, with nothing of what it left behind. */
function bareLine(ending: Ending): string {
  return [bareReport(ending), null, {}].map((part) => stringify(part)).join(PART_SEPARATOR);
}

/** The answer for a result, a stash or an error that cannot be written as JSON, such as one that holds itself. */
const NOT_JSON = bareLine({ kind: "faulted", message: "what the handler left behind is not JSON" });
const RESULT_TOO_LARGE = bareLine(TOO_LARGE);
const NO_CONTEXT = bareLine({ kind: "faulted", message: "the context is not a JSON object" });

/** Runs the code's top level. It runs anew for every call, so that a call finds no variable another one has set. */
function instantiate(moduleFunction: ModuleFunction): Exports {
  return moduleFunction(scope)(require, sum);
}

/** What the host gets for a piece of resolver code. */
export interface ResolverModule {
  /** Runs the code's top level and looks for its handlers. Answers a LoadReport as JSON. */
  readonly load: (nowMs: number, seed: string) => string;
  /**
   * Calls a handler. Answers a CallReport, the result and the stash, each as JSON, in one line.
   * @param source where `ctx.result` came from.
   */
  readonly call: (handler: Handler, nowMs: number, seed: string, source: string, context: string) => string;
}

/** Takes over one piece of resolver code. */
export function define(moduleFunction: ModuleFunction): ResolverModule {
  return {
    load(nowMs, seed) {
      beginInvocation({ nowMs, seed });
      return stringify(loadReport(moduleFunction));
    },
    call(handler, nowMs, seed, source, contextText) {
      const context = toContext(contextText);
      if (context === undefined) return NO_CONTEXT;
      const { identity, info, result: sourceResult } = context;
      const parentTypeName = isPlainObject(info) ? info["parentTypeName"] : undefined;
      const dynamodbResult = source === DYNAMODB ? sourceResult : undefined;
      beginInvocation({ nowMs, seed, handler, identity, parentTypeName, dynamodbResult });
      try {
        const result = instantiate(moduleFunction)[handler]?.(context);
        return line({ kind: "returned" }, result, context["stash"]);
      } catch (thrown) {
        const value = thrown instanceof EarlyReturnSignal ? thrown.value : null;
        try {
          return line(endingOf(thrown), value, context["stash"]);
        } catch {
          return NOT_JSON;
        }
      }
    },
  };
}

function loadReport(moduleFunction: ModuleFunction): LoadReport {
  try {
    const exports = instantiate(moduleFunction);
    const missing = ["request", "response"].filter((name) => typeof exports[name] !== "function");
    const refusal = `it exports no function named ${missing.join(" and none named ")}`;
    return { refusal: missing.length === 0 ? null : refusal };
  } catch (thrown) {
    const ending = endingOf(thrown);
    switch (ending.kind) {
      case "faulted":
        return { refusal: ending.message, place: ending.place };
      case "notServed":
        return { refusal: ending.message };
      case "raised":
        return { refusal: ending.error.message };
      default:
        return { refusal: `its top level ends with ${ending.kind}` };
    }
  }
}

/**
 * The argument of a handler; nothing for a text that is no object. `args` is another name of `arguments`; the stash can be
 * changed but not replaced. `args`, `env` and the selection sets are there to be read but are not listed, so that
 * JSON.stringify leaves them out (aws-appsync-community#394 shows the members it writes).
 */
function toContext(text: string): Record<string, unknown> | undefined {
  const context = parsed(text);
  if (!isPlainObject(context)) return undefined;
  hide(context, "args", context["arguments"]);
  hide(context, "env", context["env"]);
  if (!isPlainObject(context["stash"])) context["stash"] = {};
  Object.defineProperty(context, "stash", { writable: false, configurable: false });
  const { info } = context;
  if (isPlainObject(info)) {
    hide(info, "selectionSetList", info["selectionSetList"]);
    hide(info, "selectionSetGraphQL", info["selectionSetGraphQL"]);
  }
  return context;
}

function hide(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: false, writable: true, configurable: true });
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function line(ending: Ending, result: unknown, stash: unknown): string {
  const { appended, logs, subscriptionFilter, invalidationFilter, invalidations } = currentInvocation();
  const report: CompiledCallReport = {
    ending,
    appended,
    logs,
    subscriptionFilter,
    invalidationFilter,
    invalidations,
  };
  const parts = [report, result, stash].map((part) => (stringify(part) as string | undefined) ?? "null");
  // Characters are at most as many as bytes; the exact measure is taken outside.
  return parts.some(({ length }) => length > MAX_RESULT_BYTES)
    ? RESULT_TOO_LARGE
    : parts.join(PART_SEPARATOR);
}

/** Code that can catch a signal can also change it, or make one: what the signal holds is brought into its form again. */
function endingOf(thrown: unknown): Ending {
  if (thrown instanceof RaisedSignal) {
    const { message, errorType, data, errorInfo } = thrown.error;
    return { kind: "raised", error: raisedError(message, errorType, data, errorInfo) };
  }
  if (thrown instanceof UnauthorizedSignal) return { kind: "unauthorized" };
  if (thrown instanceof EarlyReturnSignal)
    return { kind: "returnedEarly", skipTo: skipTarget(thrown.skipTo) };
  if (thrown instanceof NotServedSignal) return { kind: "notServed", message: textOf(thrown.message) };
  if (thrown instanceof RuntimeErrorSignal) return { kind: "faulted", message: textOf(thrown.message) };
  const message = thrown instanceof FaultSignal ? textOf(thrown.message) : textOf(thrown);
  return { kind: "faulted", message, place: placeOf(thrown) };
}

function skipTarget(given: unknown): "END" | "NEXT" | null {
  return given === "END" || given === "NEXT" ? given : null;
}

/** What a thrown value says of itself; it may be the code's own object, with a `toString` of the code's own. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "the code threw what has no text";
  }
}

bendLanguage(globalThis);
// No global leads to these, but what the code can catch does, and so does `arguments`.
deepFreeze({ ...signals, require, sum });
