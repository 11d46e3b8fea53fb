// A pool whose triggers are functions that a test writes, and what makes it call them.

import { InitiateAuthCommand, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import { AwsError } from "../../src/aws/errors.ts";
import type { LambdaPort } from "../../src/cognito/triggers/invoke-trigger.ts";
import { PASSWORD, startPool, type PoolSetup, type RunningPool } from "./running-pool.ts";

export function arn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}

interface TriggerEvent {
  readonly triggerSource: string;
  readonly [member: string]: unknown;
}

type Handler = (event: TriggerEvent) => unknown;

/** Functions by name. Each gives the `response` of its event; one that throws fails as in Lambda. */
export function functions(handlers: Readonly<Record<string, Handler>>) {
  const events: TriggerEvent[] = [];
  const lambda: LambdaPort = {
    invoke(functionArn, payload) {
      const handler = handlers[functionArn.split(":").at(-1) ?? ""];
      if (handler === undefined) {
        return Promise.reject(new AwsError("ResourceNotFoundException", "Function not found", 404));
      }
      const event = JSON.parse(payload) as TriggerEvent;
      events.push(event);
      try {
        const response = handler(event) ?? event["response"];
        return Promise.resolve({ payload: JSON.stringify({ ...event, response }) });
      } catch (error) {
        const errorMessage = error instanceof Error ? error.message : String(error);
        const errorPayload = JSON.stringify({ errorType: "Error", errorMessage, trace: [] });
        return Promise.resolve({ payload: errorPayload, functionError: "Unhandled" });
      }
    },
  };
  return { lambda, events };
}

/** A pool whose triggers are these functions, named as in `LambdaConfig`. */
export async function start(handlers: Readonly<Record<string, Handler>>, setup: PoolSetup = {}) {
  const { lambda, events } = functions(handlers);
  const config = Object.fromEntries(Object.keys(handlers).map((name) => [name, arn(name)]));
  const { V2, ...named } = config;
  const LambdaConfig =
    V2 === undefined
      ? named
      : { ...named, PreTokenGenerationConfig: { LambdaArn: V2, LambdaVersion: "V2_0" } };
  const pool = await startPool({ ...setup, lambda, pool: { LambdaConfig, ...setup.pool } });
  return { pool, events };
}

export function signIn(
  pool: RunningPool,
  USERNAME = "ada",
  ClientMetadata?: Record<string, string>,
  password = PASSWORD,
) {
  return pool.api.send(
    new InitiateAuthCommand({
      ClientId: pool.apiClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME, PASSWORD: password },
      ClientMetadata,
    }),
  );
}

export function signUp(pool: RunningPool, more: object = {}) {
  return pool.api.send(
    new SignUpCommand({
      ClientId: pool.apiClientId,
      Username: "Ada",
      Password: PASSWORD,
      UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
      ...more,
    }),
  );
}

export function fails(message: string): Handler {
  return () => {
    throw new Error(message);
  };
}
