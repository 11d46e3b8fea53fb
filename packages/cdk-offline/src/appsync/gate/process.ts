// The process in which resolver code is checked. The compiler and the linter live here, and end with it.

import { readLines } from "../../lines.ts";
import { checkResolverCode } from "./check-resolver-code.ts";
import type { Finding } from "./finding.ts";

/** Each line is a piece of code as JSON; it is answered by a line with its findings, in order. */
readLines(process.stdin, (line) => {
  const findings = check(JSON.parse(line) as string);
  process.stdout.write(`${JSON.stringify(findings)}\n`);
});
process.stdin.on("end", () => process.exit());

function check(code: string): readonly Finding[] {
  try {
    return checkResolverCode(code);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // The compiler goes down into the code by recursion.
    const message = "the code is nested too deeply";
    return [{ errorType: "PARSE_ERROR", message, line: 1, column: 1, span: 1 }];
  }
}
