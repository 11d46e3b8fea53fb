// A resource's naming context as the runtime gives it.

import type { Naming } from "../../local/assembly/resource.ts";

/** The context of a resource `Thing` with these properties in stack `LoginLedger-local`. */
export function naming(properties: Readonly<Record<string, unknown>>): Naming {
  const kept = new Map<string, string>();
  return {
    logicalId: "Thing",
    stackName: "LoginLedger-local",
    region: "us-east-1",
    account: "000000000000",
    property: (name) => properties[name],
    keep(label, make) {
      const value = kept.get(label) ?? make();
      kept.set(label, value);
      return value;
    },
  };
}
