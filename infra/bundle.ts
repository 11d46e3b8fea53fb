// Turns the sources of functions and resolvers into what Lambda and AppSync run.

import { buildSync, type BuildOptions } from "esbuild";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage } from "aws-cdk-lib/core";
import { Code as ResolverCode } from "aws-cdk-lib/aws-appsync";
import { FunctionCode as ViewerFunctionCode } from "aws-cdk-lib/aws-cloudfront";
import { Code as FunctionCode } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The settings with which a function starts fastest, measured: one CommonJS file, modules resolved to their ES form so
 * that unused code falls away, and of the SDK's credential providers only the one Lambda needs.
 */
const FUNCTION_BUNDLE: BuildOptions = {
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20",
  mainFields: ["module", "main"],
  supported: { "dynamic-import": false },
  alias: { "@aws-sdk/credential-provider-node": `${root}functions/shared/environment-credentials.ts` },
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/**
 * Bundles these functions, the folders of their names, in one go into the assembly that is being made; answers what
 * gives each one's code.
 */
export function bundleFunctions<Name extends string>(
  scope: Construct,
  names: readonly Name[],
): (name: Name) => FunctionCode {
  const built = join(outdirOf(scope), "functions");
  rmSync(built, { recursive: true, force: true }); // what an earlier synthesis left would be shipped as well
  buildSync({
    ...FUNCTION_BUNDLE,
    entryPoints: Object.fromEntries(
      names.map((name) => [`${name}/index`, `${root}functions/${name}/handler.ts`]),
    ),
    outdir: built,
    // Whatever package.json lies above the folder: these are CommonJS.
    outExtension: { ".js": ".cjs" },
  });
  return (name) => FunctionCode.fromAsset(join(built, name));
}

/** Bundles the function `functions/<name>/handler.ts` into what CloudFront runs: a script with a function `handler`. */
export function viewerFunctionCode(name: string): ViewerFunctionCode {
  const { outputFiles } = buildSync({
    entryPoints: [`${root}functions/${name}/handler.ts`],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bundle",
    footer: { js: "function handler(event) { return bundle.handler(event); }" },
    // What runtime 2.0 knows of ES 2017 and later it does not promise as a whole.
    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
    target: "es2016",
    legalComments: "none",
    logLevel: "warning",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`functions/${name} gave no bundle`);
  return ViewerFunctionCode.fromInline(bundle.text);
}

/** Bundles one resolver or pipeline step, named by its path under `resolvers/`, into APPSYNC_JS. */
export function resolverCode(name: string): ResolverCode {
  const { outputFiles } = buildSync({
    entryPoints: [`${root}resolvers/${name}.ts`],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "esnext",
    external: ["@aws-appsync/utils", "@aws-appsync/utils/*"],
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error(`resolvers/${name}.ts gave no bundle`);
  return ResolverCode.fromInline(bundle.text);
}

/** The folder of the cloud assembly that this construct will be part of. */
function outdirOf(scope: Construct): string {
  const stage = Stage.of(scope);
  if (stage === undefined) throw new Error(`${scope.node.path} is in no app`);
  return stage.assetOutdir;
}
