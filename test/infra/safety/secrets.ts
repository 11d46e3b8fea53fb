// The stack's own secrets: made by AWS, long enough, under names that no other stack has, and kept where data is kept.

import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { ofType } from "./readable.ts";

const CLIENT = "ClientSecret/Properties/GenerateSecretString";

export const secrets: Concern = {
  name: "secrets",
  checks: [
    {
      name: "there are two, generated with 256 bits each, and what the user pool gives stands in the one of its client",
      holds: (template) => {
        const found = ofType(template, "AWS::SecretsManager::Secret").map(([name, { Properties }]) => {
          const { Description, ...others } = Properties;
          expect(Description).toBeTypeOf("string");
          return [name, others];
        });
        const generated = { ExcludePunctuation: true, PasswordLength: 43 };
        expect(Object.fromEntries(found)).toEqual({
          ClientSecret: {
            Name: "login-ledger/<GUID of AWS::StackId>/client",
            GenerateSecretString: {
              ...generated,
              GenerateStringKey: "sealKey",
              SecretStringTemplate: '{"clientSecret":"<IdentityUsersWeb.ClientSecret>"}',
            },
          },
          OriginSecret: {
            Name: "login-ledger/<GUID of AWS::StackId>/origin",
            GenerateSecretString: generated,
          },
        });
      },
    },
    {
      name: "they outlive the stack where its data does, and go with it elsewhere",
      holds: (template, { retainData }) => {
        for (const [name, secret] of ofType(template, "AWS::SecretsManager::Secret")) {
          const policy = retainData ? "Retain" : "Delete";
          expect([secret.DeletionPolicy, secret.UpdateReplacePolicy], name).toEqual([policy, policy]);
        }
      },
    },
  ],
  mutations: [
    { name: "a key that can be guessed", change: { [`${CLIENT}/PasswordLength`]: 8 } },
    {
      name: "a key that is written down",
      change: { [`${CLIENT}/SecretStringTemplate`]: '{"clientSecret":"s","sealKey":"k"}' },
    },
    {
      name: "a name that another stack may have",
      change: { "OriginSecret/Properties/Name": "login-ledger/origin" },
    },
    {
      name: "a value in the template",
      change: {
        "OriginSecret/Properties/GenerateSecretString": undefined,
        "OriginSecret/Properties/SecretString": "origin",
      },
    },
    {
      name: "a further secret",
      change: { Further: { Type: "AWS::SecretsManager::Secret", Properties: { Description: "" } } },
    },
    { name: "a secret lost with production's stack", change: { "ClientSecret/DeletionPolicy": "Delete" } },
    {
      name: "a secret left by a stack that is tried out",
      stage: "dev",
      change: { "OriginSecret/DeletionPolicy": "Retain" },
    },
  ],
};
