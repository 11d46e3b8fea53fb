// The cloud assembly of stage local, synthesized by the CDK app in a process of its own: infra/ is type-checked under
// other settings than the tests that use this.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readAssembly, type Assembly } from "../packages/cdk-offline/src/assembly/assembly.ts";
import { temporaryFolder } from "../packages/cdk-offline/test/temporary-folder.ts";

/** Synthesizes it; to be called while a test file is loaded. */
export function localAssembly(): Assembly {
  const outdir = temporaryFolder();
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: object };
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "infra/app.ts"], {
    encoding: "utf8",
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage: "local" }),
      CDK_VALIDATION: "false",
    },
  });
  if (status !== 0) throw new Error(`the stack cannot be synthesized:\n${stderr}`);
  return readAssembly(outdir);
}
