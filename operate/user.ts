// npm run user -- create NAME: makes a user who can sign in at once, on a deployed stack as on a local one.

import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  GetGroupCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cognito-identity-provider";
import { parseArgs } from "node:util";
import { runCommand } from "./command.ts";
import { OperateError } from "./errors.ts";
import { randomPassword } from "./password.ts";
import { clientConfig, DEFAULT_OUTPUTS_FILE, readOutputs, type Outputs } from "./stack.ts";

const USAGE = `Usage: npm run user -- create NAME [options]

  --password PASSWORD   the user's password; a random one is made and shown when it is left out
  --email ADDRESS       where the pool sends codes to; without it the account cannot be recovered by mail
  --group GROUP         put the user into a group, such as auditors; may be given several times
  --outputs FILE        the stack's outputs (default ${DEFAULT_OUTPUTS_FILE})
`;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      password: { type: "string" },
      email: { type: "string" },
      group: { type: "string", multiple: true, default: [] },
      outputs: { type: "string", default: DEFAULT_OUTPUTS_FILE },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const [verb, name, ...rest] = positionals;
  if (verb !== "create" || name === undefined || rest.length > 0) throw new OperateError(USAGE.trim());

  const outputs = readOutputs(values.outputs);
  const client = new CognitoIdentityProviderClient(clientConfig(outputs));
  const user = { UserPoolId: outputs.UserPoolId, Username: name };
  const password = values.password ?? randomPassword();
  // Before the user is there, who would be left behind without the group and with a password that nobody was told.
  for (const group of values.group) await requireGroup(client, outputs, group);

  await client.send(
    new AdminCreateUserCommand({
      ...user,
      // The pool demands an address; this one can receive nothing (RFC 2606).
      UserAttributes: [
        { Name: "email", Value: values.email ?? `user-${Date.now().toString(36)}@login-ledger.invalid` },
        { Name: "email_verified", Value: "true" },
      ],
      MessageAction: "SUPPRESS",
      TemporaryPassword: password,
    }),
  );
  await client.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  for (const GroupName of values.group)
    await client.send(new AdminAddUserToGroupCommand({ ...user, GroupName }));

  const groups = values.group.length > 0 ? ` in ${values.group.join(", ")}` : "";
  process.stdout.write(`created ${name}${groups} on stage ${outputs.Stage}\n`);
  if (values.password === undefined) process.stdout.write(`password ${password}\n`);
});

async function requireGroup(
  client: CognitoIdentityProviderClient,
  { Stage, UserPoolId }: Outputs,
  GroupName: string,
): Promise<void> {
  try {
    await client.send(new GetGroupCommand({ UserPoolId, GroupName }));
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new OperateError(
      `stage ${Stage} has no group ${GroupName}, or no user pool ${UserPoolId} any more`,
      { cause },
    );
  }
}
