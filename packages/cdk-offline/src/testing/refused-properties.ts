// Whether a resource of a template would be served, asked without a template.

import * as v from "valibot";
import { resourceDefinitions } from "../services.ts";

/** The paths of the properties that are not served as they are; empty when all are. Throws for an unknown type. */
export function refusedProperties(type: string, properties: unknown): readonly string[] {
  const definition = resourceDefinitions.find((candidate) => candidate.type === type);
  if (definition === undefined) throw new RangeError(`${type} is not served`);
  const { issues = [] } = v.safeParse(definition.properties, properties);
  return issues.map((issue) => v.getDotPath(issue) ?? "");
}
