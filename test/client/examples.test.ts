import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const FOLDER = resolve("client");

/** The examples of the docstrings, each as a module that lies beside the file it stands in. */
function examples(): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".ts"))) {
    const blocks = readFileSync(join(FOLDER, file), "utf8").matchAll(/ \* ```ts\n(.*?) \* ```/gs);
    for (const [index, [, block]] of [...blocks].entries()) {
      found.set(join(FOLDER, `${file}.example-${index + 1}.ts`), (block ?? "").replaceAll(/^ \* ?/gm, ""));
    }
  }
  return found;
}

test("the examples in the documentation compile", () => {
  const modules = examples();
  expect([...modules.keys()].map((path) => path.slice(FOLDER.length + 1))).toEqual([
    "ledger-client.ts.example-1.ts",
    "session.ts.example-1.ts",
  ]);
  const config = ts.getParsedCommandLineOfConfigFile(
    join(FOLDER, "tsconfig.json"),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic(diagnostic) {
        throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
      },
    },
  );
  if (config === undefined) throw new Error("client/tsconfig.json cannot be read");
  const host = ts.createCompilerHost(config.options);
  const program = ts.createProgram({
    rootNames: [...modules.keys()],
    options: config.options,
    host: {
      ...host,
      fileExists: (path) => modules.has(path) || host.fileExists(path),
      readFile: (path) => modules.get(path) ?? host.readFile(path),
      getSourceFile: (path, language) => {
        const text = modules.get(path);
        return text === undefined
          ? host.getSourceFile(path, language)
          : ts.createSourceFile(path, text, language);
      },
    },
  });
  const problems = [...modules.keys()].flatMap((path) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(path)),
  );
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
});
