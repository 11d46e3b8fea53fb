// From a template to resources: names given, intrinsics resolved, properties parsed, and everything that is not served
// refused by name.

import * as v from "valibot";
import type { Template } from "./assembly.ts";
import type { DeployedResource, Deployment } from "./deployment.ts";
import { NotServed, TemplateError, type Refusal } from "../errors.ts";
import { holdsWithheldAttribute, unservedReference } from "./dynamic-references.ts";
import { createIntrinsics } from "./intrinsics.ts";
import type { Identity, Naming, Resource, ResourceDefinition } from "./resource.ts";
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
  /** How a resource is called in an error, by its logical id. */
  readonly nameOf: (logicalId: string) => string;
  /** The resources of a type, in the order of the template. */
  of<Properties>(definition: ResourceDefinition<Properties>): readonly Resource<Properties>[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Remembers this template as deployed. */
  commit(): void;
}

/** Resolves a whole template. Throws `TemplateError` for the first thing that cannot be served. */
export function resolveTemplate(options: ResolveOptions): ResolvedTemplate {
  const { template, deployment, localize } = options;
  const definitions = new Map(options.definitions.map((definition) => [definition.type, definition]));
  const identities = new Map<string, Identity>();
  const beingNamed = new Set<string>();

  const nameOf = (logicalId: string) => nameIn(template, logicalId);
  const refused = (refusal: Refusal) => new TemplateError([new NotServed(refusal)], nameOf);

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
    ref: (logicalId) => identityOf(logicalId).ref,
    attribute(logicalId, attribute) {
      const { attributes } = identityOf(logicalId);
      const value = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
      if (value === undefined) {
        const reason = `attribute ${attribute} is not served by the local runtime`;
        throw refused({ code: "attribute-not-served", logicalId, reason });
      }
      return value;
    },
  });

  function identityOf(logicalId: string): Identity {
    const known = identities.get(logicalId);
    if (known !== undefined) return known;
    if (beingNamed.has(logicalId)) {
      const reason = `refers to itself through ${[...beingNamed].join(", ")}`;
      throw refused({ code: "circular-reference", logicalId, reason });
    }
    beingNamed.add(logicalId);
    const resource = resourceOf(template, logicalId);
    const identify =
      definitions.get(resource.Type)?.identify ?? typesWithoutBehaviour[resource.Type]?.identify;
    if (identify === undefined) {
      const reason = "this resource type is not served by the local runtime";
      throw refused({ code: "type-not-served", logicalId, reason });
    }
    const naming: Naming = {
      logicalId,
      stackName: options.stackName,
      region: options.region,
      account: options.account,
      property: (name) => intrinsics.resolve(resource.Properties[name]),
      keep: (label, make) => deployment.keep(logicalId, resource.Type, label, make),
    };
    const identity = identify(naming);
    beingNamed.delete(logicalId);
    identities.set(logicalId, identity);
    return identity;
  }

  const deployed: DeployedResource[] = [];
  const resources = new Map<string, Resource<unknown>[]>();
  for (const [logicalId, { Type, Properties, Condition, DeletionPolicy }] of Object.entries(
    template.Resources,
  )) {
    if (Condition !== undefined && !intrinsics.holds(Condition)) continue;
    const identity = identityOf(logicalId);
    const definition = definitions.get(Type);
    if (definition === undefined) continue;
    const resolved = localize(intrinsics.resolve(Properties)) as Readonly<Record<string, unknown>>;
    const reason = unservedReference(resolved);
    if (reason !== undefined) throw refused({ code: "value-not-served", logicalId, reason });
    deployed.push({ logicalId, type: Type, properties: resolved });
    const resource: Resource<unknown> = {
      logicalId,
      ...identity,
      properties: parse(definition, resolved, logicalId, refused),
      deployedProperties: deployment.deployedProperties(logicalId, Type),
      isRetained: DeletionPolicy?.startsWith("Retain") ?? false,
    };
    const ofType = resources.get(Type);
    if (ofType === undefined) resources.set(Type, [resource]);
    else ofType.push(resource);
  }

  deployment.save();

  const outputs: Record<string, string> = {};
  for (const [name, { Value }] of Object.entries(template.Outputs)) {
    const value = String(localize(intrinsics.resolve(Value)));
    if (holdsWithheldAttribute(value)) {
      const reason = "the value of a secret in an output, where anybody can read it, is not served";
      throw refused({ code: "value-not-served", property: `Outputs.${name}`, reason });
    }
    outputs[name] = value;
  }

  return {
    nameOf,
    // Resources are filed under their definition's type, so what is found was parsed by its schema.
    of: <Properties>({ type }: ResourceDefinition<Properties>) =>
      (resources.get(type) ?? []) as readonly Resource<Properties>[],
    outputs,
    commit() {
      deployment.commit(deployed);
    },
  };
}

function parse(
  definition: ResourceDefinition<unknown>,
  properties: unknown,
  logicalId: string,
  refused: (refusal: Refusal) => Error,
): unknown {
  const parsed = v.safeParse(definition.properties, properties);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const property = v.getDotPath(issue) ?? "";
  const seen = issue.path?.at(-1)?.value;
  // A strict schema expects "never" where it finds a key it does not have.
  throw refused(
    issue.expected === "never"
      ? { code: "property-not-served", logicalId, property, seen, reason: "this property is not served" }
      : { code: "value-not-served", logicalId, property, seen, served: issue.expected ?? issue.message },
  );
}

function resourceOf(template: Template, logicalId: string): Template["Resources"][string] {
  const resource = Object.hasOwn(template.Resources, logicalId) ? template.Resources[logicalId] : undefined;
  if (resource === undefined) {
    throw new NotServed({ code: "unknown-reference", reason: `the template has no resource ${logicalId}` });
  }
  return resource;
}

/** How a resource is called in an error: its path in the CDK app where there is one, so that it is found in infra/. */
function nameIn(template: Template, logicalId: string): string {
  const resource = template.Resources[logicalId];
  const path = resource?.Metadata["aws:cdk:path"];
  return `${resource?.Type ?? "resource"} ${typeof path === "string" ? `${path} (${logicalId})` : logicalId}`;
}
