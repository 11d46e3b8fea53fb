// Brings the parameters of the template into the store, as a deployment by CloudFormation would.

import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { refusalsOf } from "../assembly/refusals.ts";
import type { Resource } from "../assembly/resource.ts";
import { AwsError } from "../aws/errors.ts";
import { NotServed } from "../errors.ts";
import { checkNewName } from "./parameter-name.ts";
import {
  current,
  openParameterStore,
  type Parameter,
  type ParameterStore,
  type ParameterVersion,
} from "./parameter-store.ts";
import { nextVersion, type PutContext } from "./put-parameter.ts";
import type { ParameterProperties } from "./resources.ts";
import type { Tell } from "../state/write-guard.ts";

/** What of the template `deployParameters` would refuse over what a folder holds. Nothing is made where there is none. */
export function checkParameters(
  {
    dir,
    clock,
    owner,
    tell,
  }: { readonly dir: string; readonly tell?: Tell | undefined } & Pick<PutContext, "clock" | "owner">,
  resources: readonly Resource<ParameterProperties>[],
): readonly NotServed[] {
  const store = existsSync(dir) ? openParameterStore(dir, tell) : undefined;
  try {
    return refusalsOf(
      resources
        .filter((resource) => store === undefined || mustBeWritten(store, resource))
        .map((resource) => () => versionOf({ clock, owner }, resource, store?.get(resource.ref))),
    );
  } finally {
    store?.close();
  }
}

/**
 * Writes a parameter when its resource is new or its properties have changed since the last deployment, and removes
 * those whose resource has gone from the template. All others stay as they are: a text that an operator has changed,
 * or a parameter that an operator has deleted, is no business of a deployment that does not touch it.
 */
export function deployParameters(
  context: PutContext,
  resources: readonly Resource<ParameterProperties>[],
): void {
  for (const resource of resources) {
    if (mustBeWritten(context.store, resource)) write(context, resource);
  }
  const names = new Set(resources.map(({ ref }) => ref));
  for (const { name, resource } of context.store.list()) {
    if (resource !== undefined && !names.has(name)) context.store.remove(name);
  }
}

function mustBeWritten(store: ParameterStore, resource: Resource<ParameterProperties>): boolean {
  // A name that the store has never seen was not deployed, whatever the record of the deployment says.
  if (!store.isKnown(resource.ref)) return true;
  return !isDeepStrictEqual(
    writtenProperties(resource.deployedProperties),
    writtenProperties(resource.properties),
  );
}

const written = v.object({
  Type: v.optional(v.unknown()),
  Value: v.optional(v.unknown()),
  Description: v.optional(v.unknown()),
  AllowedPattern: v.optional(v.unknown()),
  Tier: v.optional(v.unknown()),
});

/** The properties that a deployment writes when one differs, without the tags; `undefined` for a new resource. */
function writtenProperties(properties: unknown) {
  const result = v.safeParse(written, properties);
  return result.success ? result.output : undefined;
}

function write(context: PutContext, resource: Resource<ParameterProperties>): void {
  const { store } = context;
  const { ref: name, logicalId } = resource;
  const before = store.get(name);
  const version = versionOf(context, resource, before);
  // A start that was broken off before the deployment was recorded must not add a version at each further start.
  if (before?.resource === logicalId && isSame(current(before), version)) return;
  store.put(name, version, logicalId);
}

/** What the template makes of a parameter. Throws `NotServed` for what the service would not accept. */
function versionOf(
  { clock, owner }: Pick<PutContext, "clock" | "owner">,
  { ref: name, logicalId, properties }: Resource<ParameterProperties>,
  before: Parameter | undefined,
): ParameterVersion {
  try {
    checkNewName(owner, name);
    return nextVersion(clock, before, {
      type: properties.Type,
      value: properties.Value,
      description: properties.Description,
      allowedPattern: properties.AllowedPattern,
      tier: properties.Tier,
    });
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw new NotServed({ code: "not-deployable", logicalId, reason: cause.message }, { cause });
  }
}

function isSame(one: ParameterVersion, other: ParameterVersion): boolean {
  return isDeepStrictEqual({ ...one, version: 0, modifiedAt: 0 }, { ...other, version: 0, modifiedAt: 0 });
}
