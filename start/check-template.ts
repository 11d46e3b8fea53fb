// Synthesizes the stage that is deployed for people, with AWS's validation findings as errors; not again while nothing of
// what it is made from has changed.

import { join, resolve } from "node:path";
import { run } from "./child.ts";
import { ASSEMBLY_SOURCES } from "./build.ts";
import { digestOf, isStamped, leaveStamp } from "./sources.ts";

const root = resolve(import.meta.dirname, "..");
const stamp = join(root, ".build/cdk.check.sha256");
const digest = digestOf(root, ASSEMBLY_SOURCES);
if (!isStamped(stamp, digest)) {
  await run("npx", ["cdk", "synth", "--quiet", "--output", ".build/cdk.check", "-c", "stage=prod"], {
    task: "synthesizing stage prod",
    cwd: root,
  });
  leaveStamp(stamp, digest);
}
