// Changing the stack's secrets, on the stack as it is served here.

import { CloudFrontClient, GetDistributionConfigCommand } from "@aws-sdk/client-cloudfront";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { serve, type Served } from "cdk-offline";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeCookieKey, COOKIE_LIFETIME_MS } from "../../operate/cookie-key.ts";
import { changeOriginSecret, KNOWN_AFTER_MS } from "../../operate/origin-secret.ts";
import { REREAD_AFTER_MS } from "../../functions/shared/secret.ts";
import { localAssembly } from "../local-assembly.ts";
import { serveUntilTestEnds } from "../serving.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const assembly = localAssembly();
const folder = temporaryFolder();
let served: Served;
let nowMs = Date.now();
let outputs: Readonly<Record<string, string>>;
let secretsManager: SecretsManagerClient;
let cloudFront: CloudFrontClient;

const configOf = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

beforeAll(async () => {
  served = await serve(assembly.folder, {
    state: join(folder, "state"),
    clock: () => nowMs,
    log: () => undefined,
  });
  outputs = Object.values(served.outputs)[0] ?? {};
  secretsManager = new SecretsManagerClient(configOf(served.endpoints.aws));
  cloudFront = new CloudFrontClient(configOf(served.endpoints.aws));
});
afterAll(async () => {
  await served.close();
});

const secretOf = (output: string) => outputs[output] ?? "";
const read = async (output: string, VersionStage = "AWSCURRENT") =>
  (await secretsManager.send(new GetSecretValueCommand({ SecretId: secretOf(output), VersionStage })))
    .SecretString ?? "";
const labelsOf = async (output: string) =>
  (await secretsManager.send(new DescribeSecretCommand({ SecretId: secretOf(output) }))).VersionIdsToStages;

describe("the key of the cookies", () => {
  const change = () =>
    changeCookieKey({ secretsManager, secretId: secretOf("ClientSecretArn"), clock: () => nowMs });

  test("is changed, then not again for twelve hours, then again; the client's own secret stays", async () => {
    const first = await read("ClientSecretArn");
    await change();
    const second = await read("ClientSecretArn");
    expect(await read("ClientSecretArn", "AWSPREVIOUS")).toBe(first);

    const again = new Date(nowMs + COOKIE_LIFETIME_MS).toISOString();
    await expect(change()).rejects.toThrow(`run this again after ${again}`);
    nowMs += COOKIE_LIFETIME_MS - 1000;
    await expect(change()).rejects.toThrow(`run this again after ${again}`);
    expect(await read("ClientSecretArn")).toBe(second);

    nowMs += 1000;
    await change();
    const third = await read("ClientSecretArn");
    expect(await read("ClientSecretArn", "AWSPREVIOUS")).toBe(second);
    const contents = [first, second, third].map(
      (text) => JSON.parse(text) as { readonly clientSecret: string; readonly sealKey: string },
    );
    expect(new Set(contents.map(({ clientSecret }) => clientSecret)).size).toBe(1);
    expect(new Set(contents.map(({ sealKey }) => sealKey)).size).toBe(3);
    for (const { sealKey } of contents) expect(sealKey).toMatch(/^[\w-]{43}$/);
  });
});

describe("what the distribution sends along", () => {
  const sent = async () => {
    const Id = outputs["DistributionId"] ?? "";
    const { DistributionConfig } = await cloudFront.send(new GetDistributionConfigCommand({ Id }));
    return DistributionConfig?.Origins?.Items?.flatMap(({ CustomHeaders }) =>
      (CustomHeaders?.Items ?? []).map(({ HeaderValue }) => HeaderValue),
    );
  };
  const change = async (pause: (ms: number) => Promise<void>, client = cloudFront) => {
    const said: string[] = [];
    await changeOriginSecret({
      ...{ secretsManager, cloudFront: client, pause, say: (line: string) => said.push(line) },
      ...{ secretId: secretOf("OriginSecretArn"), distributionId: outputs["DistributionId"] ?? "" },
    });
    return said;
  };
  const noPause = () => Promise.resolve();

  test("functions may have read a new value by the time it is sent", () => {
    expect(KNOWN_AFTER_MS).toBeGreaterThanOrEqual(REREAD_AFTER_MS);
  });

  test("is changed in the secret first, ten seconds later in the distribution", async () => {
    const before = await read("OriginSecretArn");
    expect(await sent()).toEqual([before]);
    const paused: number[] = [];
    await change(async (ms) => {
      paused.push(ms);
      expect(await sent()).toEqual([before]);
      expect(await read("OriginSecretArn")).not.toBe(before);
      expect(await read("OriginSecretArn", "AWSPREVIOUS")).toBe(before);
    });
    expect(paused).toEqual([KNOWN_AFTER_MS]);
    expect(await sent()).toEqual([await read("OriginSecretArn")]);
  });

  test("after a run that was broken off is finished by the next, which makes no third value", async () => {
    const brokenOff = () => Promise.reject(new Error("Ctrl-C"));
    await expect(change(brokenOff)).rejects.toThrow("Ctrl-C");
    const [value, labels] = [await read("OriginSecretArn"), await labelsOf("OriginSecretArn")];
    expect(await sent()).toEqual([await read("OriginSecretArn", "AWSPREVIOUS")]);
    expect(await change(noPause)).toContain(
      "an earlier run was broken off: the distribution does not send the current value yet",
    );
    expect(await sent()).toEqual([value]);
    expect(await labelsOf("OriginSecretArn")).toEqual(labels);
  });

  test("in a distribution that somebody else has changed meanwhile is left as it is, to be run again", async () => {
    const inBetween = async () => void (await change(noPause));
    await expect(change(inBetween)).rejects.toThrow("somebody else has just changed the distribution");
    expect(await sent()).toEqual([await read("OriginSecretArn")]);
  });

  test.each([
    ["is being deployed", "<Status>InProgress</Status>", "is being deployed (InProgress); run this again"],
    ["is not told of in full", "", "is being deployed (no status); run this again"],
    ["sends nothing", "<Status>Deployed</Status>", "sends no header x-ll-origin to any origin"],
  ])("is not changed while the distribution %s", async (_, status, message) => {
    const address = await serveUntilTestEnds(() =>
      Promise.resolve({
        status: 200,
        headers: { "content-type": "text/xml", etag: "E1" },
        body: `<Distribution>${status}<DistributionConfig><Comment></Comment></DistributionConfig></Distribution>`,
      }),
    );
    const before = await labelsOf("OriginSecretArn");
    await expect(change(noPause, new CloudFrontClient(configOf(address)))).rejects.toThrow(message);
    expect(await labelsOf("OriginSecretArn")).toEqual(before);
  });
});
