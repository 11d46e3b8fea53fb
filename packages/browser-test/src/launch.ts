// A real Chromium for the tests: the system's when there is one, else the one that comes with an npm package.

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { chromium, errors, type Browser } from "playwright-core";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Unpacking the packaged browser takes seconds; it is kept for the next run. */
const CACHE = resolve("node_modules/.cache/chromium");

/** No browser can run on this machine. The message gives the reason, for the report of a skipped test. */
export class NoBrowserError extends Error {
  override readonly name = "NoBrowserError";
}

/**
 * Starts a browser that can reach this machine and the host names given, and nothing else.
 * Throws a `NoBrowserError` when none runs here. `CHROMIUM` in the environment names another executable.
 */
export async function launchBrowser(hostNames: readonly string[] = []): Promise<Browser> {
  const system = [process.env["CHROMIUM"], ...SYSTEM_BROWSERS].find(
    (path) => path !== undefined && existsSync(path),
  );
  const { executablePath, env } = system === undefined ? await packagedBrowser() : fromSystem(system);
  try {
    return await chromium.launch({
      executablePath,
      env,
      args: flags(hostNames),
      chromiumSandbox: process.getuid?.() !== 0, // as root, Chromium refuses to start with it
    });
  } catch (cause) {
    if (cause instanceof errors.TimeoutError) throw cause; // it does run, though not in time
    throw new NoBrowserError(`${executablePath} does not start: ${inShort(cause)}`, { cause });
  }
}

/** What Playwright's own flags leave: they already switch off sync, first-run pages and updates. */
function flags(hostNames: readonly string[]): string[] {
  const reachable = ["localhost", "127.0.0.1", ...hostNames].map((name) => `EXCLUDE ${name}`).join(", ");
  return [
    "--disable-domain-reliability",
    "--disable-quic",
    "--no-pings",
    `--host-resolver-rules=MAP * ~NOTFOUND, ${reachable}`,
  ];
}

interface Executable {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

function fromSystem(executablePath: string): Executable {
  return { executablePath, env: inheritedEnvironment() };
}

/** The browser of @sparticuz/chromium, with the shared libraries that come with it. */
async function packagedBrowser(): Promise<Executable> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new NoBrowserError(
      `no Chromium is installed, and the packaged one is for linux-x64, not ${process.platform}-${process.arch}`,
    );
  }
  const folder = join(CACHE, packageVersion());
  if (!existsSync(folder)) await unpackInto(folder);
  const env = inheritedEnvironment();
  return {
    executablePath: join(folder, "chromium"),
    env: {
      ...env,
      LD_LIBRARY_PATH: [join(folder, "al2023/lib"), env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
      ...(existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_FILE: join(folder, "fonts.conf") }),
    },
  };
}

function packageVersion(): string {
  const text = readFileSync("node_modules/@sparticuz/chromium/package.json", "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * The package unpacks into the temporary folder, takes a file that lies there already for its own, whatever its
 * version, and unpacks its shared libraries only in what it takes for a Lambda: so it gets a process and a folder of
 * its own. Moved at the end, the folder is there whole or not at all, also when several test files start at once.
 */
async function unpackInto(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true });
  const temporary = mkdtempSync(`${folder}-`);
  try {
    const program = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();';
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
      env: { ...process.env, TMPDIR: temporary, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
    });
    // The package's own configuration looks for the fonts in /tmp.
    writeFileSync(join(temporary, "fonts.conf"), `<fontconfig><dir>${folder}/fonts</dir></fontconfig>\n`);
    renameSync(temporary, folder);
  } catch (cause) {
    rmSync(temporary, { recursive: true, force: true });
    if (existsSync(folder)) return; // another test file was faster
    throw new NoBrowserError(`the packaged Chromium cannot be unpacked: ${inShort(cause)}`, { cause });
  }
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The first line of an error, and what the browser itself said, which Playwright gives with `[err]` before it. */
function inShort(error: unknown): string {
  const [first = "", ...others] = (error instanceof Error ? error.message : String(error)).split("\n");
  const said = others
    .filter((line) => line.includes("[err]"))
    .map((line) => line.replace(/^.*\[err\]\s*/, ""));
  return [first, ...new Set(said)].slice(0, 4).join(" / ");
}
