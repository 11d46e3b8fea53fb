// npm run rotate: changes the key of the cookies, or what the distribution sends along, while everybody goes on.

import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runCommand } from "./command.ts";
import { changeCookieKey } from "./cookie-key.ts";
import { OperateError } from "./errors.ts";
import { changeOriginSecret } from "./origin-secret.ts";
import { clientConfig, DEFAULT_OUTPUTS_FILE, readOutputs } from "./stack.ts";

const USAGE = `Usage: npm run rotate -- [--origin] [--outputs FILE]

Changes the key that the cookies are sealed with. Nobody is signed out: the key before it goes on opening what was made
with it, for the twelve hours that a cookie lives. For as long the key is not changed again.

  --origin              change what the distribution sends along instead, by which the functions know it
  --outputs FILE        the stack's outputs (default ${DEFAULT_OUTPUTS_FILE})
`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      origin: { type: "boolean", default: false },
      outputs: { type: "string", default: DEFAULT_OUTPUTS_FILE },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    say(USAGE.trimEnd());
    return;
  }
  if (positionals.length > 0) throw new OperateError(USAGE.trim());
  const outputs = readOutputs(values.outputs);
  const secretsManager = new SecretsManagerClient(clientConfig(outputs));
  if (values.origin) {
    await changeOriginSecret({
      secretsManager,
      cloudFront: new CloudFrontClient(clientConfig(outputs)),
      secretId: outputs.OriginSecretArn,
      distributionId: outputs.DistributionId,
      pause,
      say,
    });
    return;
  }
  const secretId = outputs.ClientSecretArn;
  const againAtMs = await changeCookieKey({ secretsManager, secretId, clock: Date.now });
  say(`changed the key of the cookies on stage ${outputs.Stage}; nobody is signed out`);
  say(`it may be changed again after ${new Date(againAtMs).toISOString()}`);
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
