// The four Lambda functions, each with what it may do.

import { Aws, Duration, Fn } from "aws-cdk-lib/core";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import { bundleFunctions } from "./bundle.ts";
import { LedgerFunction } from "./ledger-function.ts";
import type { Ledger } from "./ledger.ts";
import { configName, greetingPath, parameterArn } from "./parameters.ts";
import { allow } from "./policy.ts";
import type { StageSettings } from "./stage.ts";

/**
 * What the distribution adds to requests, so that the functions can tell them from those that reach API Gateway
 * directly: a value nobody outside the account knows, and no secret to keep. The GUID of the stack's identifier.
 */
export const originSecret = Fn.select(2, Fn.split("/", Aws.STACK_ID));

export interface FunctionsProps {
  readonly stage: StageSettings;
  readonly ledger: Ledger;
  readonly pool: cognito.UserPool;
}

export class Functions extends Construct {
  readonly auth: LedgerFunction;
  readonly logins: LedgerFunction;
  readonly loginFile: LedgerFunction;
  readonly greeting: LedgerFunction;

  constructor(scope: Construct, id: string, { stage, ledger, pool }: FunctionsProps) {
    super(scope, id);
    const codeOf = bundleFunctions(this, ["auth", "logins", "login-file", "greeting"]);
    const config = configName(stage);
    const readsConfig = allow(["ssm:GetParameter"], [parameterArn(this, config)]);

    this.auth = new LedgerFunction(this, "Auth", {
      stage,
      description: "Signs people in: code exchange, record, session cookie",
      code: codeOf("auth"),
      // Longer than all its own limits together, so that it is never ended between a token and its revocation.
      timeout: Duration.seconds(28),
      environment: { CONFIG_PARAMETER: config, ORIGIN_SECRET: originSecret, AUDIT_MODE: stage.audit },
      permissions: [readsConfig, allow(["cognito-idp:DescribeUserPoolClient"], [pool.userPoolArn])],
    });

    this.logins = new LedgerFunction(this, "Logins", {
      stage,
      description: "The REST door: records the sign-in of a verified access token and greets",
      code: codeOf("logins"),
      timeout: Duration.seconds(25),
      environment: { CONFIG_PARAMETER: config, ORIGIN_SECRET: originSecret },
      permissions: [readsConfig],
    });

    this.loginFile = new LedgerFunction(this, "LoginFile", {
      stage,
      description: "Writes the file and the log line of a sign-in",
      code: codeOf("login-file"),
      timeout: Duration.seconds(20),
      environment: { BUCKET: ledger.files.bucketName },
      permissions: [
        allow(["s3:PutObject", "s3:GetObject"], [ledger.files.arnForObjects("*")]),
        allow(["sqs:SendMessage"], [ledger.deadLetters.queueArn]),
      ],
    });
    this.loginFile.fn.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      // The construct's own destination would grant reading the queue's attributes as well.
      onFailure: { bind: () => ({ destination: ledger.deadLetters.queueArn }) },
    });

    this.greeting = new LedgerFunction(this, "Greeting", {
      stage,
      description: "Fills the greeting text of a language with the user's name",
      code: codeOf("greeting"),
      timeout: Duration.seconds(5),
      environment: {
        GREETING_PATH: greetingPath(stage),
        CACHE_SECONDS: String(stage.greetingCache.toSeconds()),
      },
      permissions: [allow(["ssm:GetParametersByPath"], [parameterArn(this, greetingPath(stage))])],
    });
  }
}
