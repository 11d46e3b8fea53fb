// The commands that change the stack's secrets, while people sign in without a pause: a system of this test's own.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Visitor } from "./hostile-client.ts";
import type { User } from "./stack.ts";
import { startProcess, type StartProcess } from "./start-process.ts";

const run = promisify(execFile);

let folder = "";
let file = "";
let system: StartProcess;
let client: Awaited<ReturnType<typeof loadClient>>;
let stack: Awaited<ReturnType<typeof loadStack>>;
let user: User;

// Loaded once this test's own system runs, whose outputs they read.
const loadClient = () => import("./hostile-client.ts");
const loadStack = () => import("./stack.ts");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "login-ledger-rotate-"));
  file = join(folder, "outputs.json");
  system = startProcess({ args: ["--state", join(folder, "state"), "--outputs", file] });
  await system.ready;
  process.env["LEDGER_OUTPUTS"] = file;
  client = await loadClient();
  stack = await loadStack();
  user = await stack.newUser("rotate");
});
afterAll(async () => {
  await system.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the command as an operator does; rejects with its `code` and `stderr` where it fails. */
const rotate = (...args: readonly string[]) =>
  run(process.execPath, ["--import", "tsx", "operate/rotate.ts", ...args, "--outputs", file]);

/** Has people sign in, several at a time, until the work has ended; answers the work's result and who they were. */
async function whilePeopleSignIn<Result>(work: () => Promise<Result>) {
  const visitors: Visitor[] = [];
  const refused: unknown[] = [];
  let isOver = false;
  const signingIn = Array.from({ length: 3 }, async () => {
    while (!isOver) {
      const visitor = new client.Visitor();
      const answer = await visitor.signIn(user);
      visitors.push(visitor);
      if (answer.status !== 303) refused.push([answer.status, answer.text]);
    }
  });
  try {
    return { result: await work(), visitors, refused };
  } finally {
    isOver = true;
    await Promise.all(signingIn);
  }
}

test("a change of the key signs nobody out and loses no sign-in; a second one within twelve hours is refused", async () => {
  const [signedIn, signingIn] = [new client.Visitor(), new client.Visitor()];
  await signedIn.signIn(user);
  const callback = await signingIn.startSignIn(user);

  const { result, visitors, refused } = await whilePeopleSignIn(() => rotate());
  expect(result.stdout).toContain("changed the key of the cookies on stage local; nobody is signed out\n");
  expect(refused).toEqual([]);
  expect((await signingIn.send(callback)).status).toBe(303);
  for (const visitor of [signedIn, signingIn, ...visitors]) {
    expect((await visitor.post("/auth/session")).status).toBe(200);
  }

  await expect(rotate()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^the key was changed at 20\d\d-.*; run this again after 20\d\d-.*Z\n$/,
    ) as unknown,
  });
  expect((await signedIn.post("/auth/session")).status).toBe(200);
});

test("a change of what the distribution sends refuses no request, and takes nobody for one that came past it", async () => {
  const before = new client.Visitor();
  await before.signIn(user);
  const { result, visitors, refused } = await whilePeopleSignIn(() => rotate("--origin"));
  expect(result.stdout).toMatch(/^put a new value; .*\nthe distribution is told to send it; .*\n$/);
  const after = new client.Visitor();
  await after.signIn(user);
  expect(refused).toEqual([]);
  expect(visitors.length).toBeGreaterThan(3);
  for (const visitor of [before, after, ...visitors]) {
    expect((await visitor.post("/auth/session")).status).toBe(200);
  }

  const { user: owner } = await after.openSession();
  const addresses = (await stack.itemsOf(owner.id)).map(({ address }) => address?.S);
  expect(addresses.length).toBeGreaterThan(visitors.length);
  // The address of an edge, which API Gateway sees, would be recorded for a request whose value nobody knew.
  for (const address of addresses) expect(address).toMatch(/^(?:127\.0\.0\.1|::1)$/);
});
