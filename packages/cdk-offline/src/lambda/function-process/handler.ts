// Finds and loads a function's handler as Lambda's runtime for Node.js does.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

export type Handler = (event: unknown, context: object) => unknown;

/** Why a handler cannot be loaded; `name` is the error type that Lambda answers. */
class LoadError extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/**
 * Loads `folder/module.export.path` under the task root: `module.js` and `module.cjs` by require (`.js` by import in a
 * package of type module), `module.mjs` by import. What the module throws goes up as it is.
 */
export async function loadHandler(taskRoot: string, name: string): Promise<Handler> {
  const parts = /^([^.]*)\.(.*)$/.exec(basename(name));
  if (name.includes("..") || parts === null)
    throw new LoadError("Runtime.MalformedHandlerName", "Bad handler");
  const [, moduleName = "", exportPath = ""] = parts;
  const loaded = await loadModule(join(taskRoot, dirname(name), moduleName), moduleName);
  const handler = memberAt(loaded, exportPath) ?? memberAt(memberAt(loaded, "default"), exportPath);
  if (handler === undefined) {
    throw new LoadError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw new LoadError("Runtime.HandlerNotFound", `${name} is not a function`);
  }
  if (handler.length >= 3) {
    throw new LoadError(
      "Runtime.CallbackHandlerDeprecated",
      `${name} takes a callback; handlers that answer through one are gone from Node.js 24 on Lambda: return a promise`,
    );
  }
  return handler as Handler;
}

async function loadModule(path: string, moduleName: string): Promise<unknown> {
  const extension = [".js", ".mjs", ".cjs"].find((candidate) => existsSync(path + candidate));
  if (extension === undefined) {
    throw new LoadError("Runtime.ImportModuleError", `Error: Cannot find module '${moduleName}'`);
  }
  const file = path + extension;
  try {
    const isModule = extension === ".mjs" || (extension === ".js" && isInModulePackage(file));
    return isModule ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new LoadError("Runtime.UserCodeSyntaxError", String(error), { cause: error });
    }
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") {
      throw new LoadError("Runtime.ImportModuleError", String(error), { cause: error });
    }
    throw error;
  }
}

/** Whether the nearest package.json above a file has type "module". */
function isInModulePackage(file: string): boolean {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const { type } = JSON.parse(readFileSync(manifest, "utf8")) as { type?: unknown };
      return type === "module";
    }
    if (folder === resolve(folder, "..")) return false;
  }
}

function memberAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((nested, key) => {
    const hasMembers = (typeof nested === "object" && nested !== null) || typeof nested === "function";
    return hasMembers ? (nested as Record<string, unknown>)[key] : undefined;
  }, value);
}
