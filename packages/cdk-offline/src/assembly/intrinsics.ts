// CloudFormation's intrinsic functions.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html

import type { Template } from "./assembly.ts";
import { NotServed } from "../errors.ts";

/** Stands for `AWS::NoValue`: whatever has this value is left out. */
const NO_VALUE = Symbol("AWS::NoValue");

export interface IntrinsicsOptions {
  readonly template: Template;
  /** The pseudo parameters, by their full names. */
  readonly pseudoParameters: Readonly<Record<string, string>>;
  /** What `Ref` answers for a resource. */
  readonly ref: (logicalId: string) => string;
  /** What `Fn::GetAtt` answers. */
  readonly attribute: (logicalId: string, attribute: string) => string;
}

export interface Intrinsics {
  /** A value of the template with every intrinsic function in it replaced; `undefined` for AWS::NoValue. */
  resolve(value: unknown): unknown;
  /** Whether a named condition of the template holds. */
  holds(condition: string): boolean;
}

type IntrinsicFunction = (argument: unknown) => unknown;

/** The intrinsic functions over one template. An unknown function or reference throws `NotServed`. */
export function createIntrinsics(options: IntrinsicsOptions): Intrinsics {
  const { template, pseudoParameters } = options;

  const refer = (name: string): unknown => {
    if (name === "AWS::NoValue") return NO_VALUE;
    if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
    if (Object.hasOwn(template.Resources, name)) return options.ref(name);
    const parameter = Object.hasOwn(template.Parameters, name) ? template.Parameters[name] : undefined;
    if (parameter?.Default !== undefined) return parameter.Default;
    throw new NotServed({
      code: "unknown-reference",
      reason: `Ref to ${name}: the template has no such resource and no parameter of that name with a default`,
    });
  };

  const getAttribute = (logicalId: string, attribute: string): string => {
    if (!Object.hasOwn(template.Resources, logicalId)) {
      throw new NotServed({
        code: "unknown-reference",
        reason: `Fn::GetAtt of ${logicalId}.${attribute}: the template has no such resource`,
      });
    }
    return options.attribute(logicalId, attribute);
  };

  const functions: Readonly<Record<string, IntrinsicFunction>> = {
    Ref: (argument) => refer(text(argument, "Ref")),
    "Fn::GetAtt": (argument) => {
      const [logicalId, ...attribute] =
        typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt");
      return getAttribute(
        text(logicalId, "Fn::GetAtt"),
        attribute.map((part) => text(resolve(part), "Fn::GetAtt")).join("."),
      );
    },
    "Fn::Join": (argument) => {
      const [separator, parts] = list(argument, "Fn::Join");
      return list(resolve(parts), "Fn::Join")
        .map((part) => text(part, "Fn::Join"))
        .join(text(separator, "Fn::Join"));
    },
    "Fn::Split": (argument) => {
      const [separator, whole] = list(argument, "Fn::Split");
      return text(resolve(whole), "Fn::Split").split(text(separator, "Fn::Split"));
    },
    "Fn::Select": (argument) => {
      const [index, parts] = list(argument, "Fn::Select");
      const chosen = list(resolve(parts), "Fn::Select")[Number(resolve(index))];
      if (chosen === undefined) throw malformed("Fn::Select", argument);
      return chosen;
    },
    "Fn::Sub": (argument) => {
      const [pattern, values] = typeof argument === "string" ? [argument, {}] : list(argument, "Fn::Sub");
      const given = resolve(values) as Readonly<Record<string, unknown>>;
      return text(pattern, "Fn::Sub").replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
        if (literal === "!") return `\${${name}}`;
        if (Object.hasOwn(given, name)) return text(given[name], "Fn::Sub");
        const dot = name.indexOf(".");
        return dot < 0 ? text(refer(name), "Fn::Sub") : getAttribute(name.slice(0, dot), name.slice(dot + 1));
      });
    },
    "Fn::Base64": (argument) => Buffer.from(text(resolve(argument), "Fn::Base64")).toString("base64"),
    "Fn::FindInMap": (argument) => {
      const [map, first, second] = list(argument, "Fn::FindInMap").map((key) =>
        text(resolve(key), "Fn::FindInMap"),
      );
      const value = template.Mappings[map ?? ""]?.[first ?? ""]?.[second ?? ""];
      if (value === undefined) throw malformed("Fn::FindInMap", argument);
      return value;
    },
    "Fn::If": (argument) => {
      const [condition, whenTrue, whenFalse] = list(argument, "Fn::If");
      return resolve(holds(text(condition, "Fn::If")) ? whenTrue : whenFalse);
    },
    "Fn::Equals": (argument) => {
      const [left, right] = list(argument, "Fn::Equals").map(resolve);
      return JSON.stringify(left) === JSON.stringify(right);
    },
    "Fn::And": (argument) => list(argument, "Fn::And").every((part) => resolve(part) === true),
    "Fn::Or": (argument) => list(argument, "Fn::Or").some((part) => resolve(part) === true),
    "Fn::Not": (argument) => resolve(list(argument, "Fn::Not")[0]) !== true,
  };

  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== NO_VALUE);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined) {
      const [name, argument] = only;
      if (Object.hasOwn(functions, name)) return functions[name]?.(argument);
      // In a condition, and only there, { Condition: name } is a function; elsewhere it is a property.
      if (
        name === "Condition" &&
        typeof argument === "string" &&
        Object.hasOwn(template.Conditions, argument)
      ) {
        return holds(argument);
      }
      if (name.startsWith("Fn::")) {
        throw new NotServed({
          code: "function-not-served",
          reason: `intrinsic function ${name} is not served by the local runtime`,
        });
      }
    }
    return Object.fromEntries(
      entries.map(([key, item]) => [key, resolve(item)] as const).filter(([, item]) => item !== NO_VALUE),
    );
  }

  function holds(condition: string): boolean {
    if (!Object.hasOwn(template.Conditions, condition)) {
      throw new NotServed({
        code: "unknown-reference",
        reason: `the template has no condition ${condition}`,
      });
    }
    return resolve(template.Conditions[condition]) === true;
  }

  return {
    resolve(value) {
      const resolved = resolve(value);
      return resolved === NO_VALUE ? undefined : resolved;
    },
    holds,
  };
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(where, value);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw malformed(where, value);
}

function malformed(where: string, value: unknown): NotServed {
  return new NotServed({
    code: "not-deployable",
    reason: `${where} cannot work on ${JSON.stringify(value)}`,
  });
}
