// Reads the settings of a pool or client from an input: the same schema that a template's are read with.

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import { parse, TARGET } from "./operation.ts";

/**
 * Gives the parsed settings. Throws `NotImplementedException` for a member or value that AWS has and that is not served,
 * and `InvalidParameterException` for one that breaks a constraint.
 */
export function parseSettings<Schema extends v.GenericSchema>(
  name: string,
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  const { issues = [] } = v.safeParse(schema, input);
  for (const issue of issues) {
    if (isOfServedValues(issue))
      throw notServed(`${TARGET}.${name} with another ${v.getDotPath(issue) ?? ""}`);
  }
  return parse(name, schema, input);
}

/** A list of values whose own message says that the others are not served. */
function isOfServedValues({ type, message }: v.BaseIssue<unknown>): boolean {
  return (type === "picklist" || type === "literal") && message.includes("served by the local runtime");
}
