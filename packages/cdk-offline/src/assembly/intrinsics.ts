// CloudFormation's intrinsic functions.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html

import { NotServed, show, type Refusal } from "../errors.ts";
import type { Template } from "./assembly.ts";

/** Stands for `AWS::NoValue`: whatever has this value is left out. */
const NO_VALUE = Symbol("AWS::NoValue");

/** Stands for a value that has been refused: what is made of it is refused without a further word. */
export const REFUSED = Symbol("refused");

/** Where a value stands in the template, for the refusal of what is in it. */
export type Place = Pick<Refusal, "logicalId" | "property">;

export interface IntrinsicsOptions {
  readonly template: Template;
  /** The pseudo parameters, by their full names. */
  readonly pseudoParameters: Readonly<Record<string, string>>;
  /** What `Ref` answers for a resource. Throws `NotServed`, or `AlreadyRefused`. */
  readonly ref: (logicalId: string, place: Place) => string;
  /** What `Fn::GetAtt` answers. Throws as `ref`. */
  readonly attribute: (logicalId: string, attribute: string, place: Place) => string;
  /** Told of everything that cannot be resolved. */
  readonly refuse: (refusal: NotServed) => void;
}

export interface Intrinsics {
  /**
   * A value of the template with every intrinsic function in it replaced; `undefined` for AWS::NoValue. What cannot be
   * resolved is told to `refuse`, and `REFUSED` stands in its place.
   */
  resolve(value: unknown, place: Place): unknown;
  /** Whether a named condition of the template holds; `undefined` when that was refused. */
  holds(condition: string, place: Place): boolean | undefined;
}

/** Ends the making of a value of which a part has been refused, and that been told. */
export class AlreadyRefused extends Error {}

type IntrinsicFunction = (argument: unknown, place: Place) => unknown;

/** The intrinsic functions over one template. */
export function createIntrinsics(options: IntrinsicsOptions): Intrinsics {
  const { template, pseudoParameters, refuse } = options;
  const conditions = new Map<string, boolean | undefined>();
  const beingTested = new Set<string>();

  const refer = (name: string, place: Place): unknown => {
    if (name === "AWS::NoValue") return NO_VALUE;
    if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
    if (Object.hasOwn(template.Resources, name)) return options.ref(name, place);
    const parameter = Object.hasOwn(template.Parameters, name) ? template.Parameters[name] : undefined;
    if (parameter === undefined) {
      const reason = `Ref to ${name}: the template has no such resource and no such parameter`;
      throw new NotServed({ code: "unknown-reference", ...place, reason });
    }
    return valueOfParameter(name, parameter, place);
  };

  const getAttribute = (logicalId: string, attribute: string, place: Place): string => {
    if (Object.hasOwn(template.Resources, logicalId)) return options.attribute(logicalId, attribute, place);
    const reason = `Fn::GetAtt of ${logicalId}.${attribute}: the template has no such resource`;
    throw new NotServed({ code: "unknown-reference", ...place, reason });
  };

  /** `${Name}` and `${LogicalId.Attribute}`, each tried, so that all that cannot be resolved are told. */
  const substitute: IntrinsicFunction = (argument, place) => {
    const [pattern, values] =
      typeof argument === "string" ? [argument, {}] : list(argument, "Fn::Sub", place);
    const given = resolve(values, place) as Readonly<Record<string, unknown>>;
    const refusedNames: string[] = [];
    const valueOf = (name: string): unknown => {
      if (Object.hasOwn(given, name)) return given[name];
      const dot = name.indexOf(".");
      return orRefused(() =>
        dot < 0 ? refer(name, place) : getAttribute(name.slice(0, dot), name.slice(dot + 1), place),
      );
    };
    const result = text(pattern, "Fn::Sub", place).replace(
      /\$\{(!?)([^}]*)\}/g,
      (_, literal: string, name: string) => {
        if (literal === "!") return `\${${name}}`;
        const value = valueOf(name);
        if (value !== REFUSED) return text(value, "Fn::Sub", place);
        refusedNames.push(name);
        return "";
      },
    );
    if (refusedNames.length > 0) throw new AlreadyRefused();
    return result;
  };

  const functions: Readonly<Record<string, IntrinsicFunction>> = {
    Ref: (argument, place) => refer(text(argument, "Ref", place), place),
    "Fn::GetAtt": (argument, place) => {
      const [logicalId, ...attribute] =
        typeof argument === "string" ? argument.split(".") : list(argument, "Fn::GetAtt", place);
      return getAttribute(
        text(logicalId, "Fn::GetAtt", place),
        attribute.map((part) => text(resolve(part, place), "Fn::GetAtt", place)).join("."),
        place,
      );
    },
    "Fn::Join": (argument, place) => {
      const [separator, parts] = list(argument, "Fn::Join", place);
      return resolveList(parts, "Fn::Join", place)
        .map((part) => text(part, "Fn::Join", place))
        .join(text(separator, "Fn::Join", place));
    },
    "Fn::Split": (argument, place) => {
      const [separator, whole] = list(argument, "Fn::Split", place);
      return text(resolve(whole, place), "Fn::Split", place).split(text(separator, "Fn::Split", place));
    },
    "Fn::Select": (argument, place) => {
      const [index, parts] = list(argument, "Fn::Select", place);
      const chosen = resolveList(parts, "Fn::Select", place)[Number(resolve(index, place))];
      if (chosen === undefined) throw malformed("Fn::Select", argument, place);
      return chosen;
    },
    "Fn::Sub": substitute,
    "Fn::Base64": (argument, place) =>
      Buffer.from(text(resolve(argument, place), "Fn::Base64", place)).toString("base64"),
    "Fn::FindInMap": (argument, place) => {
      const [map, first, second] = list(argument, "Fn::FindInMap", place).map((key) =>
        text(resolve(key, place), "Fn::FindInMap", place),
      );
      const value = template.Mappings[map ?? ""]?.[first ?? ""]?.[second ?? ""];
      if (value === undefined) throw malformed("Fn::FindInMap", argument, place);
      return value;
    },
    "Fn::If": (argument, place) => {
      const [condition, whenTrue, whenFalse] = list(argument, "Fn::If", place);
      const chosen = holds(text(condition, "Fn::If", place), place);
      if (chosen === undefined) throw new AlreadyRefused();
      return resolve(chosen ? whenTrue : whenFalse, place);
    },
    "Fn::Equals": (argument, place) => {
      const [left, right] = resolveList(argument, "Fn::Equals", place);
      if (left === REFUSED || right === REFUSED) throw new AlreadyRefused();
      return JSON.stringify(left) === JSON.stringify(right);
    },
    "Fn::And": (argument, place) => testAll(argument, "Fn::And", place).every(Boolean),
    "Fn::Or": (argument, place) => testAll(argument, "Fn::Or", place).some(Boolean),
    "Fn::Not": (argument, place) => !testAll(argument, "Fn::Not", place).some(Boolean),
  };

  /** The items of a list that a function works on; they stand where the function does. */
  function resolveList(value: unknown, where: string, place: Place): readonly unknown[] {
    if (!Array.isArray(value)) return list(resolve(value, place), where, place);
    return value.map((item) => resolve(item, place)).filter((item) => item !== NO_VALUE);
  }

  function testAll(argument: unknown, where: string, place: Place): readonly boolean[] {
    const parts = list(argument, where, place).map((part) => test(part, place));
    return parts.map((part) => {
      if (part === undefined) throw new AlreadyRefused();
      return part;
    });
  }

  /** Part of a condition; only there `{ Condition: name }` is a function, elsewhere it is a property. */
  function test(part: unknown, place: Place): boolean | undefined {
    const only = onlyEntry(part);
    if (only?.[0] === "Condition" && typeof only[1] === "string") return holds(only[1], place);
    const value = resolve(part, place);
    return value === REFUSED ? undefined : value === true;
  }

  /** What `make` gives, or `REFUSED` once it has been told what is refused. */
  function orRefused(make: () => unknown): unknown {
    try {
      return make();
    } catch (error) {
      if (error instanceof NotServed) refuse(error);
      else if (!(error instanceof AlreadyRefused)) throw error;
      return REFUSED;
    }
  }

  function resolve(value: unknown, place: Place): unknown {
    if (Array.isArray(value)) {
      return value
        .map((item, index) => resolve(item, below(place, index)))
        .filter((item) => item !== NO_VALUE);
    }
    if (typeof value !== "object" || value === null) return value;
    const only = onlyEntry(value);
    if (only !== undefined) {
      const [name, argument] = only;
      const apply = Object.hasOwn(functions, name) ? functions[name] : undefined;
      if (apply !== undefined) return orRefused(() => apply(argument, place));
      if (name.startsWith("Fn::")) {
        const reason = `intrinsic function ${name} is not served by the local runtime`;
        refuse(new NotServed({ code: "function-not-served", ...place, reason }));
        return REFUSED;
      }
    }
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]: [string, unknown]) => [key, resolve(item, below(place, key))] as const)
        .filter(([, item]) => item !== NO_VALUE),
    );
  }

  function holds(condition: string, place: Place): boolean | undefined {
    if (conditions.has(condition)) return conditions.get(condition);
    if (!Object.hasOwn(template.Conditions, condition)) {
      const reason = `the template has no condition ${condition}`;
      refuse(new NotServed({ code: "unknown-reference", ...place, reason }));
      return undefined;
    }
    const property = `Conditions.${condition}`;
    if (beingTested.has(condition)) {
      const reason = `refers to itself through ${[...beingTested].join(", ")}`;
      refuse(new NotServed({ code: "circular-reference", property, reason }));
      return undefined;
    }
    beingTested.add(condition);
    const result = test(template.Conditions[condition], { property });
    beingTested.delete(condition);
    conditions.set(condition, result);
    return result;
  }

  return {
    resolve(value, place) {
      const resolved = resolve(value, place);
      return resolved === NO_VALUE ? undefined : resolved;
    },
    holds,
  };
}

/** The default of a parameter: nobody is there to give it another value. */
function valueOfParameter(name: string, parameter: Template["Parameters"][string], place: Place): unknown {
  const { Default: value, Type: type } = parameter;
  // That it has none is told of the parameter itself.
  if (value === undefined) throw new AlreadyRefused();
  if (type?.startsWith("AWS::SSM::Parameter::") === true) {
    const reason = `Ref to ${name}: a parameter of type ${type} is not served by the local runtime`;
    throw new NotServed({ code: "value-not-served", ...place, reason });
  }
  const isList = type === "CommaDelimitedList" || type?.startsWith("List<") === true;
  return isList && typeof value === "string" ? value.split(",").map((item) => item.trim()) : value;
}

function onlyEntry(value: unknown): readonly [string, unknown] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [only, ...others] = Object.entries(value) as [string, unknown][];
  return others.length === 0 ? only : undefined;
}

function below(place: Place, key: string | number): Place {
  return { ...place, property: place.property === undefined ? String(key) : `${place.property}.${key}` };
}

function list(value: unknown, where: string, place: Place): readonly unknown[] {
  if (value === REFUSED) throw new AlreadyRefused();
  if (!Array.isArray(value)) throw malformed(where, value, place);
  return value;
}

function text(value: unknown, where: string, place: Place): string {
  if (value === REFUSED) throw new AlreadyRefused();
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw malformed(where, value, place);
}

function malformed(where: string, value: unknown, place: Place): NotServed {
  const reason = `${where} cannot work on ${show(value)}`;
  return new NotServed({ code: "not-deployable", ...place, reason });
}
