// npm run bench: what must be fast, as ratios to the plainest answer the local system can give, and how long it takes to
// start. Nothing here passes or fails: figures are for people.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomPassword } from "../operate/password.ts";
import { signIn } from "../operate/sign-in.ts";
import { readOutputs, type Outputs } from "../operate/stack.ts";
import { startProcess } from "../test/flow/start-process.ts";
import { measureSignInCost } from "./sign-in-cost.ts";
import { measureRates, type Scenario } from "./rates.ts";

const CONCURRENCY = 16;

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "8" }, turn: { type: "string", default: "500" } },
});
const folder = mkdtempSync(join(tmpdir(), "login-ledger-bench-"));
const outputsFile = join(folder, "outputs.json");
const startedAt = performance.now();
const system = startProcess({ args: ["--state", join(folder, "state"), "--outputs", outputsFile] });
try {
  await system.ready;
  print("start to ready", `${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  const scenarios = await prepare(readOutputs(outputsFile));
  const rates = await measureRates(scenarios, { rounds: Number(values.rounds), turnMs: Number(values.turn) });
  const [reference = 1] = rates;
  process.stdout.write(`\nanswers a second, ${CONCURRENCY} at once, relative to the first\n\n`);
  for (const [index, { name }] of scenarios.entries()) {
    const rate = rates[index] ?? 0;
    print(name, `${(rate / reference).toFixed(3)}   ${rate.toFixed(0).padStart(6)}/s`);
  }
} finally {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
}

const cost = await measureSignInCost({ rounds: Number(values.rounds), signIns: 100 });
process.stdout.write(
  "\nprocessor time of a password sign-in, relative to its cryptography (at most 1.5)\n\n",
);
for (const [name, milliseconds] of [
  ["one SRP verifier and two RS256 signatures", cost.cryptographyMs],
  ["InitiateAuth", cost.operationMs],
  ["InitiateAuth over HTTP", cost.overHttpMs],
] as const) {
  print(
    name,
    `${(milliseconds / cost.cryptographyMs).toFixed(2)}   ${milliseconds.toFixed(2).padStart(6)} ms`,
  );
}

async function prepare(outputs: Outputs): Promise<Scenario[]> {
  const endpoint = outputs.AwsEndpoint ?? "";
  const user = { username: "bench", password: randomPassword() };
  const userPools = (operation: string, input: object) =>
    post(
      endpoint,
      { UserPoolId: outputs.UserPoolId, Username: user.username, ...input },
      {
        "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`,
      },
    );
  await userPools("AdminCreateUser", {
    UserAttributes: [{ Name: "email", Value: "bench@login-ledger.invalid" }],
    MessageAction: "SUPPRESS",
  });
  await userPools("AdminSetUserPassword", { Password: user.password, Permanent: true });
  const { accessToken } = await signIn(outputs.AppUrl, user);
  const authorization = { authorization: accessToken };
  const graphql = (query: string) => async () => {
    const answer = await post(outputs.GraphQLUrl, { query }, authorization);
    if (answer.includes('"errors"')) throw new Error(answer);
  };
  let item = 0;
  const concurrent = (name: string, request: () => Promise<unknown>): Scenario => ({
    name,
    concurrency: CONCURRENCY,
    request: async () => {
      await request();
    },
  });
  return [
    concurrent("a bare answer of the same server", () => get(`${endpoint}/_local/ready`)),
    concurrent("DynamoDB: a conditional put over HTTP", () =>
      post(
        endpoint,
        {
          TableName: outputs.TableName,
          Item: { id: { S: `bench-${String((item += 1))}` } },
          ConditionExpression: "attribute_not_exists(id)",
        },
        { "x-amz-target": "DynamoDB_20120810.PutItem" },
      ),
    ),
    concurrent("GraphQL: recordLogin, repeated", graphql("mutation { recordLogin { id alreadyRecorded } }")),
    concurrent("GraphQL: greeting", graphql("{ greeting { message lastLogin { id } } }")),
    concurrent("GraphQL: myLogins", graphql("{ myLogins { items { id } nextToken } }")),
    concurrent("POST /logins", () => post(`${outputs.AppUrl}/logins`, {}, authorization)),
    {
      name: "a whole sign-in, one at a time",
      concurrency: 1,
      request: async () => {
        await signIn(outputs.AppUrl, user);
      },
    },
  ];
}

async function get(url: string): Promise<string> {
  return textOf(await fetch(url));
}

async function post(url: string, body: object, headers: Record<string, string>): Promise<string> {
  return textOf(await fetch(url, { method: "POST", body: JSON.stringify(body), headers }));
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return text;
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(42)}${value}\n`);
}
