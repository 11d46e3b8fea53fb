// A process that makes clients and users, signs the users in and sets up their software tokens until it is killed, and
// prints what has been acknowledged of each.

import { serveJson } from "../../../local/aws/json-protocol.ts";
import { openCognito } from "../../../local/cognito/service.ts";
import { oneTimeCode } from "./one-time-code.ts";
import { noFunctions, template } from "./template.ts";

const PASSWORD = "Correct Horse 7 Battery";
const [dir = "", kept = "[]"] = process.argv.slice(2);
const resources = template(new Map(JSON.parse(kept) as [string, string][]), {
  pool: { MfaConfiguration: "OPTIONAL", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] },
});
const cognito = await openCognito({
  ...resources,
  dir,
  clock: Date.now,
  origin: "http://127.0.0.1",
  mail: () => undefined,
  lambda: noFunctions,
});
const UserPoolId = resources.clients[0].properties.UserPoolId;

interface Answer {
  readonly UserPoolClient: { readonly ClientId: string };
  readonly AuthenticationResult: { readonly AccessToken: string; readonly RefreshToken: string };
  readonly SecretCode: string;
}

async function call(operation: string, input: object): Promise<Answer> {
  const { status, body } = await serveJson(cognito.json, operation, {
    method: "POST",
    url: new URL("http://127.0.0.1/"),
    target: "/",
    headers: {},
    rawHeaders: [],
    body: Buffer.from(JSON.stringify(input)),
    peer: { address: "127.0.0.1", port: 0 },
  });
  if (status !== 200) throw new Error(String(body));
  return JSON.parse(String(body)) as Answer;
}

for (let i = 0; ; i++) {
  const Username = `user${i}`;
  const ExplicitAuthFlows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
  const { UserPoolClient } = await call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: Username,
    ExplicitAuthFlows,
  });
  const { ClientId } = UserPoolClient;
  await call("AdminCreateUser", { UserPoolId, Username });
  await call("AdminSetUserPassword", { UserPoolId, Username, Password: PASSWORD, Permanent: true });
  const { AuthenticationResult } = await call("InitiateAuth", {
    ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: Username, PASSWORD },
  });
  const { AccessToken, RefreshToken } = AuthenticationResult;
  const { SecretCode } = await call("AssociateSoftwareToken", { AccessToken });
  const UserCode = oneTimeCode({ now: Date.now }, SecretCode);
  await call("VerifySoftwareToken", { AccessToken, UserCode });
  await call("SetUserMFAPreference", { AccessToken, SoftwareTokenMfaSettings: { Enabled: true } });
  process.stdout.write(`${JSON.stringify({ ClientId, Username, RefreshToken, secret: SecretCode })}\n`);
}
