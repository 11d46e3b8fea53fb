// Resources as the runtime hands them to a service, without a whole template.

import * as v from "valibot";
import type { Naming, Resource, ResourceDefinition } from "../src/assembly/resource.ts";

type Properties = Readonly<Record<string, unknown>>;

export interface NamingOptions {
  /** Default is "Thing". */
  readonly logicalId?: string;
  /** The values kept so far, for a resource that is deployed again. */
  readonly kept?: Map<string, string>;
}

/** The naming context of a resource with these properties in stack `NotesApp-local`. */
export function naming(
  properties: Properties,
  { logicalId = "Thing", kept = new Map<string, string>() }: NamingOptions = {},
): Naming {
  return {
    logicalId,
    stackName: "NotesApp-local",
    region: "us-east-1",
    account: "000000000000",
    property: (name) => properties[name],
    keep(label, make) {
      const key = `${logicalId} ${label}`;
      const value = kept.get(key) ?? make();
      kept.set(key, value);
      return value;
    },
  };
}

/** A resource of this type with these properties: parsed, named, deployed for the first time. */
export function deployed<Parsed>(
  definition: ResourceDefinition<Parsed>,
  properties: Properties,
  options: NamingOptions = {},
): Resource<Parsed> {
  const context = naming(properties, options);
  return {
    logicalId: context.logicalId,
    ...definition.identify(context),
    properties: v.parse(definition.properties, properties),
    deployedProperties: undefined,
  };
}
