// Brings the cloud assembly and the page up to date before they are served: each is built again only when its sources
// have changed.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { run } from "./child.ts";
import { StartError } from "cdk-offline";
import { digestOf, isStamped, leaveStamp } from "./sources.ts";

const ASSEMBLY = "cdk.out";
/** Everything that the cloud assembly is made from, as names below the project's folder. */
export const ASSEMBLY_SOURCES = [
  "cdk.json",
  "package-lock.json",
  "schema.graphql",
  "infra",
  "resolvers",
  "functions",
];
const PAGE = "web/dist";
const PAGE_SOURCES = ["package-lock.json", "web", "client"];

const cdkJsonSchema = v.object({
  app: v.string(),
  context: v.optional(v.record(v.string(), v.unknown()), {}),
});

/**
 * Synthesizes the stage `local` if need be, the way the CDK's command line does: it runs the app named in cdk.json.
 * Answers the assembly's folder. The template validation is left to `npm run check` and to deployments: it takes
 * several times as long as everything else here.
 */
export async function buildAssembly(
  root: string,
  signal: AbortSignal,
): Promise<{ directory: string; built: boolean }> {
  const directory = join(root, ASSEMBLY);
  const stamp = join(directory, "local.sha256");
  const manifest = join(directory, "manifest.json");
  const sources = digestOf(root, ASSEMBLY_SOURCES);
  // The manifest is part of the stamp, since `cdk synth` writes another stage to the same folder.
  const digest = () => digestOf(root, [`${ASSEMBLY}/manifest.json`]) + sources;
  if (existsSync(manifest) && isStamped(stamp, digest())) return { directory, built: false };

  const cdkJson = readCdkJson(join(root, "cdk.json"));
  rmSync(stamp, { force: true }); // a build that is broken off leaves half of it behind
  await run(cdkJson.app, [], {
    task: "synthesizing the stack",
    cwd: root,
    signal,
    shell: true,
    environment: {
      CDK_OUTDIR: directory,
      // Paths let an error name a resource as infra/ does; the command line adds them as well.
      CDK_CONTEXT_JSON: JSON.stringify({
        ...cdkJson.context,
        "aws:cdk:enable-path-metadata": true,
        stage: "local",
      }),
      CDK_VALIDATION: "false",
    },
  });
  leaveStamp(stamp, digest());
  return { directory, built: true };
}

/** Builds the page if need be; answers its folder and a digest of its sources. */
export async function buildPage(
  root: string,
  signal: AbortSignal,
): Promise<{ directory: string; digest: string; built: boolean }> {
  const directory = join(root, PAGE);
  const stamp = join(root, ".build/page.sha256");
  const digest = digestOf(root, PAGE_SOURCES);
  if (existsSync(directory) && isStamped(stamp, digest)) return { directory, digest, built: false };
  rmSync(stamp, { force: true });
  await run(
    process.execPath,
    [
      join(root, "node_modules/vite/bin/vite.js"),
      "build",
      "--config",
      "web/vite.config.ts",
      "--logLevel",
      "warn",
    ],
    { task: "building the page", cwd: root, signal },
  );
  leaveStamp(stamp, digest);
  return { directory, digest, built: true };
}

function readCdkJson(path: string): v.InferOutput<typeof cdkJsonSchema> {
  try {
    return v.parse(cdkJsonSchema, JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new StartError(
      `${path} names no CDK app: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
}
