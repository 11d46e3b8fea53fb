// The expressions of resolver requests as the parameters of DynamoDB's API.

import { membersOf, refuseOthers, RequestError } from "../data-source.ts";
import { toWireItem, type WireItem } from "./typed-values.ts";

interface Parsed {
  readonly expression: string;
  readonly names: Readonly<Record<string, unknown>>;
  readonly values: WireItem;
}

/** Collects the expressions of one request; their placeholders share one table of names and one of values. */
export class Expressions {
  readonly #parameters: Record<string, string> = {};
  readonly #names: Record<string, unknown> = {};
  readonly #values: Record<string, WireItem[string]> = {};

  /**
   * Adds an expression that may be missing.
   * @param parameter such as `ConditionExpression`
   * @param member such as `condition`, for messages
   */
  add(parameter: string, member: string, value: unknown, furtherMembers: readonly string[] = []): this {
    if (value === undefined || value === null) return this;
    const { expression, names, values } = parse(member, value, furtherMembers);
    this.#parameters[parameter] = expression;
    Object.assign(this.#names, names);
    Object.assign(this.#values, values);
    return this;
  }

  /** The parameters of the API call. */
  parameters(): Readonly<Record<string, unknown>> {
    return {
      ...this.#parameters,
      ...(Object.keys(this.#names).length > 0 ? { ExpressionAttributeNames: this.#names } : {}),
      ...(Object.keys(this.#values).length > 0 ? { ExpressionAttributeValues: this.#values } : {}),
    };
  }
}

function parse(member: string, value: unknown, furtherMembers: readonly string[]): Parsed {
  const members = membersOf(value);
  const { expression } = members;
  if (typeof expression !== "string") {
    throw new RequestError(`Value for field '$[${member}][expression]' not found.`);
  }
  refuseOthers(members, ["expression", "expressionNames", "expressionValues", ...furtherMembers]);
  return {
    expression,
    names: membersOf(members["expressionNames"]),
    values: toWireItem(members["expressionValues"] ?? {}, `$[${member}][expressionValues]`),
  };
}
