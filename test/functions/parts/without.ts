// Builds a function's sources with a part of them changed: what a defence is good for shows when it is taken out.

import { build } from "esbuild";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";

/** In one source file, a text that stands there exactly once, and what is to stand there instead. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Resolves to what the module `entry` exports when it is built with the changes. Throws for a change whose text is not in
 * its file: a defence that has moved is looked for anew, rather than tested no more.
 */
export async function buildWith<Exports>(entry: string, changes: readonly Change[]): Promise<Exports> {
  const folder = mkdtempSync(join(tmpdir(), "ledger-turned-off-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const outfile = join(folder, "built.mjs");
  const pending = new Set(changes);
  await build({
    entryPoints: [entry],
    outfile,
    ...{ bundle: true, packages: "external", platform: "node", format: "esm", target: "node20" },
    logLevel: "silent", // what goes wrong is thrown
    plugins: [
      {
        name: "changes",
        setup(hooks) {
          hooks.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const file = relative(resolve("."), path);
            const own = changes.filter((change) => change.file === file);
            let contents = readFileSync(path, "utf8");
            for (const change of own) {
              const parts = contents.split(change.from);
              if (parts.length !== 2) {
                throw new Error(
                  `${file} holds ${JSON.stringify(change.from)} ${parts.length - 1} times, not once`,
                );
              }
              contents = parts.join(change.to);
              pending.delete(change);
            }
            return { contents, loader: "ts" };
          });
        },
      },
    ],
  });
  for (const { file } of pending) throw new Error(`${file} is no part of ${entry}`);
  return (await import(pathToFileURL(outfile).href)) as Exports;
}
