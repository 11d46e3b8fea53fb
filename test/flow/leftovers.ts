// Searches what a system leaves behind after a whole run of tests for secrets, by their form: the tests that made them
// are over.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** Secrets as they look in any file or line. */
const FORMS: Readonly<Record<string, RegExp>> = {
  // The first part of a signed or encrypted token is base64url of `{"`.
  "a token": /eyJ[\w-]{10,}\.[\w-]*\.[\w-]{10,}/,
  "a session or transaction cookie": /__Host-Http-ll_\w+=[^;\s"]/,
  "a code verifier": /code_verifier["=:]/,
  "an authorization code": /[?&]code=[\w-]{16,}/,
  "a basic authentication": /\bBasic [\w+/]{16,}/,
};

/** Where the user pool keeps what it alone may know; refresh tokens and passwords are hashed there. */
const POOLS_OWN = join("services", "cognito") + sep;

/** What was found and where, one line each: in the files of a state folder and in what the system printed. */
export function leftoverSecrets(stateFolder: string, printed: string): string[] {
  const files = readdirSync(stateFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map((file) => ({
    where: relative(stateFolder, file),
    // Bytes as they are, one character each: what is looked for is ASCII.
    text: readFileSync(file, "latin1"),
  }));
  return [...texts, { where: "what was printed", text: printed }]
    .filter(({ where }) => !where.startsWith(POOLS_OWN))
    .flatMap(({ where, text }) =>
      Object.entries(FORMS).flatMap(([what, form]) => (form.test(text) ? [`${what} in ${where}`] : [])),
    );
}
