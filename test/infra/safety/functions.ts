// How functions run: limits, environment, and what becomes of a call that failed.

import { expect } from "vitest";
import type { StageSettings } from "../../../infra/stage.ts";
import type { Concern } from "./check.ts";
import { at, ofType, only } from "./readable.ts";

/** API Gateway waits 29 seconds, AppSync 30: a function that runs longer answers nobody. */
const LONGEST_SECONDS = 28;

/** The whole environment of each function, by the name of its construct. */
function environments({ name, greetingCache }: StageSettings): Readonly<Record<string, object>> {
  const parameters = `/login-ledger/${name}`;
  return {
    FunctionsAuth: {
      CONFIG_PARAMETER: `${parameters}/config`,
      // Names of secrets, not what they hold.
      CLIENT_SECRET_ID: "login-ledger/<GUID of AWS::StackId>/client",
      ORIGIN_SECRET_ID: "<OriginSecret>",
      // A sign-in without a record is refused.
      AUDIT_MODE: "strict",
    },
    FunctionsLogins: { CONFIG_PARAMETER: `${parameters}/config`, ORIGIN_SECRET_ID: "<OriginSecret>" },
    FunctionsLoginFile: { BUCKET: "<LedgerFiles>" },
    FunctionsGreeting: {
      GREETING_PATH: `${parameters}/greeting`,
      CACHE_SECONDS: String(greetingCache.toSeconds()),
    },
  };
}

export const functions: Concern = {
  name: "functions",
  checks: [
    {
      name: "J6: every function has a supported runtime, a small memory and an end, and nothing around it",
      holds: (template) => {
        for (const [name, { Properties }] of ofType(template, "AWS::Lambda::Function")) {
          const { Description, Code, Environment, LoggingConfig, Role, Timeout, ...others } = Properties;
          expect([Description, Code, Environment, LoggingConfig, Role], name).not.toContain(undefined);
          expect(others, name).toEqual({
            Architectures: ["arm64"],
            Handler: "index.handler",
            MemorySize: 256,
            Runtime: "nodejs24.x",
          });
          expect(Timeout, name).toBeTypeOf("number");
          expect(Timeout, name).toBeGreaterThanOrEqual(5);
          expect(Timeout, name).toBeLessThanOrEqual(LONGEST_SECONDS);
        }
      },
    },
    {
      name: "every function has a role of its own",
      holds: (template) => {
        for (const [name, { Properties }] of ofType(template, "AWS::Lambda::Function")) {
          expect(Properties["Role"]).toBe(`<${name.replace(/Function$/, "Role")}.Arn>`);
        }
      },
    },
    {
      name: "a function's environment is what is listed here, and holds no secret",
      holds: (template, stage) => {
        const found = ofType(template, "AWS::Lambda::Function").map(([name, { Properties }]) => [
          name.replace(/Function$/, ""),
          at(Properties, "Environment/Variables"),
        ]);
        expect(Object.fromEntries(found)).toEqual(environments(stage));
      },
    },
    {
      name: "what a failed hand-over leaves goes to the dead-letter queue",
      holds: (template) => {
        expect(only(template, "AWS::Lambda::EventInvokeConfig").Properties).toEqual({
          DestinationConfig: { OnFailure: { Destination: "<LedgerDeadLetters.Arn>" } },
          FunctionName: "<FunctionsLoginFileFunction>",
          MaximumEventAgeInSeconds: 6 * 3600,
          MaximumRetryAttempts: 2,
          Qualifier: "$LATEST",
        });
      },
    },
  ],
  mutations: [
    { name: "a function without an end", change: { "FunctionsAuthFunction/Properties/Timeout": undefined } },
    {
      name: "a function that outlasts its caller",
      change: { "FunctionsGreetingFunction/Properties/Timeout": 60 },
    },
    {
      name: "a runtime out of support",
      change: { "FunctionsAuthFunction/Properties/Runtime": "nodejs18.x" },
    },
    { name: "ten times the memory", change: { "FunctionsAuthFunction/Properties/MemorySize": 2560 } },
    {
      name: "code of another account in front of the function's",
      change: { "FunctionsAuthFunction/Properties/Layers": ["arn:aws:lambda:us-east-1:1:layer:x:1"] },
    },
    {
      name: "a role that two functions share",
      change: { "FunctionsGreetingFunction/Properties/Role": "<FunctionsAuthRole.Arn>" },
    },
    {
      name: "a secret in an environment",
      change: {
        "FunctionsAuthFunction/Properties/Environment/Variables/CLIENT_SECRET":
          "<IdentityUsersWeb.ClientSecret>",
      },
    },
    {
      name: "a secret read into an environment",
      change: {
        "FunctionsLoginsFunction/Properties/Environment/Variables/ORIGIN_SECRET_ID":
          "{{resolve:secretsmanager:<OriginSecret>:SecretString:::}}",
      },
    },
    {
      name: "access without a record",
      change: { "FunctionsAuthFunction/Properties/Environment/Variables/AUDIT_MODE": "best-effort" },
    },
    {
      name: "another bucket",
      change: { "FunctionsLoginFileFunction/Properties/Environment/Variables/BUCKET": "<PageFiles>" },
    },
    {
      name: "a lost hand-over that nobody keeps",
      change: { "AWS::Lambda::EventInvokeConfig/Properties/DestinationConfig": undefined },
    },
    {
      name: "no second attempt",
      change: { "AWS::Lambda::EventInvokeConfig/Properties/MaximumRetryAttempts": 0 },
    },
    {
      name: "a hand-over given up after a minute",
      change: { "AWS::Lambda::EventInvokeConfig/Properties/MaximumEventAgeInSeconds": 60 },
    },
  ],
};
