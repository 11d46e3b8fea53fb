// Programs for processes and realms of their own, bundled from the sources when they are needed.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The CommonJS text of a module with all that it imports; `url` is that of the module's source. */
export async function bundleProgram(url: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(url)],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
