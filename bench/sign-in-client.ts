// The client of `sign-in-cost.ts`: for every `turn` it reads, it signs in so and so many times and says `done`.

import { createInterface } from "node:readline";

/** Under way at once, so that the server is busy and not waking up for each. */
const CONCURRENCY = 8;

const [url = "", signIns = "", body = ""] = process.argv.slice(2);
const headers = {
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
};

async function signIn(): Promise<void> {
  const response = await fetch(url, { method: "POST", body, headers });
  const text = await response.text();
  if (!text.includes('"AccessToken"')) throw new Error(`a sign-in was answered ${response.status}: ${text}`);
}

process.stdout.write("ready\n");
for await (const line of createInterface(process.stdin)) {
  if (line !== "turn") throw new Error(`there is no ${line}`);
  let left = Number(signIns);
  const worker = async () => {
    while (left-- > 0) await signIn();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  process.stdout.write("done\n");
}
