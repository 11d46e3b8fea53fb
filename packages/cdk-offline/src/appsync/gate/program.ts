// A TypeScript program over one piece of resolver code, held in memory, with AppSync's types and AppSync's language.

import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import ts from "typescript";
import { CONSOLE_DECLARATION } from "./language.ts";

/** The name AppSync gives to the code it is handed; in a folder that does not exist. */
export const CODE_FOLDER = "/appsync-resolver-code";
export const CODE_FILE = `${CODE_FOLDER}/code.js`;
const CONSOLE_FILE = `${CODE_FOLDER}/console.d.ts`;

const typesFolder = join(
  dirname(createRequire(import.meta.url).resolve("@aws-appsync/utils/package.json")),
  "lib",
);

/** The standard library as the compiler has it: the service knows all of it by type, whatever it then refuses. */
const standardLibrary = dirname(ts.getDefaultLibFilePath({}));

/** Where the service has the types; messages name it. */
const SERVICE_FOLDER =
  "/var/task/node_modules/@amzn/awsapp-sync-jsvtltranspiler/bundled/@aws-appsync/utils/lib";
const GLOBAL_TYPES = `${SERVICE_FOLDER}/index.d.ts`;
const DYNAMODB_TYPES = `${SERVICE_FOLDER}/dynamo-db-helpers.d.ts`;

/** The modules there are. */
const MODULES: Readonly<Record<string, string>> = {
  "@aws-appsync/utils": GLOBAL_TYPES,
  "@aws-appsync/utils/ai": `${SERVICE_FOLDER}/bedrock-helpers.d.ts`,
  "@aws-appsync/utils/dynamodb": DYNAMODB_TYPES,
  "@aws-appsync/utils/rds": `${SERVICE_FOLDER}/rds-helpers.d.ts`,
};

/** The text of a file of declarations. The package declares `sync`, which the service does not have. */
function declarations(fileName: string): string | undefined {
  if (fileName === CONSOLE_FILE) return CONSOLE_DECLARATION;
  if (dirname(fileName) === standardLibrary) return ts.sys.readFile(fileName);
  if (!fileName.startsWith(SERVICE_FOLDER)) return undefined;
  const own = basename(fileName).replace("dynamo-db-helpers", "dynamodb-helpers");
  const text = ts.sys.readFile(join(typesFolder, own));
  return fileName === DYNAMODB_TYPES ? text?.replace(/export declare function sync<.*;/, "") : text;
}

const OPTIONS: ts.CompilerOptions = {
  allowJs: true,
  checkJs: true,
  noEmit: true,
  lib: ["lib.esnext.d.ts"],
  // Without strictness a parameter without a type may be anything, as it may on AppSync.
  strict: false,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
};

/** Parsed files that stay the same from one piece of code to the next. */
const parsed = new Map<string, ts.SourceFile>();
let last: ts.Program | undefined;

export interface CodeProgram {
  readonly program: ts.Program;
  readonly source: ts.SourceFile;
}

/** Parses the code and binds it to the declarations. */
export function programOf(code: string): CodeProgram {
  const source = ts.createSourceFile(CODE_FILE, code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const program = ts.createProgram([CODE_FILE, CONSOLE_FILE, GLOBAL_TYPES], OPTIONS, hostOf(source), last);
  last = program;
  return { program, source };
}

function hostOf(source: ts.SourceFile): ts.CompilerHost {
  const textOf = (fileName: string) => (fileName === CODE_FILE ? source.text : declarations(fileName));
  return {
    fileExists: (fileName) => textOf(fileName) !== undefined,
    readFile: textOf,
    getSourceFile(fileName) {
      if (fileName === CODE_FILE) return source;
      const known = parsed.get(fileName);
      if (known !== undefined) return known;
      const text = textOf(fileName);
      if (text === undefined) return undefined;
      const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.ESNext, true);
      parsed.set(fileName, file);
      return file;
    },
    // Resolver code sees AppSync's modules and none of this folder's packages; the declarations see each other.
    resolveModuleNameLiterals: (literals, containingFile) =>
      literals.map(({ text }) => {
        const fileName =
          containingFile === CODE_FILE ? MODULES[text] : join(dirname(containingFile), `${text}.d.ts`);
        return {
          resolvedModule:
            fileName === undefined ? undefined : { resolvedFileName: fileName, extension: ts.Extension.Dts },
        };
      }),
    getDefaultLibFileName: () => join(standardLibrary, "lib.esnext.d.ts"),
    getDefaultLibLocation: () => standardLibrary,
    getCurrentDirectory: () => CODE_FOLDER,
    getCanonicalFileName: (fileName) => fileName,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
  };
}
