// What the template may say about secrets, and what is generated from it.

import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { generateSecretString } from "../../src/secrets-manager/generate-string.ts";
import { secretResource } from "../../src/secrets-manager/resources.ts";
import { naming } from "../deployed.ts";

test("a secret is known by its ARN, which ends with a hyphen and six random characters", () => {
  const context = naming({ Name: "app/one" });
  const identity = secretResource.identify(context);
  expect(identity.ref).toMatch(
    /^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/one-[A-Za-z0-9]{6}$/,
  );
  expect(identity.attributes).toEqual({ Id: identity.ref });
  expect(secretResource.identify(context)).toEqual(identity);
});

test("a secret without a name gets one from its logical id, the same each time", () => {
  const context = naming({});
  const { ref } = secretResource.identify(context);
  expect(ref).toMatch(/:secret:Thing-[A-Za-z0-9]{12}-[A-Za-z0-9]{6}$/);
  expect(secretResource.identify(context).ref).toBe(ref);
});

test.each([
  [{ KmsKeyId: "alias/mine" }],
  [{ ReplicaRegions: [{ Region: "eu-west-1" }] }],
  [{ GenerateSecretString: { PasswordLength: 0 } }],
  [{ GenerateSecretString: { Unknown: true } }],
  [{ SecretString: "" }],
])("%o is refused", (properties) => {
  expect(v.safeParse(secretResource.properties, properties).success).toBe(false);
});

function generated(settings: Readonly<Record<string, unknown>>): string {
  const { GenerateSecretString } = v.parse(secretResource.properties, { GenerateSecretString: settings });
  if (GenerateSecretString === undefined) throw new Error("nothing to generate");
  return generateSecretString(GenerateSecretString);
}

/** What one draw shows by chance, fifty show for certain. */
function fifty(settings: Readonly<Record<string, unknown>>): string[] {
  return Array.from({ length: 50 }, () => generated(settings));
}

describe("a generated text", () => {
  test("has 32 characters of four kinds where nothing else is said", () => {
    for (const text of fifty({})) {
      expect(text).toMatch(/^[!-~]{32}$/);
      for (const kind of [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/]) expect(text).toMatch(kind);
    }
  });

  test("is never the same twice", () => {
    expect(new Set(fifty({})).size).toBe(50);
  });

  test.each([
    [{ ExcludePunctuation: true }, /^[A-Za-z0-9]{32}$/],
    [{ ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true }, /^[a-z]{32}$/],
    [{ ExcludeLowercase: true, ExcludeCharacters: "\"'\\@/" }, /^[^a-z"'\\@/ ]{32}$/],
    [{ IncludeSpace: true, PasswordLength: 5 }, /^(?=.* ).{5}$/],
    [{ PasswordLength: 1, RequireEachIncludedType: false }, /^.$/],
  ])("follows %o", (settings, pattern) => {
    for (const text of fifty(settings)) expect(text).toMatch(pattern);
  });

  test("that cannot have every kind of character is refused", () => {
    expect(() => generated({ PasswordLength: 3 })).toThrow(
      "Password length is too short based on the required types.",
    );
  });

  test("from which every character is excluded is refused", () => {
    const settings = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludePunctuation: true };
    expect(() => generated({ ...settings, ExcludeCharacters: "0123456789" })).toThrow("no characters left");
  });

  test("takes a template and a key, or neither", () => {
    expect(() => generated({ GenerateStringKey: "key" })).toThrow("both");
    expect(() => generated({ SecretStringTemplate: "{}" })).toThrow("both");
  });

  test("no message quotes a template that is no JSON object", () => {
    for (const template of ['{"clientSecret":"hidden', '["hidden"]', '"hidden"']) {
      expect(() => generated({ GenerateStringKey: "key", SecretStringTemplate: template })).toThrow(
        /^SecretStringTemplate must be a JSON object\.$/,
      );
    }
  });
});
