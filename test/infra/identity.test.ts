import { App, Stack } from "aws-cdk-lib/core";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { Identity } from "../../infra/identity.ts";
import { stageSettings, type StageSettings } from "../../infra/stage.ts";
import { refusedProperties } from "cdk-offline/testing";
import { STAGES } from "./templates.ts";

type Properties = Readonly<Record<string, unknown>>;

/** The user pool and its client for these settings of a stage. */
function synthesize(changes: Partial<StageSettings>) {
  const stack = new Stack(new App({ analyticsReporting: false }), "Stack", {
    env: { region: "us-east-1" },
  });
  const identity = new Identity(stack, "Identity", { stage: { ...stageSettings("local"), ...changes } });
  identity.addWebClient("https://page.example.org");
  const template = Template.fromStack(stack);
  const propertiesOf = (type: string) => {
    const [resource] = Object.values(template.findResources(type));
    return (resource as { readonly Properties: Properties }).Properties;
  };
  return {
    pool: propertiesOf("AWS::Cognito::UserPool"),
    client: propertiesOf("AWS::Cognito::UserPoolClient"),
    issuer: JSON.stringify(stack.resolve(identity.issuer)),
  };
}

const poolProperties = (changes: Partial<StageSettings>): Properties => synthesize(changes).pool;

describe("a stage's second factor", () => {
  test("off: none is asked for", () => {
    const properties = poolProperties({ mfa: "off" });
    expect(properties["MfaConfiguration"]).toBe("OFF");
    expect(properties).not.toHaveProperty("EnabledMfas");
  });

  test("required: a software token, of everybody, and never a text message", () => {
    const properties = poolProperties({ mfa: "required" });
    expect(properties["MfaConfiguration"]).toBe("ON");
    expect(properties["EnabledMfas"]).toEqual(["SOFTWARE_TOKEN_MFA"]);
    expect(properties).not.toHaveProperty("SmsConfiguration");
  });

  test("both are what the local runtime serves", () => {
    for (const mfa of ["off", "required"] as const) {
      expect(refusedProperties("AWS::Cognito::UserPool", poolProperties({ mfa }))).toEqual([]);
    }
  });

  test.each(STAGES)("is off on stage %s until somebody decides otherwise", (stage) => {
    expect(stageSettings(stage).mfa).toBe("off");
  });
});

describe("a stage whose pages ask for the way to sign in", () => {
  test("allows that flow, with the password as the one first factor, and is what the local runtime serves", () => {
    const { pool, client } = synthesize({ userAuth: true });
    expect(client["ExplicitAuthFlows"]).toEqual(["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_AUTH"]);
    expect(pool["Policies"]).toMatchObject({ SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] } });
    expect(refusedProperties("AWS::Cognito::UserPool", pool)).toEqual([]);
    const refused = refusedProperties("AWS::Cognito::UserPoolClient", client);
    expect(refused.filter((path) => path.startsWith("ExplicitAuthFlows"))).toEqual([]);
  });

  test.each(STAGES)("is not %s until somebody decides otherwise", (stage) => {
    expect(stageSettings(stage).userAuth).toBe(false);
  });
});

describe("a stage's issuer", () => {
  test("updated: pool and functions name the new one, which the local runtime refuses by name", () => {
    const { pool, issuer } = synthesize({ issuer: "updated" });
    expect(pool["IssuerConfiguration"]).toEqual({ Type: "UPDATED" });
    expect(issuer).toMatch(/"https:\/\/issuer-cognito-idp\.us-east-1\.amazonaws\.com\/".*"Ref"/);
    expect(refusedProperties("AWS::Cognito::UserPool", pool)).toEqual(["IssuerConfiguration.Type"]);
  });

  test.each(STAGES)("is the original one on stage %s until somebody decides otherwise", (stage) => {
    expect(stageSettings(stage).issuer).toBe("original");
    expect(synthesize(stageSettings(stage)).pool).not.toHaveProperty("IssuerConfiguration");
  });
});
