import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { AwsError } from "../../src/aws/errors.ts";
import { createInvokeTrigger, type LambdaPort } from "../../src/cognito/triggers/invoke-trigger.ts";
import { openFunctions, temporaryFolder } from "../lambda/functions.ts";
import { arn, fails, functions, signIn, signUp } from "./pool-with-triggers.ts";
import { startPool } from "./running-pool.ts";
import { claimsOf } from "./sign-in.ts";

describe("a function that", () => {
  const signInOf = async (lambda: LambdaPort) => {
    const pool = await startPool({ lambda, pool: { LambdaConfig: { PreAuthentication: arn("fn") } } });
    await pool.addUser("ada");
    return signIn(pool);
  };

  test("is not there", async () => {
    const missing = () =>
      Promise.reject(new AwsError("ResourceNotFoundException", "Function not found", 404));
    await expect(signInOf({ invoke: missing })).rejects.toMatchObject({
      name: "UnexpectedLambdaException",
      message: "PreAuthentication invocation failed due to configuration.",
    });
  });

  test("is throttled", async () => {
    const throttled = () => Promise.reject(new AwsError("TooManyRequestsException", "Rate exceeded", 429));
    await expect(signInOf({ invoke: throttled })).rejects.toMatchObject({
      name: "UnexpectedLambdaException",
      message: "PreAuthentication invocation failed due to error TooManyRequestsException.",
    });
  });

  test.each(["null", '"text"', "[]", "{}", '{"response":7}', "not JSON"])("answers %s", async (payload) => {
    await expect(signInOf({ invoke: () => Promise.resolve({ payload }) })).rejects.toMatchObject({
      name: "InvalidLambdaResponseException",
      message: "Unrecognizable lambda output",
    });
  });

  test("does not answer in time is called three times, then given up", async () => {
    const invoke = vi.fn(() => new Promise<never>(() => undefined));
    const trigger = createInvokeTrigger({ invoke }, 10);
    await expect(trigger({ trigger: "PreSignUp", functionArn: arn("fn"), event: {} })).rejects.toMatchObject({
      name: "UnexpectedLambdaException",
      message: "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    });
    expect(invoke).toHaveBeenCalledTimes(3);
  });

  test("is named through CreateUserPool is called as well", async () => {
    const { lambda, events } = functions({ fn: fails("not today") });
    const running = await startPool({ lambda });
    const LambdaConfig = { PreSignUp: arn("fn") };
    const { UserPool } = await running.api.send(
      new CreateUserPoolCommand({ PoolName: "mine", LambdaConfig }),
    );
    const { UserPoolClient } = await running.api.send(
      new CreateUserPoolClientCommand({ UserPoolId: UserPool?.Id, ClientName: "app" }),
    );
    await expect(signUp(running, { ClientId: UserPoolClient?.ClientId })).rejects.toMatchObject({
      message: "PreSignUp failed with error not today.",
    });
    expect(events).toMatchObject([{ userPoolId: UserPool?.Id }]);
    expect(UserPool?.LambdaConfig).toEqual(LambdaConfig);
  });
});

test("functions of the local Lambda are called in their processes", async () => {
  const folder = temporaryFolder();
  const code = `exports.handler = async (event) => {
    if (event.userName === "eve") throw new Error("Go away");
    event.response.claimsOverrideDetails = { claimsToAddOrOverride: { from: event.triggerSource } };
    return event;
  };`;
  const lambda = await openFunctions(folder.dir, { fn: { code } });
  onTestFinished(async () => {
    await lambda.close();
    folder.remove();
  });
  const pool = await startPool({ lambda, pool: { LambdaConfig: { PreTokenGeneration: arn("fn") } } });
  await pool.addUser("ada");
  await pool.addUser("eve");
  const { AuthenticationResult } = await signIn(pool);
  expect(claimsOf(AuthenticationResult?.IdToken ?? "")).toMatchObject({
    from: "TokenGeneration_Authentication",
  });
  await expect(signIn(pool, "eve")).rejects.toMatchObject({
    name: "UserLambdaValidationException",
    message: "PreTokenGeneration failed with error Go away.",
  });
});
