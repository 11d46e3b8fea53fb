// What is shown when everything is ready: where to go, and three things to try.

import type { DemoUser } from "./demo-user.ts";

export interface WelcomeOptions {
  readonly appUrl: string;
  readonly awsEndpoint: string;
  readonly outputsFile: string;
  readonly stateFolder: string;
  readonly demoUser: DemoUser;
  readonly style: (style: "dim" | "bold" | "cyan", text: string) => string;
}

export function welcome({
  appUrl,
  awsEndpoint,
  outputsFile,
  stateFolder,
  demoUser,
  style,
}: WelcomeOptions): string {
  const { username, password } = demoUser;
  const outputs = outputsFile === "outputs.local.json" ? "" : ` --outputs ${outputsFile}`;
  const token = `$(npm run -s token -- ${username} --password ${password === undefined ? "'…'" : password}${outputs})`;
  const row = (name: string, value: string, note = "") =>
    `  ${style("dim", name.padEnd(9))}${value}${note && ` ${style("dim", note)}`}\n`;
  return [
    "\n",
    row("page", style("cyan", appUrl)),
    row("AWS", awsEndpoint, "every AWS API, /graphql, the sign-in pages"),
    row("outbox", `${awsEndpoint}/_local/outbox`, "what the user pool would mail"),
    row("outputs", outputsFile),
    row("state", stateFolder),
    row("user", username, password === undefined ? "made at the first start; --fresh makes a new one" : ""),
    ...(password === undefined ? [] : [row("password", style("bold", password), "shown once, kept nowhere")]),
    "\n  Three things to try\n\n",
    `  1. Open ${style("cyan", appUrl)}, sign in, and sign in again: two entries.\n`,
    "  2. The REST door: record the sign-in of a token and be greeted.\n\n",
    `     curl -s -X POST ${appUrl}/logins -H "Authorization: ${token}" -d '{}'\n\n`,
    "  3. A GraphQL query.\n\n",
    `     curl -s ${awsEndpoint}/graphql -H "Authorization: ${token}" \\\n`,
    `       -d '{"query":"{ greeting { message } myLogins { items { loggedInAt address } } }"}'\n\n`,
    `  ${style("dim", "Ctrl-C ends it.")}\n\n`,
  ].join("");
}
