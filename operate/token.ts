// npm run token -- NAME: signs a user in and prints an access token, good for five minutes, for curl and the like.

import { parseArgs } from "node:util";
import { runCommand } from "./command.ts";
import { OperateError } from "./errors.ts";
import { signIn } from "./sign-in.ts";
import { DEFAULT_OUTPUTS_FILE, readOutputs } from "./stack.ts";

const USAGE = `Usage: npm run -s token -- NAME [--password PASSWORD] [--outputs FILE]

Signs NAME in and prints an access token. The password may come in the environment as LEDGER_PASSWORD.
`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      password: { type: "string" },
      outputs: { type: "string", default: DEFAULT_OUTPUTS_FILE },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [username, ...rest] = positionals;
  const password = values.password ?? process.env["LEDGER_PASSWORD"];
  if (username === undefined || rest.length > 0 || password === undefined)
    throw new OperateError(USAGE.trim());
  const session = await signIn(readOutputs(values.outputs).AppUrl, { username, password });
  process.stdout.write(`${session.accessToken}\n`);
});
