// What runs beside resolver code in its realm: it hands the code its modules and turns whatever happens into text.
// Nothing from outside the realm is reachable from here: arguments and results are strings.

import type { CallReport, Ending, Handler, LoadReport } from "../evaluator/wire.ts";
import { PART_SEPARATOR } from "../evaluator/wire.ts";
import * as dynamodb from "./dynamodb-module.ts";
import { isPlainObject } from "./dynamodb-values.ts";
import { beginInvocation, currentInvocation } from "./invocation.ts";
import { bendLanguage, deepFreeze } from "./language.ts";
import {
  EarlyReturnSignal,
  FaultSignal,
  NotServedSignal,
  RaisedSignal,
  UnauthorizedSignal,
} from "./signals.ts";
import { console, extensions, runtime, util } from "./util.ts";

/** Resolver code, compiled to a function of the names it finds in scope, and then of what a CommonJS module has. */
type ModuleFunction = (
  scope: Readonly<Record<string, unknown>>,
) => (module: { exports: Exports }, require: (name: string) => unknown) => void;

type Exports = Readonly<Record<string, (context: unknown) => unknown>>;

/** The realm's own functions, kept before resolver code could replace them. */
const { stringify } = JSON;
const parse = JSON.parse;

const scope = deepFreeze({ util, runtime, extensions, console });
const modules: Readonly<Record<string, object>> = {
  "@aws-appsync/utils": deepFreeze({ util, runtime, extensions }),
  "@aws-appsync/utils/dynamodb": deepFreeze({ ...dynamodb }),
};

function require(name: string): unknown {
  if (Object.hasOwn(modules, name)) return modules[name];
  if (name.startsWith("@aws-appsync/utils/")) throw new NotServedSignal(`the module ${name}`);
  throw new FaultSignal(`Cannot find module '${name}' or its corresponding type declarations.`);
}

/** The answer for a result, a stash or an error that cannot be written as JSON, such as one that holds itself. */
const NOT_JSON = [
  {
    ending: { kind: "faulted", message: "what the handler left behind is not JSON" },
    appended: [],
    logs: [],
    subscriptionFilter: null,
    invalidationFilter: null,
  } satisfies CallReport,
  null,
  {},
]
  .map((part) => stringify(part))
  .join(PART_SEPARATOR);

/** Runs the code's top level. It runs anew for every call, so that a call finds no variable another one has set. */
function instantiate(moduleFunction: ModuleFunction): Exports {
  const module: { exports: Exports } = { exports: {} };
  moduleFunction(scope)(module, require);
  return module.exports;
}

/** What the host gets for a piece of resolver code. */
export interface ResolverModule {
  /** Runs the code's top level and looks for its handlers. Answers a LoadReport as JSON. */
  readonly load: (nowMs: number, seed: string) => string;
  /** Calls a handler. Answers a CallReport, the result and the stash, each as JSON, in one line. */
  readonly call: (handler: Handler, nowMs: number, seed: string, context: string) => string;
}

/** Takes over one piece of resolver code. */
export function define(moduleFunction: ModuleFunction): ResolverModule {
  return {
    load(nowMs, seed) {
      beginInvocation(nowMs, seed, null);
      return stringify({ refusal: refusalOf(moduleFunction) } satisfies LoadReport);
    },
    call(handler, nowMs, seed, contextText) {
      let context: Record<string, unknown> = {};
      try {
        context = toContext(contextText);
        beginInvocation(nowMs, seed, context["identity"]);
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

function refusalOf(moduleFunction: ModuleFunction): string | null {
  try {
    const exports = instantiate(moduleFunction);
    const missing = ["request", "response"].filter((name) => typeof exports[name] !== "function");
    return missing.length === 0 ? null : `it exports no function named ${missing.join(" and none named ")}`;
  } catch (thrown) {
    const ending = endingOf(thrown);
    return "message" in ending ? ending.message : ending.kind;
  }
}

/**
 * The argument of a handler. `args` is another name of `arguments`; the stash can be changed but not replaced; the
 * selection sets are there to be read but are not listed, so that JSON.stringify leaves them out.
 */
function toContext(text: string): Record<string, unknown> {
  const context = parse(text) as Record<string, unknown>;
  context["args"] = context["arguments"];
  if (!isPlainObject(context["stash"])) context["stash"] = {};
  Object.defineProperty(context, "stash", { writable: false, configurable: false });
  const { info } = context;
  if (isPlainObject(info)) {
    Object.defineProperty(info, "selectionSetList", { enumerable: false });
    Object.defineProperty(info, "selectionSetGraphQL", { enumerable: false });
  }
  return context;
}

function line(ending: Ending, result: unknown, stash: unknown): string {
  const { appended, logs, subscriptionFilter, invalidationFilter } = currentInvocation();
  const report: CallReport = { ending, appended, logs, subscriptionFilter, invalidationFilter };
  return [report, result, stash]
    .map((part) => (stringify(part) as string | undefined) ?? "null")
    .join(PART_SEPARATOR);
}

function endingOf(thrown: unknown): Ending {
  if (thrown instanceof RaisedSignal) return { kind: "raised", error: thrown.error };
  if (thrown instanceof UnauthorizedSignal) return { kind: "unauthorized" };
  if (thrown instanceof EarlyReturnSignal) return { kind: "returnedEarly", skipTo: thrown.skipTo };
  if (thrown instanceof NotServedSignal) return { kind: "notServed", message: thrown.message };
  if (thrown instanceof FaultSignal) return { kind: "faulted", message: thrown.message };
  return { kind: "faulted", message: textOf(thrown) };
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
