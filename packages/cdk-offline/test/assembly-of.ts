// A cloud assembly on disk, for tests that start from a template.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the assembly of one stack with this template into a folder and answers the folder. */
export function writeAssembly(directory: string, template: object): string {
  mkdirSync(directory, { recursive: true });
  const artifact = {
    type: "aws:cloudformation:stack",
    environment: "aws://unknown-account/unknown-region",
    properties: { templateFile: "Stack.template.json" },
  };
  writeFileSync(
    join(directory, "manifest.json"),
    JSON.stringify({ version: "36.0.0", artifacts: { Stack: artifact } }),
  );
  writeFileSync(join(directory, "Stack.template.json"), JSON.stringify(template));
  return directory;
}
