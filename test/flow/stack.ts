// The running stack as the flow tests know it: its outputs file, AWS SDK clients, and users made for one test.

import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { randomUUID } from "node:crypto";
import { createLedgerClient } from "../../client/ledger-client.ts";
import { randomPassword } from "../../operate/password.ts";
import { clientConfig, readOutputs } from "../../operate/stack.ts";

export const outputs = readOutputs(process.env["LEDGER_OUTPUTS"] ?? "outputs.local.json");

const config = clientConfig(outputs);
export const userPools = new CognitoIdentityProviderClient(config);
const dynamodb = new DynamoDBClient(config);
export const s3 = new S3Client(config);
export const ssm = new SSMClient(config);
export const logs = new CloudWatchLogsClient(config);

export interface User {
  readonly username: string;
  readonly password: string;
}

/** A new user who can sign in at once. `stem` begins the name. */
export async function newUser(stem = "ada"): Promise<User> {
  const user = { UserPoolId: outputs.UserPoolId, Username: `${stem}-${randomUUID().slice(0, 8)}` };
  const password = randomPassword();
  await userPools.send(
    new AdminCreateUserCommand({
      ...user,
      UserAttributes: [
        { Name: "email", Value: `${randomUUID()}@login-ledger.invalid` },
        { Name: "email_verified", Value: "true" },
      ],
      MessageAction: "SUPPRESS",
      TemporaryPassword: password,
    }),
  );
  await userPools.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  return { username: user.Username, password };
}

/** Every ledger item of a user, by the index that the API reads. */
export async function itemsOf(userId: string) {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: outputs.TableName,
      IndexName: "byUser",
      KeyConditionExpression: "userId = :user",
      ExpressionAttributeValues: { ":user": { S: userId } },
    }),
  );
  return Items;
}

/** The page's own client of the ledger, with a token that is never renewed. */
export function ledgerWith(accessToken: string) {
  return createLedgerClient({
    graphqlUrl: outputs.GraphQLUrl,
    accessToken: () => accessToken,
    renew: () => Promise.reject(new Error("these tests do not renew")),
  });
}

/**
 * A fetch that reaches AWS's host names where the stack runs: on this machine they are all at one endpoint, on AWS they
 * are themselves.
 */
export const stackFetch: typeof fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (outputs.AwsEndpoint === undefined || !/\.(amazonaws|amazoncognito)\.com$/.test(url.hostname)) {
    return fetch(input, init);
  }
  return fetch(`${outputs.AwsEndpoint}${url.pathname}${url.search}`, init);
};
