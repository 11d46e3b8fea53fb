// What is left of secrets after a crash, on a full disk, and after very many versions.

import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillDisk } from "../full-disk.ts";
import { stateFolder } from "../serving.ts";
import { NAME, secret, start, token } from "./running-secrets.ts";

test("H11 a torn last line is dropped, all that was acknowledged is there", async () => {
  const dir = stateFolder();
  const first = await start(dir);
  await first.put({ SecretString: "second", ClientRequestToken: token("2") });
  const before = await first.stages();
  first.service.close();
  appendFileSync(join(dir, "secrets.jsonl"), '{"arn":"arn:aws:secretsma');

  const second = await start(dir);
  expect(await second.stages()).toEqual(before);
  expect((await second.get()).SecretString).toBe("second");
  expect((await second.get({ VersionStage: "AWSPREVIOUS" })).SecretString).toBe("first");
  expect(statSync(join(dir, "secrets.jsonl")).mode & 0o777).toBe(0o600);
});

test("H11 on a full disk a put is an error, and the old value is in force before and after a restart", async () => {
  const dir = stateFolder();
  const first = await start(dir);
  const free = fillDisk();
  await expect(first.put({ SecretString: "lost" })).rejects.toMatchObject({
    name: "InternalServiceError",
    $metadata: { httpStatusCode: 500 },
  });
  expect((await first.get()).SecretString).toBe("first");
  free();
  await expect(first.put({ SecretString: "lost" })).rejects.toThrow("takes no more writes");
  first.service.close();
  expect((await (await start(dir)).get()).SecretString).toBe("first");
});

test("of many versions a hundred are kept, and always those with a label", async () => {
  const dir = stateFolder();
  const clock = () => 1_700_000_000_000;
  const first = await start(dir, [secret()], clock);
  for (let i = 0; i < 1100; i += 1) {
    first.service.json.operations["PutSecretValue"]?.(
      {
        SecretId: NAME,
        SecretString: `value ${i}`,
        VersionStages: i === 0 ? ["FIRST"] : ["AWSCURRENT"],
      } as never,
      {} as never,
    );
  }
  const before = await first.stages();
  first.service.close();
  const path = join(dir, "secrets.jsonl");

  const second = await start(dir, [secret()], clock);
  expect(await second.stages()).toEqual(before);
  expect((await second.get({ VersionStage: "FIRST" })).SecretString).toBe("value 0");
  expect((await second.get()).SecretString).toBe("value 1099");
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(102);
});
