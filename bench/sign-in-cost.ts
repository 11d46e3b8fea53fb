// What a password sign-in costs the user pool beyond its cryptography: one SRP verifier and two RS256 signatures.

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { hidePassword, listenOnLoopback, openUserPools, type UserPools } from "cdk-offline/testing";
import { randomPassword } from "../operate/password.ts";

/**
 * Sign-ins before anything counts. The cryptography is native code and as fast the first time; what is around it is
 * compiled while it runs, which takes it about so long (before that, 1.5 to 1.6 is seen over HTTP).
 */
const WARM_UP_SIGN_INS = 1500;

/** About the length of what is signed of a token. */
const TOKEN_BYTES = 800;

export interface CostOptions {
  readonly rounds: number;
  /** Sign-ins, and repetitions of the cryptography, in a round. */
  readonly signIns: number;
}

/** Milliseconds of processor time. */
export interface SignInCost {
  readonly cryptographyMs: number;
  /** The operation as it is called in the process. */
  readonly operationMs: number;
  /** With all that HTTP costs the server; what it costs the client is not counted. */
  readonly overHttpMs: number;
}

/**
 * What a sign-in by `USER_PASSWORD_AUTH` costs, and its cryptography alone. They take turns, and of each one's rounds the
 * median counts, so that a noisy machine does not decide.
 */
export async function measureSignInCost({ rounds, signIns }: CostOptions): Promise<SignInCost> {
  const folder = mkdtempSync(join(tmpdir(), "login-ledger-bench-"));
  const userPools = await openUserPools(folder);
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 1024 * 1024,
    onError: (error) => {
      throw error;
    },
    handler: userPools.handler,
  });
  const input = await preparePool(userPools);
  const client = await startClient(`http://127.0.0.1:${server.port}`, input, signIns);
  try {
    const cryptography = cryptographyAlone();
    const costs: SignInCost[] = [];
    const warmUps = Math.ceil(WARM_UP_SIGN_INS / signIns);
    for (let round = 0; round < warmUps + rounds; round += 1) {
      const cost = {
        cryptographyMs: await processorTime(signIns, cryptography),
        operationMs: await processorTime(signIns, () => userPools.call("InitiateAuth", input)),
        overHttpMs: (await processorTime(1, () => client.turn())) / signIns,
      };
      if (round >= warmUps) costs.push(cost);
    }
    return {
      cryptographyMs: median(costs.map((cost) => cost.cryptographyMs)),
      operationMs: median(costs.map((cost) => cost.operationMs)),
      overHttpMs: median(costs.map((cost) => cost.overHttpMs)),
    };
  } finally {
    client.end();
    await server.close();
    userPools.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function cryptographyAlone(): () => void {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const owner = { poolId: "us-east-1_AbCdEfGhI", userName: "bench" };
  const password = randomPassword();
  const token = randomBytes(TOKEN_BYTES);
  return () => {
    hidePassword(owner, password, 0);
    sign("sha256", token, privateKey);
    sign("sha256", token, privateKey);
  };
}

/** What `InitiateAuth` is to be sent. */
async function preparePool(userPools: UserPools): Promise<object> {
  const call = async (operation: string, input: object) =>
    (await userPools.call(operation, input)) as Record<string, Record<string, string>>;
  const UserPoolId = (await call("CreateUserPool", { PoolName: "bench" }))["UserPool"]?.["Id"];
  const { UserPoolClient } = await call("CreateUserPoolClient", {
    UserPoolId,
    ClientName: "bench",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
  });
  const [Username, Password] = ["bench", `${randomPassword()}aA1!`];
  await call("AdminCreateUser", { UserPoolId, Username });
  await call("AdminSetUserPassword", { UserPoolId, Username, Password, Permanent: true });
  return {
    ClientId: UserPoolClient?.["ClientId"],
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: Username, PASSWORD: Password },
  };
}

/** A process of its own, so that its work is not taken for the server's. */
async function startClient(url: string, input: object, signIns: number) {
  const program = fileURLToPath(new URL("./sign-in-client.ts", import.meta.url));
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    ["--import", "tsx", program, url, String(signIns), JSON.stringify(input)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines = createInterface(child.stdout);
  await once(lines, "line");
  return {
    async turn(): Promise<void> {
      child.stdin.write("turn\n");
      const [line] = (await once(lines, "line")) as [string];
      if (line !== "done") throw new Error(`the client of the sign-ins says: ${line}`);
    },
    end(): void {
      child.stdin.end();
    },
  };
}

/** Of one repetition. */
async function processorTime(times: number, work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / times;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
