// Reading a secret in its two versions.

import { AwsError } from "cdk-offline/testing";
import { describe, expect, test } from "vitest";
import { secretSource } from "../../../functions/shared/secret.ts";
import { startAwsEndpoint } from "../parts/aws-endpoint.ts";
import { logLines } from "../parts/log-lines.ts";
import { secretsOf, sourceOf, QUICK } from "../parts/secrets.ts";

async function start() {
  const state = { nowMs: 1_700_000_000_000 };
  const clock = () => state.nowMs;
  const secrets = secretsOf(clock);
  const aws = await startAwsEndpoint({ GetSecretValue: secrets.read });
  const { log, entries } = logLines(clock);
  return { state, secrets, aws, entries, source: sourceOf({ aws, secretId: "s", clock, log }), clock, log };
}

/** Makes the service fail with this, a number of times; each call after these is served. */
function failing({ aws, secrets }: Awaited<ReturnType<typeof start>>, error: AwsError, times: number): void {
  let left = times;
  aws.operations["GetSecretValue"] = (input, ...rest) => {
    left -= 1;
    if (left >= 0) throw error;
    return secrets.read(input, ...rest);
  };
}

const throttled = new AwsError("ThrottlingException", "Rate exceeded");

describe("a secret", () => {
  test("has no previous version until there has been a second one", async () => {
    const { state, secrets, source } = await start();
    secrets.put("s", "first");
    const first = { text: "first", createdAtMs: state.nowMs };
    expect(await source.get()).toEqual({ current: first, previous: undefined, readAtMs: state.nowMs });
    state.nowMs += 60_000;
    secrets.put("s", "second");
    const second = { text: "second", createdAtMs: state.nowMs };
    expect(await source.get()).toEqual({ current: second, previous: first, readAtMs: state.nowMs });
  });

  test("is kept for a minute, and read once for all who ask at once", async () => {
    const { state, secrets, source, aws } = await start();
    secrets.put("s", "first");
    await Promise.all(Array.from({ length: 100 }, () => source.get()));
    state.nowMs += 59_999;
    await source.get();
    expect(aws.calls).toHaveLength(2);
    state.nowMs += 1;
    await source.get();
    expect(aws.calls).toHaveLength(4);
  });

  test("is asked for again when the service is busy, as often as it is told", async () => {
    const system = await start();
    system.secrets.put("s", "first");
    failing(system, throttled, 2);
    expect((await system.source.get()).current.text).toBe("first");
    expect(system.aws.calls).toHaveLength(4);
  });

  test.each([
    ["still busy after the last try", throttled, 3],
    ["broken", new AwsError("InternalServiceError", "broken", 500), 3],
    ["denying, which will not pass", new AwsError("AccessDeniedException", "no"), 1],
  ])("is not there while the service is %s", async (_, error, calls) => {
    const system = await start();
    system.secrets.put("s", "first");
    failing(system, error, 100);
    const cause = { name: error.code };
    await expect(system.source.get()).rejects.toMatchObject({ code: "secret_unavailable", cause });
    expect(system.aws.calls).toHaveLength(calls);
    failing(system, error, 0);
    expect((await system.source.get()).current.text).toBe("first");
  });

  test("that does not exist is told by its name", async () => {
    const { source } = await start();
    await expect(source.get()).rejects.toMatchObject({
      code: "secret_unavailable",
      message: "there is no secret s",
    });
  });

  test("that holds bytes is an empty text, of no date that could be relied on", async () => {
    const { source, aws } = await start();
    aws.operations["GetSecretValue"] = () => ({ SecretBinary: "AAAA" });
    expect((await source.get()).current).toEqual({ text: "", createdAtMs: 0 });
  });

  test("is given up when the time for all tries is up", async () => {
    const { aws, clock, log, secrets } = await start();
    secrets.put("s", "first");
    const patience = { ...QUICK, timeoutMs: 200 };
    const source = secretSource({ secretsManager: aws.secretsManager, secretId: "s", patience, clock, log });
    aws.delayMs = 10_000;
    await expect(source.get()).rejects.toMatchObject({ code: "secret_unavailable" });
  });

  test("stays good when the service fails later, with a warning", async () => {
    const system = await start();
    system.secrets.put("s", "first");
    await system.source.get();
    system.state.nowMs += 60_000;
    failing(system, throttled, 100);
    expect((await system.source.get()).current.text).toBe("first");
    expect(system.entries()).toMatchObject([
      { level: "WARN", event: "secret_stale", secretId: "s", cause: { code: "secret_unavailable" } },
    ]);
  });
});

describe("a secret that has changed", () => {
  test("is read by who notices, once in ten seconds at most", async () => {
    const { state, secrets, source, aws } = await start();
    secrets.put("s", "first");
    await source.get();
    state.nowMs += 9_999;
    secrets.put("s", "second");
    expect((await source.renew()).current.text).toBe("first");
    expect(aws.calls).toHaveLength(2);
    state.nowMs += 1;
    const [one, other] = await Promise.all([source.renew(), source.renew(), source.renew()]);
    expect(one.current.text).toBe("second");
    expect(other).toBe(one);
    await source.renew();
    expect(aws.calls).toHaveLength(4);
    expect((await source.get()).current.text).toBe("second");
  });

  test("cannot be had while the service fails: what was read before will not do", async () => {
    const system = await start();
    system.secrets.put("s", "first");
    await system.source.get();
    system.state.nowMs += 10_000;
    failing(system, throttled, 3);
    await expect(system.source.renew()).rejects.toMatchObject({ code: "secret_unavailable" });
    await expect(system.source.renew()).rejects.toMatchObject({ code: "secret_unavailable" });
    expect(system.aws.calls).toHaveLength(2 + 3);
    expect((await system.source.get()).current.text).toBe("first");
    system.state.nowMs += 10_000;
    expect((await system.source.renew()).current.text).toBe("first");
  });

  test("is read by who notices before anybody has read it", async () => {
    const { secrets, source } = await start();
    secrets.put("s", "first");
    expect((await source.renew()).current.text).toBe("first");
  });
});
