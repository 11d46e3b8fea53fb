// The sign-in surface of a running system before a user pool and a ledger that misbehave, and before tokens that only the
// pool could have made: the system is this test's own, so that its pool's keys and its configuration can be got at.

import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { decodeJwt, importPKCS8, SignJWT, type JWTPayload } from "jose";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientConfig, readOutputs, type Outputs } from "../../operate/stack.ts";
import { startHostileProvider, type HostileProvider, type ProviderAnswer } from "./hostile-provider.ts";
import type { User } from "./stack.ts";
import { startProcess, type StartProcess } from "./start-process.ts";
import { slowness } from "cdk-offline/testing";

let folder = "";
let system: StartProcess;
let provider: HostileProvider;
let outputs: Outputs;
let client: Awaited<ReturnType<typeof loadClient>>;
let user: User;
let signingKeys: readonly SigningKey[] = [];

interface SigningKey {
  readonly keyId: string;
  readonly privateKey: string;
}

// Loaded once this test's own system runs, whose outputs they read.
const loadClient = () => import("./hostile-client.ts");
const loadStack = () => import("./stack.ts");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "login-ledger-provider-"));
  provider = await startHostileProvider(() => outputs.AwsEndpoint ?? "");
  const trusted = join(folder, "provider.pem");
  writeFileSync(trusted, provider.certificate);
  const file = join(folder, "outputs.json");
  system = startProcess({
    args: ["--state", join(folder, "state"), "--outputs", file],
    environment: { NODE_EXTRA_CA_CERTS: trusted },
  });
  await system.ready;
  outputs = readOutputs(file);
  await putProviderInFront();
  signingKeys = readSigningKeys();
  process.env["LEDGER_OUTPUTS"] = file;
  client = await loadClient();
  user = await (await loadStack()).newUser("mallory");
});
afterAll(async () => {
  await system.stop();
  provider.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Has the functions, none of which has read its configuration yet, ask the provider for tokens and records. */
async function putProviderInFront(): Promise<void> {
  const ssm = new SSMClient(clientConfig(outputs));
  const Name = `/login-ledger/${outputs.Stage}/config`;
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  const config = JSON.parse(Parameter?.Value ?? "") as {
    graphqlUrl: string;
    authorizationServer: Record<string, string>;
  };
  config.graphqlUrl = `${provider.origin}/graphql`;
  config.authorizationServer["token_endpoint"] = `${provider.origin}/oauth2/token`;
  config.authorizationServer["revocation_endpoint"] = `${provider.origin}/oauth2/revoke`;
  await ssm.send(new PutParameterCommand({ Name, Value: JSON.stringify(config), Overwrite: true }));
}

/** The pool's own keys: the first signs ID tokens, the second access tokens. */
function readSigningKeys(): readonly SigningKey[] {
  const lines = readFileSync(join(folder, "state/services/cognito/cognito.jsonl"), "utf8").split("\n");
  const entries = lines
    .filter((line) => line !== "")
    .flatMap(
      (line) =>
        JSON.parse(line.slice(line.indexOf(" "))) as {
          table: string;
          value: { signingKeys?: SigningKey[] };
        }[],
    );
  return entries.find(({ table }) => table === "pools")?.value.signingKeys ?? [];
}

async function signed(use: "id" | "access", claims: JWTPayload): Promise<string> {
  const key = signingKeys[use === "id" ? 0 : 1] ?? { keyId: "", privateKey: "" };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: key.keyId })
    .sign(await importPKCS8(key.privateKey, "RS256"));
}

interface Tokens {
  readonly id_token: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

/** The honest answer with its ID token made anew by the pool's own key. */
function withIdToken(change: (claims: JWTPayload) => JWTPayload) {
  return async (honest: ProviderAnswer): Promise<ProviderAnswer> => {
    const tokens = JSON.parse(honest.body) as Tokens;
    const idToken = await signed("id", change(decodeJwt(tokens.id_token)));
    return { ...honest, body: JSON.stringify({ ...tokens, id_token: idToken }) };
  };
}

const without = (claim: string) =>
  withIdToken((claims) => Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim)));

async function countItems(): Promise<number> {
  const { Count = -1 } = await new DynamoDBClient(clientConfig(outputs)).send(
    new QueryCommand({
      TableName: outputs.TableName,
      IndexName: "byName",
      KeyConditionExpression: "usernameKey = :name",
      ExpressionAttributeValues: { ":name": { S: user.username.toLowerCase() } },
    }),
  );
  return Count;
}

/** A sign-in before the provider with this fault: the answer, what was asked of the provider, and the new items. */
async function signInBefore(fault: HostileProvider["fault"]) {
  const visitor = new client.Visitor();
  const callback = await visitor.startSignIn(user);
  const before = await countItems();
  provider.asked.length = 0;
  provider.fault = fault;
  const startedMs = performance.now();
  const answer = await visitor.send(callback);
  const tookMs = performance.now() - startedMs;
  provider.fault = (honest) => honest;
  const newItems = (await countItems()) - before;
  return { answer, visitor, callback, tookMs, asked: [...provider.asked], newItems };
}

test("an honest pool behind the provider signs people in", async () => {
  const { answer, asked, newItems } = await signInBefore((honest) => honest);
  expect([answer.status, asked, newItems]).toEqual([303, ["/oauth2/token", "/graphql"], 1]);
});

describe("no access without a record: a ledger that", () => {
  const refused = (errorType: string) => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data: { recordLogin: null }, errors: [{ errorType, message: "m" }] }),
  });
  test.each<[string, HostileProvider["ledgerFault"], number]>([
    ["answers 500", (honest) => ({ ...honest, status: 500, body: "" }), 3],
    ["answers a page", (honest) => ({ ...honest, body: "<html>" }), 3],
    ["cannot say yet that the file is on its way", () => refused("RecordPending"), 3],
    ["refuses the token", () => refused("BadToken"), 1],
    ["answers nothing that is a record", (honest) => ({ ...honest, body: '{"data":{"recordLogin":{}}}' }), 1],
    [
      "answers with another sign-in's record",
      (honest) => ({ ...honest, body: honest.body.replace(/"id":"[^"]+"/, '"id":"another"') }),
      1,
    ],
  ])("%s ends the sign-in with 503, and what the pool gave is revoked", async (_, fault, tries) => {
    provider.ledgerFault = fault;
    const { answer, visitor, asked } = await signInBefore((honest) => honest);
    provider.ledgerFault = (honest) => honest;
    expect([answer.status, client.errorOf(answer)]).toEqual([503, "ledger_unavailable"]);
    expect(answer.headers["retry-after"]).toBe("5");
    expect(asked).toEqual([
      "/oauth2/token",
      ...Array.from({ length: tries }, () => "/graphql"),
      "/oauth2/revoke",
    ]);
    expect(visitor.cookies.size).toBe(0);
  });
});

describe("A31: a token endpoint that", () => {
  test.each<[string, HostileProvider["fault"]]>([
    ["answers 500", (honest) => ({ ...honest, status: 500 })],
    ["answers a page", () => ({ status: 200, headers: { "content-type": "text/html" }, body: "<html>" })],
    ["says its JSON is text", (honest) => ({ ...honest, headers: { "content-type": "text/plain" } })],
    ["redirects", () => ({ status: 307, headers: { location: `${provider.origin}/elsewhere` }, body: "" })],
    ["answers ten megabytes", (honest) => ({ ...honest, body: `${honest.body}${" ".repeat(10_000_000)}` })],
    ["never answers", () => undefined],
  ])("%s ends the sign-in with 502 in less than 8 s, and the code is not tried again", async (_, fault) => {
    const { answer, visitor, callback, tookMs, asked, newItems } = await signInBefore(fault);
    expect([answer.status, client.errorOf(answer)]).toEqual([502, "login_failed"]);
    expect(tookMs).toBeLessThan(8000 * slowness());
    expect([asked, newItems, visitor.cookies.size]).toEqual([["/oauth2/token"], 0, 0]);
    // Coming back to the address starts nothing, signing in again does.
    expect((await visitor.send(callback)).status).toBe(400);
    expect((await visitor.signIn(user)).status).toBe(303);
  });
});

describe("A7: an ID token", () => {
  let replayed: ProviderAnswer | undefined;
  beforeAll(async () => {
    await signInBefore((honest) => (replayed = honest));
  });

  test.each<[string, HostileProvider["fault"]]>([
    ["without nonce", without("nonce")],
    ["with another nonce", withIdToken((claims) => ({ ...claims, nonce: "another" }))],
    ["of an earlier sign-in, replayed with its tokens", () => replayed],
    ["for another client", withIdToken((claims) => ({ ...claims, aud: "another" }))],
    [
      "for another client as well",
      withIdToken((claims) => ({ ...claims, aud: [String(claims.aud), "another"], azp: claims.aud })),
    ],
    [
      "with the hash of another access token",
      withIdToken((claims) => ({ ...claims, at_hash: createHash("md5").update("x").digest("base64url") })),
    ],
    ["without expiry", without("exp")],
    ["that has expired", withIdToken((claims) => ({ ...claims, exp: Number(claims.iat) - 120 }))],
    [
      "that nobody signed",
      (honest) => {
        const tokens = JSON.parse(honest.body) as Tokens;
        const [, claims = ""] = tokens.id_token.split(".");
        const header = Buffer.from('{"alg":"none"}').toString("base64url");
        return { ...honest, body: JSON.stringify({ ...tokens, id_token: `${header}.${claims}.` }) };
      },
    ],
    [
      "that somebody else signed",
      (honest) => {
        const tokens = JSON.parse(honest.body) as Tokens;
        const [header = "", claims = "", signature = ""] = tokens.id_token.split(".");
        const other = Buffer.from(signature, "base64url").reverse().toString("base64url");
        return { ...honest, body: JSON.stringify({ ...tokens, id_token: `${header}.${claims}.${other}` }) };
      },
    ],
  ])("%s is refused, what came is revoked and nothing recorded", async (_, fault) => {
    const { answer, visitor, asked, newItems } = await signInBefore(fault);
    expect([answer.status, client.errorOf(answer)]).toEqual([400, "invalid_token"]);
    expect(asked).toEqual(["/oauth2/token", "/oauth2/revoke"]);
    expect([newItems, visitor.cookies.size]).toEqual([0, 0]);
  });
});

describe("an access token that the pool itself signed", () => {
  let honest: JWTPayload = {};
  beforeAll(async () => {
    const visitor = new client.Visitor();
    await visitor.signIn(user);
    honest = decodeJwt((await visitor.openSession()).accessToken);
  });
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const logins = async (claims: JWTPayload) => {
    const authorization = await signed("access", claims);
    const { status, text } = await client.send("/logins", { method: "POST", headers: { authorization } });
    return [status, JSON.parse(text) as unknown] as const;
  };

  test("is taken when nothing was changed in it", async () => {
    expect(await logins(honest)).toMatchObject([200, { login: { id: honest["origin_jti"] } }]);
    expect(await client.graphql(await signed("access", honest), "{ greeting { locale } }")).toMatchObject({
      status: 200,
      errors: [],
    });
  });

  test("C1: and that has expired is 401 with API Gateway's words for it", async () => {
    const claims = { ...honest, iat: nowSeconds() - 600, exp: nowSeconds() - 300 };
    expect(await logins(claims)).toEqual([401, { message: "The incoming token has expired" }]);
  });

  test.each<[string, (claims: JWTPayload) => JWTPayload]>([
    ["has expired", (claims) => ({ ...claims, iat: nowSeconds() - 600, exp: nowSeconds() - 300 })],
    ["is not good yet", (claims) => ({ ...claims, nbf: nowSeconds() + 600 })],
    ["is of another pool", (claims) => ({ ...claims, iss: `${String(claims.iss)}x` })],
    [
      "is of a client whose name contains ours",
      (claims) => ({ ...claims, client_id: `${String(claims["client_id"])}x` }),
    ],
  ])("B1, B3: and that %s is 401 at AppSync and at the REST door", async (_, change) => {
    const claims = change(honest);
    const answer = await client.graphql(await signed("access", claims), "mutation { recordLogin { id } }");
    expect([answer.status, answer.errors[0]?.errorType]).toEqual([401, "UnauthorizedException"]);
    expect((await logins(claims))[0]).toBe(401);
  });

  test("B8: and that names no user is BadToken, and nothing is recorded", async () => {
    const ofUser = new Set(["username", "origin_jti", "auth_time"]);
    const claims = Object.fromEntries(Object.entries(honest).filter(([name]) => !ofUser.has(name)));
    const token = await signed("access", { ...claims, sub: String(honest["client_id"]) });
    const before = await countItems();
    const answer = await client.graphql(token, "mutation { recordLogin { id } }");
    expect([answer.status, answer.errors[0]?.errorType]).toEqual([200, "BadToken"]);
    expect(await countItems()).toBe(before);
  });

  test.each(["auditors ", "Auditors", "auditor", "auditors,x"])(
    "B9: and whose group is %j is no auditor's",
    async (group) => {
      const token = await signed("access", { ...honest, "cognito:groups": [group] });
      const query = `{ loginsOf(username: "${user.username}") { items { id } } }`;
      const { data, errors } = await client.graphql(token, query);
      expect([data?.["loginsOf"] ?? null, errors[0]?.errorType]).toEqual([null, "Unauthorized"]);
    },
  );
});

test("G1: with no text in Parameter Store there is the built-in greeting, soon, and sign-ins go on", async () => {
  const ssm = new SSMClient(clientConfig(outputs));
  const { Parameters = [] } = await ssm.send(new GetParametersByPathCommand({ Path: outputs.GreetingPath }));
  expect(Parameters.length).toBeGreaterThan(0);
  for (const { Name } of Parameters) await ssm.send(new DeleteParameterCommand({ Name }));
  const { answer, visitor, newItems } = await signInBefore((honest) => honest);
  expect([answer.status, newItems]).toEqual([303, 1]);
  const { accessToken } = await visitor.openSession();
  const greet = async () => {
    const startedMs = performance.now();
    const { data, errors } = await client.graphql(accessToken, "{ greeting { message } }");
    expect(performance.now() - startedMs).toBeLessThan(3000 * slowness());
    return [data, errors];
  };
  // The texts read before are served for as long as they are kept.
  await expect.poll(greet).toEqual([{ greeting: { message: `Hello ${user.username}!` } }, []]);
});
