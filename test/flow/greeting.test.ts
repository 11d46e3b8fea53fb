// Parameter Store rules the greeting: a text that is changed there shows without a restart.

import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GreetingDocument } from "../../client/generated/operations.ts";
import { signIn, type Session } from "../../operate/sign-in.ts";
import { ledgerWith, newUser, outputs, ssm } from "./stack.ts";

const Name = `${outputs.GreetingPath}/en`;
/** Texts are kept for two seconds on this machine and for a minute on AWS. */
const CACHE_LIMIT_MS = outputs.AwsEndpoint === undefined ? 70_000 : 10_000;

let before: string;
let session: Session;
beforeAll(async () => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  before = Parameter?.Value ?? "";
  session = await signIn(outputs.AppUrl, await newUser());
});
afterAll(() => ssm.send(new PutParameterCommand({ Name, Value: before, Overwrite: true })));

async function greeting(locale: string | null = null) {
  const client = ledgerWith(session.accessToken);
  const { data } = await client.query({ query: GreetingDocument, variables: { locale } });
  return data?.greeting?.message;
}

test("PutParameter changes the greeting without a restart", async () => {
  expect(await greeting()).toBe(before.replace("{name}", session.user.username));
  await ssm.send(new PutParameterCommand({ Name, Value: "Ahoy {name} of {name}", Overwrite: true }));
  const { username } = session.user;
  await expect
    .poll(() => greeting(), { timeout: CACHE_LIMIT_MS, interval: 500 })
    .toBe(`Ahoy ${username} of ${username}`);
});

test("a language without a text is greeted in English", async () => {
  expect(await greeting("fr-FR")).toBe(await greeting("en"));
});
