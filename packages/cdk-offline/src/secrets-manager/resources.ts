// The Secrets Manager resources of CloudFormation that the local runtime serves.

import { randomInt } from "node:crypto";
import * as v from "valibot";
import { defineResource, withoutEffect } from "../assembly/resource.ts";
import { secretArn } from "./secret-id.ts";

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
const generateSecretString = v.strictObject({
  ExcludeCharacters: v.optional(v.pipe(v.string(), v.maxLength(7168)), ""),
  ExcludeLowercase: v.optional(v.boolean(), false),
  ExcludeNumbers: v.optional(v.boolean(), false),
  ExcludePunctuation: v.optional(v.boolean(), false),
  ExcludeUppercase: v.optional(v.boolean(), false),
  GenerateStringKey: v.optional(v.string()),
  IncludeSpace: v.optional(v.boolean(), false),
  PasswordLength: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096)), 32),
  RequireEachIncludedType: v.optional(v.boolean(), true),
  SecretStringTemplate: v.optional(v.string()),
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
const secretProperties = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.pipe(v.string(), v.maxLength(2048))),
  GenerateSecretString: v.optional(generateSecretString),
  SecretString: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(65_536))),
  Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.string() })), []),
  Type: withoutEffect("only partners' secrets of managed types have it"),
});

export type GenerateSecretString = v.InferOutput<typeof generateSecretString>;
export type SecretProperties = v.InferOutput<typeof secretProperties>;

const identifyingProperties = v.object({ Name: v.optional(v.string()) });

export const secretResource = defineResource<SecretProperties>({
  type: "AWS::SecretsManager::Secret",
  properties: secretProperties,
  identify(naming) {
    const { Name } = v.parse(identifyingProperties, { Name: naming.property("Name") });
    const name = Name ?? naming.keep("name", () => `${naming.logicalId}-${randomLetters(12)}`);
    // Six characters that nobody can guess: a secret made anew under a name is not the one that a policy names.
    const arn = secretArn(naming, `${name}-${naming.keep("arn-suffix", () => randomLetters(6))}`);
    return { ref: arn, attributes: { Id: arn } };
  },
});

export const secretsManagerResources = [secretResource] as const;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function randomLetters(length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
}
