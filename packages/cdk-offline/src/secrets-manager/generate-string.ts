// Makes the random text of a secret, alone or as one member of a JSON object.
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html

import { randomInt } from "node:crypto";
import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import type { GenerateSecretString } from "./resources.ts";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

const templateSchema = v.pipe(
  v.unknown(),
  v.check((template) => !Array.isArray(template)), // which a record would take
  v.record(v.string(), v.unknown()),
);

/** The value of a secret that is to be generated. Throws `AwsError` for settings that the service refuses. */
export function generateSecretString(settings: GenerateSecretString): string {
  const { SecretStringTemplate: template, GenerateStringKey: key } = settings;
  if (template === undefined && key === undefined) return randomString(settings);
  if (template === undefined || key === undefined) {
    throw new AwsError(
      "InvalidRequestException",
      "You must specify both SecretStringTemplate and GenerateStringKey, or neither of them.",
    );
  }
  return JSON.stringify({ ...parseTemplate(template), [key]: randomString(settings) });
}

/** The template may hold a secret already, so no message quotes it. */
function parseTemplate(template: string): Record<string, unknown> {
  try {
    return v.parse(templateSchema, JSON.parse(template));
  } catch {
    throw new AwsError("InvalidRequestException", "SecretStringTemplate must be a JSON object.");
  }
}

function randomString(settings: GenerateSecretString): string {
  const { PasswordLength: length, RequireEachIncludedType } = settings;
  const excluded = new Set(settings.ExcludeCharacters);
  const types = [
    settings.ExcludeLowercase ? "" : LOWERCASE,
    settings.ExcludeUppercase ? "" : LOWERCASE.toUpperCase(),
    settings.ExcludeNumbers ? "" : NUMBERS,
    settings.ExcludePunctuation ? "" : PUNCTUATION,
    settings.IncludeSpace ? " " : "",
  ]
    .map((letters) => Array.from(letters).filter((letter) => !excluded.has(letter)))
    .filter((letters) => letters.length > 0);
  if (types.length === 0) {
    throw new AwsError("InvalidParameterException", "There are no characters left to make a password from.");
  }
  const required = RequireEachIncludedType ? types : [];
  if (length < required.length) {
    throw new AwsError(
      "InvalidParameterException",
      "Password length is too short based on the required types.",
    );
  }
  const drawn = required.map(pick);
  while (drawn.length < length) drawn.push(pick(types.flat()));
  return shuffle(drawn).join("");
}

function pick(letters: readonly string[]): string {
  return letters[randomInt(letters.length)] ?? "";
}

/** So that the place of a letter tells nothing of its type. */
function shuffle(letters: readonly string[]): string[] {
  const shuffled = [...letters];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] ?? "", shuffled[last] ?? ""];
  }
  return shuffled;
}
