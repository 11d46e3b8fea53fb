// The key of the cookies: gives the client's secret another one, and leaves every cookie good for as long as it lives.

import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { OperateError } from "./errors.ts";
import { putNextVersion } from "./next-version.ts";

/** Functions take the current key and the one before; a cookie made with either lives no longer than this. */
export const COOKIE_LIFETIME_MS = 12 * 3_600_000;

const contentSchema = v.looseObject({ clientSecret: v.string(), sealKey: v.string() });

export interface CookieKeyOptions {
  readonly secretsManager: SecretsManagerClient;
  /** Name or ARN of the client's secret. */
  readonly secretId: string;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

/**
 * Changes the key; resolves to when it may be changed again, in milliseconds since the epoch. Rejects with `OperateError`
 * when cookies made with the key before the current one may still live: they would open no more.
 */
export async function changeCookieKey(options: CookieKeyOptions): Promise<number> {
  const { secretsManager, secretId: SecretId, clock } = options;
  const current = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  const changedAtMs = current.CreatedDate?.getTime() ?? 0;
  const againAtMs = changedAtMs + COOKIE_LIFETIME_MS;
  if (clock() < againAtMs && (await hasPrevious(secretsManager, SecretId))) {
    throw new OperateError(
      `the key was changed at ${timeOf(changedAtMs)}, and cookies of the key before it live for twelve hours; run this again after ${timeOf(againAtMs)}`,
    );
  }
  const content = contentOf(current.SecretString);
  const sealKey = randomBytes(32).toString("base64url");
  await putNextVersion(secretsManager, current, JSON.stringify({ ...content, sealKey }));
  return clock() + COOKIE_LIFETIME_MS;
}

async function hasPrevious(secretsManager: SecretsManagerClient, SecretId: string): Promise<boolean> {
  const { VersionIdsToStages } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  return Object.values(VersionIdsToStages ?? {}).some((stages) => stages.includes("AWSPREVIOUS"));
}

function contentOf(text = "") {
  try {
    return v.parse(contentSchema, JSON.parse(text));
  } catch {
    throw new OperateError(
      "the client's secret is not of the form { clientSecret, sealKey }; deploy the stack again",
    );
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
