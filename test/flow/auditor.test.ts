// An auditor, made with the command that makes users, reads everybody's sign-ins.

import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { LoginsOfDocument } from "../../client/generated/operations.ts";
import { randomPassword } from "../../operate/password.ts";
import { signIn } from "../../operate/sign-in.ts";
import { ledgerWith, newUser, outputs } from "./stack.ts";

const run = promisify(execFile);
/** Rejects when the command fails. */
const user = (...args: string[]) => run(process.execPath, ["--import", "tsx", "operate/user.ts", ...args]);
const outputsFile = process.env["LEDGER_OUTPUTS"] ?? "outputs.local.json";

test("a user made in the group auditors sees the sign-ins of another, page by page", async () => {
  const auditor = { username: `auditor-${randomUUID().slice(0, 8)}`, password: randomPassword() };
  const made = await user(
    "create",
    auditor.username,
    "--group",
    "auditors",
    "--password",
    auditor.password,
    "--outputs",
    outputsFile,
  );
  expect(made).toMatchObject({ stderr: "" });
  expect(made.stdout).toBe(`created ${auditor.username} in auditors on stage ${outputs.Stage}\n`);

  const other = await newUser();
  for (let times = 0; times < 3; times += 1) await signIn(outputs.AppUrl, other);
  const session = await signIn(outputs.AppUrl, auditor);
  expect(session.user.groups).toEqual(["auditors"]);
  const client = ledgerWith(session.accessToken);

  const ids: string[] = [];
  let nextToken: string | null = null;
  do {
    const { data }: Awaited<ReturnType<typeof page>> = await page(nextToken);
    expect(data?.loginsOf?.items.length).toBeLessThanOrEqual(2);
    for (const { id, username } of data?.loginsOf?.items ?? []) {
      expect(username).toBe(other.username);
      ids.push(id);
    }
    nextToken = data?.loginsOf?.nextToken ?? null;
  } while (nextToken !== null);
  expect(new Set(ids).size).toBe(3);

  function page(token: string | null) {
    return client.query({
      query: LoginsOfDocument,
      variables: { username: other.username, limit: 2, nextToken: token },
      fetchPolicy: "no-cache",
    });
  }
});

test("a user made without a password gets one that works", async () => {
  const username = `made-${randomUUID().slice(0, 8)}`;
  const made = await user("create", username, "--outputs", outputsFile);
  const password = /^password (\S+)$/m.exec(made.stdout)?.[1] ?? "";
  expect((await signIn(outputs.AppUrl, { username, password })).user.username).toBe(username);
});

test.each([
  [["create"], /Usage: npm run user/],
  [["destroy", "x"], /Usage: npm run user/],
  [["create", "x", "--outputs", "nowhere.json"], /nowhere\.json cannot be read/],
  [["create", "x y", "--outputs", outputsFile], /username/i],
  [["create", "weak", "--password", "short", "--outputs", outputsFile], /[Pp]assword/],
  [["create", "grouped", "--group", "nobody", "--outputs", outputsFile], /[Gg]roup/],
])("npm run user -- %j says what is wrong in one go and exits with 1", async (args, message) => {
  const failure: unknown = await user(...args).catch((error: unknown) => error);
  const { code, stderr } = failure as { readonly code: unknown; readonly stderr: string };
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
});
