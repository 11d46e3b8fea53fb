// The expressions of resolver requests as the parameters of DynamoDB's API.

import { membersOf, refuseOthers, required, RequestError } from "../data-source.ts";
import { toWireItem, type WireItem } from "./typed-values.ts";

interface Parsed {
  readonly expression: string;
  readonly names: Readonly<Record<string, unknown>>;
  readonly values: WireItem;
}

/** Collects the expressions of one request; their placeholders share one table of names and one of values. */
export class Expressions {
  /** Where they stand in the request, such as `$[transactItems][0]`. */
  readonly #at: string;
  #parameters: Readonly<Record<string, string>> = {};
  #names: Readonly<Record<string, unknown>> = {};
  #values: WireItem = {};

  constructor(at = "$") {
    this.#at = at;
  }

  /**
   * Adds an expression that may be missing.
   * @param parameter such as `ConditionExpression`
   * @param member such as `condition`, for messages
   */
  add(parameter: string, member: string, value: unknown, furtherMembers: readonly string[] = []): this {
    if (value === undefined || value === null) return this;
    const { expression, names, values } = parse(`${this.#at}[${member}]`, value, furtherMembers);
    this.#parameters = { ...this.#parameters, [parameter]: expression };
    this.#names = { ...this.#names, ...names };
    this.#values = { ...this.#values, ...values };
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

function parse(at: string, value: unknown, furtherMembers: readonly string[]): Parsed {
  const members = membersOf(value);
  const expression = required(members, "expression", at);
  if (typeof expression !== "string") throw new RequestError(`Expected a string at '${at}[expression]'.`);
  refuseOthers(members, ["expression", "expressionNames", "expressionValues", ...furtherMembers], at);
  return {
    expression,
    names: membersOf(members["expressionNames"]),
    values: toWireItem(members["expressionValues"] ?? {}, `${at}[expressionValues]`),
  };
}
