import { spawn } from "node:child_process";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateGroupCommand,
  DescribeUserPoolClientCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { expect, test } from "vitest";
import { openJournal } from "../../src/state/journal.ts";
import { fillDisk } from "../full-disk.ts";
import { stateFolder } from "../serving.ts";
import { openBrowser } from "./browser.ts";
import { PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";
import {
  authorizeUrl,
  basic,
  claimsOf,
  codeIn,
  exchange,
  formOf,
  refresh,
  signInOnPage,
  tokensFor,
} from "./sign-in.ts";

/** Stops a pool and starts it again on the same state folder. */
function restart(pool: RunningPool, changes: PoolSetup = {}): Promise<RunningPool> {
  pool.cognito.close();
  return startPool({ ...changes, dir: pool.dir, kept: pool.kept });
}

function stateText(dir: string): string {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

test("a restart keeps users, passwords, groups, keys, secrets and sign-ins", async () => {
  const pool = await startPool();
  const sub = await pool.addUser("Ada");
  const UserPoolId = pool.poolId;
  await pool.api.send(new CreateGroupCommand({ UserPoolId, GroupName: "zebras" }));
  for (const GroupName of ["editors", "zebras"]) {
    await pool.api.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: "ada", GroupName }));
  }
  const before = await tokensFor(pool, "ada");
  const revoked = await tokensFor(pool, "ada");
  await fetch(`${pool.origin}/oauth2/revoke`, {
    method: "POST",
    headers: { authorization: basic(pool.webClientId, pool.webClientSecret) },
    body: formOf({ token: revoked.refresh_token }),
  });

  const again = await restart(pool);
  expect(again.webClientSecret).toBe(pool.webClientSecret);
  await expect(again.cognito.verifyToken(again.poolId, before.access_token)).resolves.toMatchObject({ sub });
  const { body } = await refresh(again, before.refresh_token);
  expect(claimsOf(body.access_token)["origin_jti"]).toBe(claimsOf(before.access_token)["origin_jti"]);
  expect((await refresh(again, revoked.refresh_token)).body.error).toBe("invalid_grant");
  const fresh = claimsOf((await tokensFor(again, "ada")).access_token);
  expect(fresh).toMatchObject({ sub, username: "Ada", "cognito:groups": ["editors", "zebras"] });
});

test("a sign-up begun before a restart can be confirmed after it", async () => {
  const pool = await startPool();
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool, {}, "/signup"));
  const { location = "" } = await browser.submit(page, {
    username: "ada",
    email: "a@example.org",
    password: PASSWORD,
  });
  const again = await restart(pool);
  const confirmPage = await browser.follow(location.replace(pool.origin, again.origin));
  expect((await openBrowser().visit(`${again.origin}/_local/outbox`)).text).toContain(pool.mail[0]?.code);
  const answer = await browser.submit(confirmPage, { code: pool.mail[0]?.code ?? "" });
  expect(answer.text).toContain("Your account is confirmed.");
  expect(codeIn(await signInOnPage(again, "ada"))).not.toBe("");
});

test("a client takes the template's new settings and keeps id and secret", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const callback = "https://app.example/cb";
  const again = await restart(pool, { web: { CallbackURLs: [callback], AccessTokenValidity: 10 } });
  expect([again.webClientId, again.webClientSecret]).toEqual([pool.webClientId, pool.webClientSecret]);
  expect((await openBrowser().visit(authorizeUrl(again))).status).toBe(400);
  const code = codeIn(await signInOnPage(again, "ada", { query: { redirect_uri: callback } }));
  expect((await exchange(again, code, { redirect_uri: callback })).body.expires_in).toBe(600);

  const asPublic = await restart(again, { web: { GenerateSecret: false } });
  expect(asPublic.webClientSecret).toBe("");
  const withSecret = await restart(asPublic);
  expect(withSecret.webClientSecret).toBe(pool.webClientSecret);
});

test("a group that leaves the template leaves the tokens", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  await pool.api.send(
    new AdminAddUserToGroupCommand({ UserPoolId: pool.poolId, Username: "ada", GroupName: "editors" }),
  );
  const without = await restart(pool, { groups: [] });
  expect(claimsOf((await tokensFor(without, "ada")).access_token)).not.toHaveProperty("cognito:groups");
  const withGroup = await restart(without);
  expect(claimsOf((await tokensFor(withGroup, "ada")).access_token)["cognito:groups"]).toEqual(["editors"]);
});

test("no password, token or code of a sign-in is in any file of the state folder, which only its owner can read", async () => {
  const dir = join(stateFolder(), "cognito");
  const pool = await startPool({ dir });
  await pool.addUser("ada");
  await pool.api.send(
    new AdminCreateUserCommand({
      UserPoolId: pool.poolId,
      Username: "bob",
      UserAttributes: [{ Name: "email", Value: "bob@example.org" }],
      TemporaryPassword: "Temporary Word 8",
    }),
  );
  const browser = openBrowser();
  const page = await browser.follow(authorizeUrl(pool, {}, "/signup"));
  await browser.submit(page, { username: "cid", email: "cid@example.org", password: "Own Choice of Cid 9" });
  const code = codeIn(await signInOnPage(pool, "ada"));
  const { body } = await exchange(pool, code);
  await refresh(pool, body.refresh_token);

  const text = stateText(pool.dir);
  expect(text).toContain("cid@example.org");
  const { access_token, id_token, refresh_token } = body;
  const passwords = [PASSWORD, "Temporary Word 8", "Own Choice of Cid 9"];
  for (const secret of [...passwords, code, access_token, id_token, refresh_token]) {
    for (const form of [
      secret,
      Buffer.from(secret).toString("base64"),
      Buffer.from(secret).toString("hex"),
    ]) {
      expect(text).not.toContain(form);
    }
  }
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(dir)) {
    expect([name, statSync(join(dir, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
});

test("H11 what was acknowledged before kill -9 is there afterwards", async () => {
  const pool = await startPool();
  pool.cognito.close();
  const writer = fileURLToPath(new URL("./endless-writer.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--import", "tsx", writer, pool.dir, JSON.stringify([...pool.kept])],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const acknowledged: string[] = [];
  for await (const name of createInterface(child.stdout)) {
    acknowledged.push(name);
    if (acknowledged.length === 300) child.kill("SIGKILL");
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);

  const again = await startPool({ dir: pool.dir, kept: pool.kept });
  const members: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await again.api.send(
      new ListUsersInGroupCommand({ UserPoolId: again.poolId, GroupName: "editors", NextToken }),
    );
    members.push(...(page.Users ?? []).map(({ Username }) => Username));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(members).toEqual(expect.arrayContaining(acknowledged));
  // Nothing half-written is left: the pool goes on.
  await again.addUser("ada");
  expect(codeIn(await signInOnPage(again, "ada"))).not.toBe("");
});

test("H11 on a full disk a change is refused whole, and nothing of it is seen", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const ada = { UserPoolId: pool.poolId, Username: "ada" };
  const code = codeIn(await signInOnPage(pool, "ada"));
  const free = fillDisk();
  const setPassword = new AdminSetUserPasswordCommand({
    ...ada,
    Password: "Another Password 1",
    Permanent: true,
  });
  await expect(pool.api.send(setPassword)).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  const response = await fetch(`${pool.origin}/oauth2/token`, {
    method: "POST",
    headers: { authorization: basic(pool.webClientId, pool.webClientSecret) },
    body: formOf({
      grant_type: "authorization_code",
      code,
      redirect_uri: "http://localhost:4000/auth/callback",
    }),
  });
  expect(response.status).toBe(500);
  free();
  await expect(pool.api.send(setPassword)).rejects.toMatchObject({ name: "InternalErrorException" });
  const again = await restart(pool);
  expect(codeIn(await signInOnPage(again, "ada"))).not.toBe("");
});

test("sign-ins whose tokens have all expired are forgotten at the next start", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  await tokensFor(pool, "ada");
  const grants = (dir: string): number => stateText(dir).split('"table":"grants"').length - 1;
  expect(grants(pool.dir)).toBe(1);
  const dayLater = await restart(pool, { startAfterMs: 13 * 3_600_000 });
  expect(grants(dayLater.dir)).toBe(1);
  const muchLater = await restart(dayLater, { startAfterMs: 37 * 3_600_000 });
  expect(stateText(muchLater.dir)).toContain('"table":"grants","key"');
  expect(stateText(muchLater.dir)).toMatch(/"table":"grants","key":"[^"]+","value":null/);
});

test("a damaged state file is refused with a sentence, never guessed at", async () => {
  const pool = await startPool();
  pool.cognito.close();
  const journal = join(pool.dir, "cognito.jsonl");
  const content = readFileSync(journal, "utf8");
  writeFileSync(journal, `{"broken\n${content}`);
  await expect(startPool({ dir: pool.dir, kept: pool.kept })).rejects.toThrow(
    /cognito\.jsonl:1 is damaged \(at byte 0\); restore it or start with --fresh/,
  );
  rmSync(journal);
  const foreign = openJournal(journal, () => undefined);
  foreign.append([{ table: "spaceships", key: "x", value: {} }]);
  foreign.close();
  await expect(startPool({ dir: pool.dir, kept: pool.kept })).rejects.toThrow(
    /cognito\.jsonl holds the table spaceships, which is not known here; restore it or start with --fresh/,
  );
});

test("the client's secret is told by DescribeUserPoolClient and stands in no attribute that a template can name", async () => {
  const pool = await startPool();
  const { UserPoolClient } = await pool.api.send(
    new DescribeUserPoolClientCommand({ UserPoolId: pool.poolId, ClientId: pool.webClientId }),
  );
  expect([...pool.kept.values()]).not.toContain(UserPoolClient?.ClientSecret);
});
