// The cloud assembly of stage local, synthesized by the CDK app in a process of its own: infra/ is type-checked under
// other settings than the tests that use this.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { temporaryFolder } from "./temporary-folder.ts";

const templateSchema = v.object({
  Resources: v.record(
    v.string(),
    v.object({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) }),
  ),
});

const assetsSchema = v.object({
  files: v.record(
    v.string(),
    v.object({
      source: v.object({ path: v.string() }),
      destinations: v.record(v.string(), v.object({ objectKey: v.string() })),
    }),
  ),
});

export interface LocalAssembly {
  readonly folder: string;
  readonly template: v.InferOutput<typeof templateSchema>;
  /** The folder of an asset, by the object key under which it is published. */
  assetDirectory(objectKey: string): string;
}

/** Synthesizes it; to be called while a test file is loaded. */
export function localAssembly(): LocalAssembly {
  const folder = temporaryFolder();
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: object };
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "infra/app.ts"], {
    encoding: "utf8",
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage: "local" }),
      CDK_VALIDATION: "false",
    },
  });
  if (status !== 0) throw new Error(`the stack cannot be synthesized:\n${stderr}`);
  const read = (kind: string): unknown =>
    JSON.parse(readFileSync(join(folder, `LoginLedger-local.${kind}.json`), "utf8"));
  const { files } = v.parse(assetsSchema, read("assets"));
  return {
    folder,
    template: v.parse(templateSchema, read("template")),
    assetDirectory(objectKey) {
      const asset = Object.values(files).find(({ destinations }) =>
        Object.values(destinations).some((destination) => destination.objectKey === objectKey),
      );
      if (asset === undefined) throw new Error(`there is no asset ${objectKey}`);
      return join(folder, asset.source.path);
    },
  };
}
