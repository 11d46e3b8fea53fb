// The page as it is shipped, built for the tests and served with the Content-Security-Policy it has to live with.

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { HttpHandler } from "cdk-offline/testing";

/** Builds the page with the command that the project documents, into `folder`. */
export async function buildPage(folder: string): Promise<void> {
  const command = ["node_modules/vite/bin/vite.js", "build", "--config", "web/vite.config.ts"];
  await promisify(execFile)(process.execPath, [
    ...command,
    "--outDir",
    resolve(folder),
    "--logLevel",
    "warn",
  ]);
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Serves the built page. It may speak with its own origin and with `apiOrigin()`, and run no text as script. */
export function servePage(folder: string, apiOrigin: () => string): HttpHandler {
  return (request) => {
    const { pathname } = request.url;
    const file = join(folder, pathname === "/" ? "index.html" : pathname);
    if (!existsSync(file)) return Promise.resolve({ status: 404 });
    const headers = {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-security-policy": [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        `connect-src 'self' ${apiOrigin()}`,
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ].join("; "),
    };
    return Promise.resolve({ status: 200, headers, body: readFileSync(file) });
  };
}
