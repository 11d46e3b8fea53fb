// npm run rotate: changes the key of the cookies, or what the distribution sends along, while everybody goes on.

import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseArgs } from "node:util";
import { runCommand } from "./command.ts";
import { changeCookieKey } from "./cookie-key.ts";
import { OperateError } from "./errors.ts";
import { clientConfig, DEFAULT_OUTPUTS_FILE, readOutputs } from "./stack.ts";

const USAGE = `Usage: npm run rotate -- [--outputs FILE]

Changes the key that the cookies are sealed with. Nobody is signed out: the key before it goes on opening what was made
with it, for the twelve hours that a cookie lives. For as long the key is not changed again.

  --outputs FILE        the stack's outputs (default ${DEFAULT_OUTPUTS_FILE})
`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      outputs: { type: "string", default: DEFAULT_OUTPUTS_FILE },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (positionals.length > 0) throw new OperateError(USAGE.trim());
  const outputs = readOutputs(values.outputs);
  const secretsManager = new SecretsManagerClient(clientConfig(outputs));
  const againAtMs = await changeCookieKey({
    secretsManager,
    secretId: outputs.ClientSecretArn,
    clock: Date.now,
  });
  process.stdout.write(
    `changed the key of the cookies on stage ${outputs.Stage}; it may be changed again after ${new Date(againAtMs).toISOString()}\n`,
  );
});
