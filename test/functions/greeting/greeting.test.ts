// There is always a greeting.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGreeting } from "../../../functions/greeting/greeting.ts";
import { readTexts } from "../../../functions/greeting/texts.ts";
import { cachedValue } from "../../../functions/shared/cached-value.ts";
import { AwsError, slowness } from "cdk-offline/testing";
import { startAwsEndpoint } from "../parts/aws-endpoint.ts";
import { logLines } from "../parts/log-lines.ts";
import { QUICK } from "../parts/secrets.ts";

const PATH = "/login-ledger/test/greeting";

/** Parameter Store with these texts, by name below the path, and the function on top of it. */
async function start(
  texts: Record<string, string> = { en: "Hello {name}.", de: "Hallo {name}.", "pt-BR": "Oi {name}." },
) {
  const state = { now: 1_000_000, texts, type: "String", timeoutMs: 5000 };
  const aws = await startAwsEndpoint({
    GetParametersByPath: ({ Path, NextToken }: { Path: string; NextToken?: string }) => {
      const all = Object.entries(state.texts).map(([name, Value]) => ({
        Name: `${Path}/${name}`,
        Value,
        Type: state.type,
      }));
      const from = Number(NextToken ?? 0);
      const more = from + 10 < all.length ? { NextToken: String(from + 10) } : {};
      return { Parameters: all.slice(from, from + 10), ...more };
    },
  });
  const log = logLines();
  const greeting = createGreeting({
    texts: cachedValue({
      load: () => readTexts({ ssm: aws.ssm, path: PATH, patience: { ...QUICK, timeoutMs: state.timeoutMs } }),
      lifetimeMs: 60_000,
      pauseAfterFailureMs: 1000,
      clock: () => state.now,
      onStale: () => undefined,
    }),
    log: log.log,
  });
  const greet = (locale: string | null = null, username = "ana") => greeting({ username, locale });
  return { state, aws, log, greet, greeting };
}

const BUILT_IN = { message: "Hello ana!", locale: "en" };

describe("the language", () => {
  test.each([
    [null, "Hello ana.", "en"],
    ["de", "Hallo ana.", "de"],
    ["DE", "Hallo ana.", "de"],
    ["de-CH", "Hallo ana.", "de"],
    ["de-CH-1996", "Hallo ana.", "de"],
    ["de-x-private", "Hallo ana.", "de"],
    ["pt-br", "Oi ana.", "pt-BR"],
    ["pt", "Hello ana.", "en"],
    ["fr-FR", "Hello ana.", "en"],
    ["", "Hello ana.", "en"],
    ["-", "Hello ana.", "en"],
    ["../config", "Hello ana.", "en"],
    ["__proto__", "Hello ana.", "en"],
    ["x".repeat(5000), "Hello ana.", "en"],
  ])("asked for as %j leads to the nearest there is", async (locale, message, found) => {
    const { greet, log } = await start();
    expect(await greet(locale)).toEqual({ message, locale: found });
    expect(log.lines).toEqual([]);
  });

  test("none of which has a text leads to the text that is built in, and a warning", async () => {
    const { greet, log } = await start({ de: "Hallo {name}." });
    expect(await greet("fr")).toEqual(BUILT_IN);
    expect(log.entries()).toMatchObject([{ level: "WARN", event: "greeting_fallback" }]);
  });
});

describe("the name", () => {
  test("is filled in as it is and never looked at again", async () => {
    const { greet } = await start({ en: "{name}, {name}! {other} {NAME} $& {{name}}" });
    expect((await greet(null, "{name}$&$1{other}")).message).toBe(
      "{name}$&$1{other}, {name}$&$1{other}! {other} {NAME} $& {{name}$&$1{other}}",
    );
  });

  test("whatever it is, stands in the message once for each placeholder", async () => {
    const { greet } = await start({ en: "<{name}>" });
    await fc.assert(
      fc.asyncProperty(fc.string(), async (name) => {
        expect((await greet(null, name)).message).toBe(`<${name}>`);
      }),
      { numRuns: 200 },
    );
  });
});

describe("G3: a text", () => {
  test.each([
    ["with line breaks is made one line", " Hello\r\n\t{name},\u2028welcome\n", "Hello ana, welcome"],
    ["of 4 KB is served whole", `{name}${"x".repeat(4090)}`, `ana${"x".repeat(4090)}`],
    ["without a placeholder is served as it is", "Welcome", "Welcome"],
    ["that is empty counts as none", "", BUILT_IN.message],
    ["of white space counts as none", " \n ", BUILT_IN.message],
    ["of more than 4 KB counts as none", "x".repeat(4097), BUILT_IN.message],
  ])("%s", async (_, text, message) => {
    const { greet } = await start({ en: text });
    expect((await greet()).message).toBe(message);
  });

  test("that is encrypted, a list or under a name that is no language counts as none", async () => {
    const { greet, state } = await start({ en: "ciphertext", "en/sub": "x", e: "x", "": "x" });
    state.type = "SecureString";
    expect(await greet("e")).toEqual(BUILT_IN);
  });

  test("that is changed is served within the period, with one call in each", async () => {
    const { greet, state, aws } = await start({ en: "one" });
    await greet();
    state.texts = { en: "two" };
    expect((await greet()).message).toBe("one");
    state.now += 60_000;
    expect((await greet()).message).toBe("two");
    expect(aws.calls).toHaveLength(2);
  });

  test("on a later page is found", async () => {
    const languages = "aa ab ac ad ae af ag ah ai aj ak al am an ao ap aq ar as at au av aw".split(" ");
    const { greet, aws } = await start(Object.fromEntries(languages.map((language) => [language, language])));
    expect((await greet("aw")).message).toBe("aw");
    expect(aws.calls).toHaveLength(3);
  });

  test("is not looked for without end", async () => {
    const { greet, aws } = await start();
    aws.operations["GetParametersByPath"] = () => ({ NextToken: "again" });
    expect(await greet()).toEqual(BUILT_IN);
    expect(aws.calls).toHaveLength(10);
  });
});

describe("G1: with Parameter Store", () => {
  test.each([
    [
      "denied",
      new AwsError("AccessDeniedException", "arn:aws:iam::000000000000:role/x is not authorized", 400),
    ],
    ["throttled", new AwsError("ThrottlingException", "Rate exceeded", 400)],
    ["broken", new AwsError("InternalServerError", "oops", 500)],
  ])(
    "%s the greeting is the one built in, with a warning, and the next call asks again",
    async (_, error) => {
      const { greet, aws, log } = await start();
      const { GetParametersByPath } = aws.operations;
      aws.operations["GetParametersByPath"] = () => {
        throw error;
      };
      expect(await greet("de")).toEqual(BUILT_IN);
      expect(log.entries()).toMatchObject([
        {
          ...{ level: "WARN", event: "greeting_fallback", cause: { name: error.code } },
          ...{ GreetingFallback: 1, _aws: { CloudWatchMetrics: [{ Namespace: "LoginLedger" }] } },
        },
      ]);
      expect(log.lines.join("")).not.toContain("arn:");
      if (GetParametersByPath !== undefined) aws.operations["GetParametersByPath"] = GetParametersByPath;
      expect((await greet("de")).message).toBe("Hallo ana.");
    },
  );

  test("slow the greeting does not wait for it", async () => {
    const { greet, aws, state } = await start();
    aws.delayMs = 10_000;
    state.timeoutMs = 200;
    const started = Date.now();
    expect(await greet()).toEqual(BUILT_IN);
    expect(Date.now() - started).toBeLessThan(1500 * slowness());
  });

  test("busy for a moment it is asked again", async () => {
    const { greet, aws } = await start();
    const { GetParametersByPath } = aws.operations;
    aws.operations["GetParametersByPath"] = () => {
      if (GetParametersByPath !== undefined) aws.operations["GetParametersByPath"] = GetParametersByPath;
      throw new AwsError("ThrottlingException", "Rate exceeded");
    };
    expect((await greet("de")).message).toBe("Hallo ana.");
    expect(aws.calls).toHaveLength(2);
  });

  test("answering in halves the greeting is the one built in", async () => {
    const { greet, aws } = await start();
    aws.operations["GetParametersByPath"] = () => ({ Parameters: [{ Type: "String" }] });
    expect(await greet()).toEqual(BUILT_IN);
  });

  test("empty the greeting is the one built in", async () => {
    const { greet, aws } = await start();
    aws.operations["GetParametersByPath"] = () => ({});
    expect(await greet()).toEqual(BUILT_IN);
  });

  test("failing later the last good texts are served", async () => {
    const { greet, aws, state } = await start();
    await greet();
    aws.operations["GetParametersByPath"] = () => {
      throw new AwsError("ThrottlingException", "Rate exceeded");
    };
    state.now += 60_000;
    expect((await greet("de")).message).toBe("Hallo ana.");
  });
});

test("G4: a thousand greetings at once ask Parameter Store once", async () => {
  const { greet, aws } = await start();
  await Promise.all(Array.from({ length: 1000 }, () => greet()));
  expect(aws.calls).toHaveLength(1);
});

test("a caller that leaves the locale out is greeted in English, one without a name is a fault", async () => {
  const { greeting } = await start();
  expect(await greeting({ username: "ana" } as never)).toMatchObject({ locale: "en" });
  await expect(greeting({} as never)).rejects.toThrow();
});
