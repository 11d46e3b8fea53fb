// A process that creates users and groups of them until it is killed, and prints each user that has been acknowledged.

import { serveJson } from "../../../local/aws/json-protocol.ts";
import { openCognito } from "../../../local/cognito/service.ts";
import { noFunctions, template } from "./template.ts";

const [dir = "", kept = "[]"] = process.argv.slice(2);
const resources = template(new Map(JSON.parse(kept) as [string, string][]));
const cognito = await openCognito({
  ...resources,
  dir,
  clock: Date.now,
  origin: "http://127.0.0.1",
  mail: () => undefined,
  lambda: noFunctions,
});
const UserPoolId = resources.clients[0].properties.UserPoolId;

async function call(operation: string, input: object): Promise<void> {
  const { status, body } = await serveJson(cognito.json, operation, {
    method: "POST",
    url: new URL("http://127.0.0.1/"),
    target: "/",
    headers: {},
    rawHeaders: [],
    body: Buffer.from(JSON.stringify({ UserPoolId, ...input })),
    peer: { address: "127.0.0.1", port: 0 },
  });
  if (status !== 200) throw new Error(String(body));
}

for (let i = 0; ; i++) {
  const Username = `user${i}`;
  await call("AdminCreateUser", { Username, TemporaryPassword: "Correct Horse 7 Battery" });
  await call("AdminAddUserToGroup", { Username, GroupName: "auditors" });
  process.stdout.write(`${Username}\n`);
}
