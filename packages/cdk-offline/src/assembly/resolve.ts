// From a template to resources: names given, intrinsics resolved, properties parsed, and everything that is not served
// refused by name.

import { NotServed, TemplateError, type Refusal } from "../errors.ts";
import type { Template } from "./assembly.ts";
import type { DeployedResource, Deployment } from "./deployment.ts";
import { holdsWithheldAttribute, unservedReferences } from "./dynamic-references.ts";
import { parseProperties } from "./every-issue.ts";
import { AlreadyRefused, createIntrinsics, REFUSED, type Place } from "./intrinsics.ts";
import { Refusals } from "./refusals.ts";
import type { Identity, Naming, Resource, ResourceDefinition } from "./resource.ts";
import { refusedSections } from "./sections.ts";
import { typesWithoutBehaviour } from "./without-behaviour.ts";

export interface ResolveOptions {
  readonly template: Template;
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  readonly deployment: Deployment;
  readonly definitions: readonly ResourceDefinition<unknown>[];
  /** Applied to every resolved property and output. */
  readonly localize: (value: unknown) => unknown;
}

export interface ResolvedTemplate {
  /** The resources of a type, in the order of the template; without those that are refused. */
  of<Properties>(definition: ResourceDefinition<Properties>): readonly Resource<Properties>[];
  readonly outputs: Readonly<Record<string, string>>;
  /** What is refused so far. Whoever checks the resources further adds to it. */
  readonly refusals: Refusals;
  /**
   * What the last check gives. Rejects with `TemplateError` for everything that is refused, by this check or before;
   * what only follows from another refusal is left out.
   */
  passed<Result>(lastCheck: () => Promise<Result>): Promise<Result>;
  /** A refusal that came up later as a `TemplateError`; any other error as it is. */
  told(error: unknown): unknown;
  /** Writes down the names that were given: before anything is stored under them. */
  save(): void;
  /** Remembers this template as deployed. */
  commit(): void;
}

/** Resolves a whole template. Nothing is written, and what is refused is gathered, not thrown. */
export function resolveTemplate(options: ResolveOptions): ResolvedTemplate {
  const { template, deployment, localize } = options;
  const definitions = new Map(options.definitions.map((definition) => [definition.type, definition]));
  const refusals = new Refusals();
  const nameOf = (logicalId: string) => nameIn(template, logicalId);
  const refuse = (refusal: Refusal): void => {
    refusals.add(new NotServed(refusal));
  };
  const identities = new Map<string, Identity | undefined>();
  const beingNamed = new Set<string>();

  const intrinsics = createIntrinsics({
    template,
    pseudoParameters: {
      "AWS::AccountId": options.account,
      "AWS::Partition": "aws",
      "AWS::Region": options.region,
      "AWS::StackId": `arn:aws:cloudformation:${options.region}:${options.account}:stack/${options.stackName}/${deployment.stackGuid}`,
      "AWS::StackName": options.stackName,
      "AWS::URLSuffix": "amazonaws.com",
    },
    ref: (logicalId, place) => referredTo(logicalId, place).ref,
    attribute(logicalId, attribute, place) {
      const { attributes } = referredTo(logicalId, place);
      const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
      if (value !== undefined) return value;
      const served = Object.keys(attributes).join(", ") || "none";
      const reason = `attribute ${attribute} is not served by the local runtime`;
      throw new NotServed({ code: "attribute-not-served", logicalId, reason, served });
    },
    refuse: (refusal) => {
      refusals.add(refusal);
    },
  });

  /** Whether a resource is made; one whose condition is refused counts as made, so that all of it is looked at. */
  const isMade = (logicalId: string): boolean => {
    const condition = template.Resources[logicalId]?.Condition;
    const place: Place = { logicalId, property: "Condition" };
    return condition === undefined || (intrinsics.holds(condition, place) ?? true);
  };

  function referredTo(logicalId: string, place: Place): Identity {
    // That a deployment fails of it is unverified.
    if (!isMade(logicalId)) {
      const reason = `refers to ${logicalId}, which its condition ${template.Resources[logicalId]?.Condition ?? ""} leaves out`;
      throw new NotServed({ code: "unknown-reference", ...place, reason });
    }
    const identity = identityOf(logicalId);
    if (identity === undefined) throw new AlreadyRefused();
    return identity;
  }

  /** `undefined` for a resource whose type is refused. */
  function identityOf(logicalId: string): Identity | undefined {
    if (identities.has(logicalId)) return identities.get(logicalId);
    if (beingNamed.has(logicalId)) {
      refuse({
        code: "circular-reference",
        logicalId,
        reason: `refers to itself through ${[...beingNamed].join(", ")}`,
      });
      return undefined;
    }
    beingNamed.add(logicalId);
    const identity = identify(logicalId);
    beingNamed.delete(logicalId);
    identities.set(logicalId, identity);
    return identity;
  }

  function identify(logicalId: string): Identity | undefined {
    const { Type = "", Properties = {} } = template.Resources[logicalId] ?? {};
    const ofType = definitions.get(Type)?.identify ?? typesWithoutBehaviour[Type]?.identify;
    if (ofType === undefined) {
      const reason = "this resource type is not served by the local runtime";
      refuse({ code: "type-not-served", logicalId, reason });
      return undefined;
    }
    const naming: Naming = {
      logicalId,
      stackName: options.stackName,
      region: options.region,
      account: options.account,
      property: (name) => {
        const value = intrinsics.resolve(Properties[name], { logicalId, property: name });
        return value === REFUSED ? undefined : value;
      },
      keep: (label, make) => deployment.keep(logicalId, Type, label, make),
    };
    return ofType(naming);
  }

  const deployed: DeployedResource[] = [];
  const resources = new Map<string, Resource<unknown>[]>();
  for (const [logicalId, { Type, Properties, DependsOn, DeletionPolicy }] of Object.entries(
    template.Resources,
  )) {
    if (!isMade(logicalId)) continue;
    // One that is left out by its condition is taken for no fault: there is nothing to wait for. Unverified for AWS.
    for (const name of [DependsOn ?? []].flat()) {
      if (Object.hasOwn(template.Resources, name)) continue;
      const reason = `the template has no resource ${name}`;
      refuse({ code: "unknown-reference", logicalId, property: "DependsOn", reason });
    }
    const identity = identityOf(logicalId);
    const definition = definitions.get(Type);
    if (identity === undefined || definition === undefined) continue;
    const resolved = localize(
      Object.fromEntries(
        Object.entries(Properties)
          .map(([name, value]) => [name, intrinsics.resolve(value, { logicalId, property: name })] as const)
          .filter(([, value]) => value !== undefined),
      ),
    ) as Readonly<Record<string, unknown>>;
    for (const reason of unservedReferences(resolved)) {
      refuse({ code: "value-not-served", logicalId, reason });
    }
    deployed.push({ logicalId, type: Type, properties: resolved });
    const parsed = parseProperties(definition.properties, logicalId, resolved);
    if ("refusals" in parsed) {
      refusals.add(...parsed.refusals);
      continue;
    }
    const resource: Resource<unknown> = {
      logicalId,
      ...identity,
      properties: parsed.properties,
      deployedProperties: deployment.deployedProperties(logicalId, Type),
      isRetained: DeletionPolicy?.startsWith("Retain") ?? false,
    };
    const ofType = resources.get(Type);
    if (ofType === undefined) resources.set(Type, [resource]);
    else ofType.push(resource);
  }

  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition }] of Object.entries(template.Outputs)) {
    const property = `Outputs.${name}`;
    const holds =
      Condition === undefined || intrinsics.holds(Condition, { property: `${property}.Condition` });
    if (holds !== true) continue;
    const value = intrinsics.resolve(Value, { property: `${property}.Value` });
    if (value === REFUSED) continue;
    outputs[name] = String(localize(value));
    if (holdsWithheldAttribute(outputs[name])) {
      const reason = "the value of a secret in an output, where anybody can read it, is not served";
      refuse({ code: "value-not-served", property, reason });
    }
  }

  refusals.add(...refusedSections(template));

  return {
    // Resources are filed under their definition's type, so what is found was parsed by its schema.
    of: <Properties>({ type }: ResourceDefinition<Properties>) =>
      (resources.get(type) ?? []) as readonly Resource<Properties>[],
    outputs,
    refusals,
    async passed<Result>(lastCheck: () => Promise<Result>): Promise<Result> {
      const result = await refusals.attemptLater(lastCheck);
      throwRefusals(template, refusals, nameOf);
      return result as Result; // it is missing only where it was refused
    },
    told: (error) => (error instanceof NotServed ? new TemplateError([error], nameOf) : error),
    save() {
      deployment.save();
    },
    commit() {
      deployment.commit(deployed);
    },
  };
}

function throwRefusals(template: Template, refusals: Refusals, nameOf: (logicalId: string) => string): void {
  const all = refusals.all();
  const refusedTypes = new Set(
    all.map(({ logicalId }) => (logicalId === undefined ? undefined : template.Resources[logicalId]?.Type)),
  );
  // What refers to a resource that is not there need not be wrong when such a resource is refused itself.
  const told = all.filter(({ refersTo }) => refersTo === undefined || !refusedTypes.has(refersTo));
  if (all.length > 0) {
    throw new TemplateError(told.length > 0 ? told : all, nameOf);
  }
}

/** How a resource is called in an error: its path in the CDK app where there is one, so that it is found there. */
function nameIn(template: Template, logicalId: string): string {
  const resource = template.Resources[logicalId];
  const path = resource?.Metadata["aws:cdk:path"];
  return `${resource?.Type ?? "resource"} ${typeof path === "string" ? `${path} (${logicalId})` : logicalId}`;
}
