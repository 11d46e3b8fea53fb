// The cloud assembly that `cdk synth` leaves behind: one stack's template and the folders of its assets.
// https://docs.aws.amazon.com/cdk/v2/guide/deploy.html (what a cloud assembly holds)

import {
  AssetManifestArtifact,
  CloudAssembly,
  UNKNOWN_ACCOUNT,
  UNKNOWN_REGION,
} from "@aws-cdk/cloud-assembly-api";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { AssemblyError } from "../errors.ts";

const templateSchema = v.object({
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Properties: v.optional(v.record(v.string(), v.unknown()), {}),
      Condition: v.optional(v.string()),
      DeletionPolicy: v.optional(v.string()),
      DependsOn: v.optional(v.union([v.string(), v.array(v.string())])),
      Metadata: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
  ),
  Outputs: v.optional(
    v.record(v.string(), v.object({ Value: v.unknown(), Condition: v.optional(v.string()) })),
    {},
  ),
  Parameters: v.optional(
    v.record(v.string(), v.object({ Type: v.optional(v.string()), Default: v.optional(v.unknown()) })),
    {},
  ),
  Conditions: v.optional(v.record(v.string(), v.unknown()), {}),
  Mappings: v.optional(v.record(v.string(), v.record(v.string(), v.record(v.string(), v.unknown()))), {}),
  Rules: v.optional(v.record(v.string(), v.unknown())),
  Transform: v.optional(v.unknown()),
  Hooks: v.optional(v.record(v.string(), v.unknown())),
});

export type Template = v.InferOutput<typeof templateSchema>;

export interface Assembly {
  readonly stackName: string;
  /** Where the app says that the stack is deployed; `undefined` where it leaves that open. */
  readonly region: string | undefined;
  readonly account: string | undefined;
  readonly template: Template;
  /** The folder of a file asset, by the object key under which it is published; `undefined` when there is none. */
  assetDirectory(objectKey: string): string | undefined;
}

/** Reads a cloud assembly with exactly one stack. Throws `AssemblyError` for anything else. */
export function readAssembly(directory: string): Assembly {
  if (!existsSync(join(directory, "manifest.json"))) {
    throw new AssemblyError(`${directory} holds no cloud assembly (no manifest.json); run cdk synth first`);
  }
  const assembly = open(directory);
  const [stack, ...others] = assembly.stacks;
  if (stack === undefined || others.length > 0) {
    throw new AssemblyError(
      `${directory} holds ${assembly.stacks.length} stacks; the local runtime serves exactly one`,
    );
  }
  const parsed = v.safeParse(templateSchema, stack.template);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new AssemblyError(
      `${stack.templateFile} is no template: ${v.getDotPath(issue) ?? "the file"}: ${issue.message}`,
    );
  }
  const directories = assetDirectories(assembly);
  const { region, account } = stack.environment;
  return {
    stackName: stack.stackName,
    region: region === UNKNOWN_REGION ? undefined : region,
    account: account === UNKNOWN_ACCOUNT ? undefined : account,
    template: parsed.output,
    assetDirectory: (objectKey) => directories.get(objectKey),
  };
}

function open(directory: string): CloudAssembly {
  try {
    return new CloudAssembly(resolve(directory));
  } catch (cause) {
    throw new AssemblyError(
      `${directory} cannot be read as a cloud assembly: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function assetDirectories(assembly: CloudAssembly): ReadonlyMap<string, string> {
  const directories = new Map<string, string>();
  for (const artifact of assembly.artifacts) {
    if (!AssetManifestArtifact.isAssetManifestArtifact(artifact)) continue;
    for (const file of Object.values(artifact.contents.files ?? {})) {
      const path = file.source.path;
      if (path === undefined) continue;
      for (const { objectKey } of Object.values(file.destinations)) {
        directories.set(objectKey, join(assembly.directory, path));
      }
    }
  }
  return directories;
}
