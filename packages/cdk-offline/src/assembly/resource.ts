// How a local service says which CloudFormation resource types it serves, and how it gets them resolved.

import * as v from "valibot";

/** What a resource's name and attributes are made from. */
export interface Naming {
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  /** One property of the resource, resolved; `undefined` when the template does not set it. */
  readonly property: (name: string) => unknown;
  /**
   * A value that stays the same for this resource as long as the state folder lives, like a physical id on AWS.
   * `make` is called the first time; `label` tells several values of one resource apart.
   */
  readonly keep: (label: string, make: () => string) => string;
}

/** What `Ref` and `Fn::GetAtt` answer for a resource. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A resource type that a local service serves. */
export interface ResourceDefinition<Properties> {
  readonly type: string;
  /**
   * The properties served. Strict at every level: what is not in it is refused by name. A property that AWS has and
   * that changes nothing on one machine is listed with `withoutEffect`.
   */
  readonly properties: v.GenericSchema<unknown, Properties>;
  readonly identify: (naming: Naming) => Identity;
}

/** A resource of the template with its intrinsics resolved and its properties parsed. */
export interface Resource<Properties> extends Identity {
  readonly logicalId: string;
  readonly properties: Properties;
  /**
   * The properties with which it was deployed the last time, as they stood in the resolved template; `undefined` for
   * a new resource. CloudFormation touches only what differs, so that a value an operator changed since stays.
   */
  readonly deployedProperties: unknown;
  /** Whether the template's deletion policy keeps it when it leaves the template. Default is false. */
  readonly isRetained?: boolean;
}

/** A property that is accepted and changes nothing here; the reason goes into the runtime's table of what is served. */
export function withoutEffect(reason: string) {
  return v.optional(v.pipe(v.unknown(), v.metadata({ withoutEffect: reason })));
}

/** Declares a resource type; only there to infer the type of its properties. */
export function defineResource<Properties>(
  definition: ResourceDefinition<Properties>,
): ResourceDefinition<Properties> {
  return definition;
}
