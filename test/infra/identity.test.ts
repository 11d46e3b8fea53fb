import { App, Stack } from "aws-cdk-lib/core";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { Identity } from "../../infra/identity.ts";
import { stageSettings, type StageSettings } from "../../infra/stage.ts";
import { refusedProperties } from "cdk-offline/testing";
import { STAGES } from "./templates.ts";

/** The properties of the user pool for these settings of a stage. */
function poolProperties(changes: Partial<StageSettings>): Readonly<Record<string, unknown>> {
  const stack = new Stack(new App({ analyticsReporting: false }), "Stack");
  new Identity(stack, "Identity", { stage: { ...stageSettings("local"), ...changes } });
  const [pool] = Object.values(Template.fromStack(stack).findResources("AWS::Cognito::UserPool"));
  return (pool as { readonly Properties: Readonly<Record<string, unknown>> }).Properties;
}

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
