// A process that makes clients and users, signs the users in and sets up their software tokens until it is killed, and
// prints what has been acknowledged of each.

import { oneTimeCode } from "./one-time-code.ts";
import { openFromArguments } from "./pool-in-process.ts";

const PASSWORD = "Correct Horse 7 Battery";
const pool = await openFromArguments({
  pool: { MfaConfiguration: "OPTIONAL", EnabledMfas: ["SOFTWARE_TOKEN_MFA"] },
});
const { UserPoolId } = pool;

interface Answer {
  readonly UserPoolClient: { readonly ClientId: string };
  readonly AuthenticationResult: { readonly AccessToken: string; readonly RefreshToken: string };
  readonly SecretCode: string;
}

const call = (operation: string, input: object) => pool.call(operation, input) as Promise<Answer>;

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
