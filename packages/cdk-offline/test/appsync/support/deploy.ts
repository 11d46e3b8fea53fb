// Turns properties as they stand in a template into the resources that the service is opened with.

import * as v from "valibot";
import type { Resource, ResourceDefinition } from "../../../src/assembly/resource.ts";

/** Parses the properties and gives the resource its name, as the loader of the template does. */
export function deploy<Properties>(
  definition: ResourceDefinition<Properties>,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
): Resource<Properties> {
  const kept = new Map<string, string>();
  const identity = definition.identify({
    logicalId,
    stackName: "Stack",
    region: "us-east-1",
    account: "000000000000",
    property: (name) => properties[name],
    keep(label, make) {
      const value = kept.get(label) ?? make();
      kept.set(label, value);
      return value;
    },
  });
  return {
    logicalId,
    ...identity,
    properties: v.parse(definition.properties, properties),
    deployedProperties: undefined,
  };
}
