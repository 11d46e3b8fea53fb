// What AppSync's own ESLint plugin says of resolver code, with the types it needs.

import appsync from "@aws-appsync/eslint-plugin";
import { Linter } from "eslint";
import type { Finding } from "./finding.ts";
import { CODE_FILE, CODE_FOLDER, type CodeProgram } from "./program.ts";

const linter = new Linter({ cwd: CODE_FOLDER, configType: "flat" });

/**
 * All findings of the plugin's recommended rules. Comments of the code switch none of them off. Throws a RangeError for
 * code that is nested too deeply for the linter's parser.
 */
export function lintErrors({ program, source }: CodeProgram): Finding[] {
  const recommended = appsync.configs?.["recommended"] as Linter.Config;
  const config: Linter.Config = {
    ...recommended,
    files: ["**/*.js"],
    languageOptions: { ...recommended.languageOptions, parserOptions: { programs: [program] } },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" },
  };
  // What is less than an error is about the comments it ignores.
  const errors = linter
    .verify(source.text, config, { filename: CODE_FILE })
    .filter(({ severity }) => severity === 2);
  // The compiler has parsed it before, so that it is the stack which did not suffice: then there is no place.
  if (errors.some(({ line }) => (line as number | undefined) === undefined)) {
    throw new RangeError("the linter cannot parse the code");
  }
  return errors.map((message) => ({
    errorType: "LINT_ERROR",
    message: `code.js(${String(message.line)},${String(message.column)}): error ${message.ruleId ?? "parser"}: ${message.message}`,
    line: message.line,
    column: message.column,
    span: message.endLine === message.line ? (message.endColumn ?? message.column) - message.column : 1,
  }));
}
