// npm run test:nodes: the whole suite on every Node.js that people have, each from the npm package `node`, kept below
// .build/. Arguments are handed on to vitest: `npm run test:nodes -- test/flow/sign-in.test.ts`. ONLY=24 runs one.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const MAJORS = ["20", "22", "24", "26"].filter((major) => (process.env["ONLY"] ?? major) === major);

interface Outcome {
  readonly version: string;
  readonly result: "passed" | "failed";
  readonly minutes: string;
}

/** Runs a program to its end and answers its exit code; what it writes is shown. */
async function run(command: string, args: readonly string[], path: string): Promise<number> {
  const child = spawn(command, [...args], {
    env: { ...process.env, PATH: path },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

/** The folder of the executable, installed when it is not there yet. */
async function installed(major: string): Promise<string> {
  const folder = resolve(".build/nodes", major);
  const bin = join(folder, "node_modules/node/bin");
  if (existsSync(join(bin, "node"))) return bin;
  mkdirSync(folder, { recursive: true });
  // The package fetches the executable for this machine from the registry when it is installed.
  writeFileSync(join(folder, "package.json"), '{ "private": true, "allowScripts": { "node": true } }\n');
  const options = ["--prefix", folder, "--no-save", "--no-audit", "--no-fund"];
  const code = await run("npm", ["install", ...options, `node@${major}`], process.env["PATH"] ?? "");
  if (code !== 0 || !existsSync(join(bin, "node"))) {
    throw new Error(`node@${major} could not be installed into ${folder}`);
  }
  return bin;
}

async function test(major: string): Promise<Outcome> {
  const bin = await installed(major);
  const path = [bin, process.env["PATH"]].join(delimiter);
  process.stdout.write(`\nNode.js ${major}\n\n`);
  const startedMs = Date.now();
  const suite = ["node_modules/vitest/vitest.mjs", "run", "--project", "!long", ...process.argv.slice(2)];
  const code = await run(join(bin, "node"), suite, path);
  return {
    version: major,
    result: code === 0 ? "passed" : "failed",
    minutes: ((Date.now() - startedMs) / 60_000).toFixed(1),
  };
}

const outcomes: Outcome[] = [];
for (const major of MAJORS) outcomes.push(await test(major));
console.table(outcomes);
if (outcomes.some(({ result }) => result === "failed")) process.exitCode = 1;
