// A user to try the system with. The password is shown once and kept nowhere.

import { randomInt } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Served } from "cdk-offline";

const USERNAME = "demo";

export interface DemoUser {
  readonly username: string;
  /** Only when the user has just been made. */
  readonly password: string | undefined;
}

/** Makes the demo user, once for each state folder. */
export async function createDemoUser(served: Served, directory: string): Promise<DemoUser> {
  const record = join(directory, "demo-user");
  if (existsSync(record)) return { username: USERNAME, password: undefined };
  const password = randomPassword();
  const [outputs] = Object.values(served.outputs);
  const user = { UserPoolId: outputs?.["UserPoolId"], Username: USERNAME };
  // The user may be there without the record: a start that was killed in between.
  await callUserPools(
    served.endpoints.aws,
    "AdminCreateUser",
    {
      ...user,
      UserAttributes: [
        // An address that can receive nothing (RFC 2606); codes can be read in the outbox.
        { Name: "email", Value: `${USERNAME}@login-ledger.invalid` },
        { Name: "email_verified", Value: "true" },
      ],
      MessageAction: "SUPPRESS",
      TemporaryPassword: password,
    },
    { unless: "UsernameExistsException" },
  );
  await callUserPools(served.endpoints.aws, "AdminSetUserPassword", {
    ...user,
    Password: password,
    Permanent: true,
  });
  writeFileSync(record, `${USERNAME}\n`, { mode: 0o600 });
  return { username: USERNAME, password };
}

/** Calls the user-pool API the way an SDK does, without loading one. An error of the type `unless` is none. */
async function callUserPools(
  awsEndpoint: string,
  operation: string,
  input: object,
  { unless }: { readonly unless?: string } = {},
): Promise<void> {
  const response = await fetch(awsEndpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(input),
  });
  if (response.ok || response.headers.get("x-amzn-errortype") === unless) return;
  throw new Error(`making the demo user failed: ${operation}: ${await response.text()}`);
}

/** Four groups of letters and digits that are not mistaken for one another, about 100 bits; easy to type and to paste. */
function randomPassword(): string {
  const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  const group = () => Array.from({ length: 4 }, () => letters.charAt(randomInt(letters.length))).join("");
  // One of each kind the pool's policy may ask for stands at the end.
  return `${[group(), group(), group(), group()].join("-")}-aZ7`;
}
