import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildAssembly } from "../../start/build.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const root = temporaryFolder();
const { signal } = new AbortController();

/** An app that leaves a manifest with this text, and then ends with this exit code. */
function writeApp(text: string, exitCode: number): void {
  const code = `require("fs").mkdirSync(process.env.CDK_OUTDIR, { recursive: true });
require("fs").writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", ${JSON.stringify(text)});
process.exit(${exitCode});`;
  writeFileSync(join(root, "app.cjs"), code);
  // The app's text is part of the sources by way of cdk.json.
  const app = `"${process.execPath}" app.cjs`;
  writeFileSync(join(root, "cdk.json"), JSON.stringify({ app, context: { text, exitCode } }));
}

test("what was synthesized is kept as long as its sources stay, and not after a try that was broken off", async () => {
  writeApp("one", 0);
  expect((await buildAssembly(root, signal)).built).toBe(true);
  expect((await buildAssembly(root, signal)).built).toBe(false);

  writeApp("one", 1);
  await expect(buildAssembly(root, signal)).rejects.toThrow("synthesizing the stack failed");
  writeApp("one", 0);
  expect((await buildAssembly(root, signal)).built).toBe(true);
  expect(existsSync(join(root, "cdk.out/manifest.json"))).toBe(true);
});
