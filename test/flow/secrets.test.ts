// Tokens, codes, verifiers, cookies and the client secret stay where they belong: in Set-Cookie, at the pool's token endpoint
// and in the answer of /auth/session. A system of this test's own is used in every way and all that it leaves is searched.

import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientConfig, readOutputs, type Outputs } from "../../operate/stack.ts";
import { clientSecretOf, cookieSeals, secretText } from "./cookie-seals.ts";
import type { Answer, Visitor } from "./hostile-client.ts";
import { startProcess, type StartProcess } from "./start-process.ts";

let folder = "";
let system: StartProcess;
let outputs: Outputs;
let client: Awaited<ReturnType<typeof loadClient>>;
let newUser: Awaited<ReturnType<typeof loadStack>>["newUser"];

// Loaded once this test's own system runs, whose outputs they read.
const loadClient = () => import("./hostile-client.ts");
const loadStack = () => import("./stack.ts");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "login-ledger-secrets-"));
  const file = join(folder, "outputs.json");
  system = startProcess({ args: ["--state", join(folder, "state"), "--outputs", file] });
  await system.ready;
  outputs = readOutputs(file);
  process.env["LEDGER_OUTPUTS"] = file;
  client = await loadClient();
  ({ newUser } = await loadStack());
});
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Length of the pieces by which a long value is looked for: a log may have cut it short. */
const PIECE = 48;

/** Values that must not be found, not even in part. */
class Secrets {
  /** What a text belongs to that must not be found. */
  readonly pieces = new Map<string, string>();
  readonly kinds = new Set<string>();

  add(what: string, value: string): void {
    if (value.length < 16)
      throw new Error(`${what} has ${value.length} characters, too few to be looked for`);
    this.kinds.add(what);
    this.pieces.set(value.slice(-PIECE), what);
    for (let at = PIECE; at + PIECE <= value.length; at += 2 * PIECE) {
      this.pieces.set(value.slice(at, at + PIECE), what);
    }
  }

  foundIn(text: string): readonly string[] {
    return [...new Set([...this.pieces].flatMap(([piece, what]) => (text.includes(piece) ? [what] : [])))];
  }
}

interface Seen {
  readonly where: string;
  readonly text: string;
}

/** Uses the system as people do, and as they should not. Answers all answers it got, but for what belongs there. */
async function useEverything(secrets: Secrets): Promise<Seen[]> {
  const seen: Seen[] = [];
  const note = (where: string) => (answer: Answer) => {
    // Cookies belong into Set-Cookie, and the code into the address that the pool sends the browser to.
    const headers = Object.entries(answer.headers).filter(([name]) => name !== "set-cookie");
    seen.push({ where: `answer to ${where}`, text: JSON.stringify([headers, answer.text]) });
  };
  const visitorNamed = (name: string): Visitor => new client.Visitor(note(name));
  const user = await newUser("secret");
  secrets.add("password", user.password);

  const visitor = visitorNamed("the sign-in");
  const callback = await visitor.startSignIn(user, "/audit");
  const code = new URL(callback, outputs.AppUrl).searchParams.get("code") ?? "";
  secrets.add("code", code);
  await collectCookies(visitor, secrets);
  note("a callback without its cookie")(await client.send(callback));
  await visitor.send(`${callback}&code=again`);
  await visitor.send(callback);
  await visitor.send(callback);
  await collectCookies(visitor, secrets);

  for (let n = 0; n < 2; n += 1) {
    const { cookieHeader: cookie } = visitor;
    const answer = await client.send("/auth/session", {
      method: "POST",
      headers: { cookie, "x-ll-csrf": "1" },
    });
    const { accessToken } = JSON.parse(answer.text) as { accessToken: string };
    secrets.add("access token", accessToken);
    await useToken(accessToken, note);
  }
  await visitor.post("/auth/session", { origin: "https://evil.example" });
  const { session } = visitor;
  for (const value of [`${session}x`, session.slice(1), `${session}; ${client.SESSION_COOKIE}=${session}`]) {
    const cookie = `${client.SESSION_COOKIE}=${value}`;
    const answer = await client.send("/auth/session", {
      method: "POST",
      headers: { cookie, "x-ll-csrf": "1" },
    });
    note("an altered cookie")(answer);
  }

  // A code that somebody else has spent already: the exchange fails.
  const late = visitorNamed("a code spent before");
  const lateCallback = await late.startSignIn(user);
  const spent = lateCallback.replace(/code=[^&]+/, `code=${code}`);
  await collectCookies(late, secrets);
  await late.send(spent);
  for (const query of ["error=access_denied", "error=server_error&error_description=x"]) {
    const denied = visitorNamed("an error of the pool");
    const login = await denied.send("/auth/login");
    await collectCookies(denied, secrets);
    const state = new URL(login.headers["location"] ?? "").searchParams.get("state") ?? "";
    await denied.send(`/auth/callback?state=${state}&${query}`, { headers: { accept: "text/html" } });
  }
  await visitor.post("/auth/logout");
  return seen;
}

async function useToken(
  accessToken: string,
  note: (where: string) => (answer: Answer) => void,
): Promise<void> {
  for (const query of ["{ greeting { message } }", "mutation { recordLogin { id } }", "{ nothing }", "{"]) {
    note("GraphQL")(
      await client.send(outputs.GraphQLUrl, {
        method: "POST",
        headers: { authorization: accessToken },
        body: JSON.stringify({ query }),
      }),
    );
  }
  for (const [authorization, body] of [
    [accessToken, "{}"],
    [`Bearer ${accessToken}`, '{"device":{"userAgent":"x"}}'],
    [accessToken, "{"],
    [`${accessToken}x`, "{}"],
  ] as const) {
    for (const target of ["/logins", outputs.GraphQLUrl]) {
      note(target)(await client.send(target, { method: "POST", headers: { authorization }, body }));
    }
  }
}

/** What is in a visitor's cookies: they themselves, and what they are sealed around. */
async function collectCookies(visitor: Visitor, secrets: Secrets): Promise<void> {
  const options = { lifetimeSeconds: 1, clock: Date.now };
  const { transactions, sessions } = await cookieSeals(outputs, options);
  for (const [name, value] of visitor.cookies) {
    secrets.add(name === client.SESSION_COOKIE ? "session cookie" : "transaction cookie", value);
    const transaction = await transactions.open(value);
    if (transaction.status === "good") secrets.add("code verifier", transaction.content.verifier);
    const session = await sessions.open(value);
    if (session.status === "good") secrets.add("refresh token", session.content.refreshToken);
  }
}

/** Every line of every log group. */
async function logLines(): Promise<Seen[]> {
  const logs = new CloudWatchLogsClient(clientConfig(outputs));
  const lines: Seen[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client: logs }, {})) {
    for (const { logGroupName } of logGroups) {
      for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
        for (const { message = "" } of events)
          lines.push({ where: `log ${logGroupName ?? ""}`, text: message });
      }
    }
  }
  return lines;
}

/** What is deployed and published, file by file: template, assets, the page with all that it loads. */
function builtFiles(): Seen[] {
  return ["cdk.out", "web/dist"].flatMap((built) =>
    filesIn(built).map((path) => ({ where: `built ${path}`, text: readFileSync(path, "latin1") })),
  );
}

function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Services that keep secrets of the stack: that is what they are for. */
const KEEPERS = ["cognito", "secrets-manager"];

/** Every file of the state folder. The pool's own store and the secrets' must know the client's secret. */
function stateFiles(): (Seen & { readonly isKeptThere: boolean })[] {
  return filesIn(folder).map((path) => {
    const where = relative(folder, path);
    // Bytes as they are, one character each: the values looked for are ASCII.
    const text = readFileSync(path, "latin1");
    const isKeptThere = KEEPERS.some((service) => where.startsWith(join("state", "services", service)));
    return { where, text, isKeptThere };
  });
}

test("J5: nothing secret is in any answer, log, file or line of output beyond the places where it belongs", async () => {
  const secrets = new Secrets();
  const answers = await useEverything(secrets);
  const { Items = [] } = await new DynamoDBClient(clientConfig(outputs)).send(
    new ScanCommand({ TableName: outputs.TableName }),
  );
  const { clientSecret, sealKey } = await clientSecretOf(outputs);
  const ofStack = new Secrets();
  ofStack.add("client secret", clientSecret);
  ofStack.add("key of the cookies", sealKey);
  ofStack.add("origin secret", await secretText(outputs, outputs.OriginSecretArn));
  ofStack.add(
    "client authentication",
    Buffer.from(`${outputs.WebClientId}:${clientSecret}`).toString("base64"),
  );
  expect([...secrets.kinds].sort()).toEqual([
    "access token",
    "code",
    "code verifier",
    "password",
    "refresh token",
    "session cookie",
    "transaction cookie",
  ]);

  const lines = await logLines();
  expect(lines.length).toBeGreaterThan(10);
  expect(system.said()).not.toMatch(/^\s+at /m); // no fault of the runtime's or a function's own was met on the way
  const files = stateFiles();
  expect(files.length).toBeGreaterThan(10);
  const everything: Seen[] = [
    ...answers,
    ...lines,
    ...files.filter(({ isKeptThere }) => !isKeptThere),
    ...builtFiles(),
    { where: "standard output", text: system.said() },
    { where: "the table", text: JSON.stringify(Items) },
  ];
  const found = everything.flatMap(({ where, text }) =>
    [...secrets.foundIn(text), ...ofStack.foundIn(text)].map((what) => `${what} in ${where}`),
  );
  expect(found).toEqual([]);

  expect(everything.some(({ where }) => where === "outputs.json")).toBe(true);
  expect(everything.filter(({ where }) => where.startsWith("built ")).length).toBeGreaterThan(10);

  // Pool and Secrets Manager keep the stack's secrets, and of all the rest at most hashes.
  for (const { where, text } of files.filter(({ isKeptThere }) => isKeptThere)) {
    expect(secrets.foundIn(text), where).toEqual([]);
  }

  // The search reaches what is written: the sign-in's identifier, which is no secret, is where it should be.
  const [{ id } = { id: undefined }] = Items;
  for (const place of ["answer to GraphQL", "log ", "the table", join("state", "services", "dynamodb")]) {
    const reached = everything.some(
      ({ where, text }) => where.startsWith(place) && text.includes(id?.S ?? "no item"),
    );
    expect(reached, place).toBe(true);
  }
});
