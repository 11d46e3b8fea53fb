// Has the page's files published, by the same command that publishes them after a deployment.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./child.ts";

export interface PublishOptions {
  readonly root: string;
  readonly page: { readonly directory: string; readonly digest: string };
  readonly outputs: Readonly<Record<string, unknown>>;
  /** A folder beside the state: it remembers which page was published. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** Publishes the page unless it is there already; answers whether it did. */
export async function publishPage({
  root,
  page,
  outputs,
  directory,
  signal,
}: PublishOptions): Promise<boolean> {
  const published = join(directory, "page.sha256");
  // The published page names the addresses of its API, which change with the ports.
  const digest = createHash("sha256").update(page.digest).update(JSON.stringify(outputs)).digest("hex");
  if (existsSync(published) && readFileSync(published, "utf8") === digest) return false;
  const outputsFile = join(directory, "outputs.json");
  writeFileSync(outputsFile, JSON.stringify(outputs), { mode: 0o600 });
  await run(
    process.execPath,
    ["--import", "tsx", "operate/publish.ts", "--outputs", outputsFile, "--from", page.directory],
    { task: "publishing the page", cwd: root, signal },
  );
  writeFileSync(published, digest, { mode: 0o600 });
  return true;
}
