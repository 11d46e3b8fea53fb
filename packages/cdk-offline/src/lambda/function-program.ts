// Compiles the program of a function's process once, so that it starts from one plain file and not through a TypeScript loader.

import { build } from "esbuild";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "../state/make-folder.ts";

/** Writes the program into a folder and answers its path. */
export async function compileFunctionProgram(dir: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("function-process/bootstrap.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    write: false,
  });
  const path = join(dir, "function.mjs");
  const program = outputFiles.map(({ contents }) => Buffer.from(contents));
  makeFolder(dir);
  writeFileSync(`${path}.next`, Buffer.concat(program), { mode: 0o600 });
  renameSync(`${path}.next`, path);
  return path;
}
