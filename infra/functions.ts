// The four Lambda functions, each with what it may do.

import { Duration } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { bundleFunctions } from "./bundle.ts";
import { LedgerFunction } from "./ledger-function.ts";
import type { Ledger } from "./ledger.ts";
import { configName, greetingPath, parameterArn } from "./parameters.ts";
import { allow } from "./policy.ts";
import { clientSecretArn, clientSecretName, type OriginSecret } from "./secrets.ts";
import type { StageSettings } from "./stage.ts";

export interface FunctionsProps {
  readonly stage: StageSettings;
  readonly ledger: Ledger;
  readonly originSecret: OriginSecret;
}

export class Functions extends Construct {
  readonly auth: LedgerFunction;
  readonly logins: LedgerFunction;
  readonly loginFile: LedgerFunction;
  readonly greeting: LedgerFunction;

  constructor(scope: Construct, id: string, { stage, ledger, originSecret }: FunctionsProps) {
    super(scope, id);
    const codeOf = bundleFunctions(this, ["auth", "logins", "login-file", "greeting"]);
    const config = configName(stage);
    const readsConfig = allow(["ssm:GetParameter"], [parameterArn(this, config)]);
    const readsSecrets = (...arns: string[]) => allow(["secretsmanager:GetSecretValue"], arns);

    this.auth = new LedgerFunction(this, "Auth", {
      stage,
      description: "Signs people in: code exchange, record, session cookie",
      code: codeOf("auth"),
      // Longer than all its own limits together, so that it is never ended between a token and its revocation.
      timeout: Duration.seconds(28),
      environment: {
        CONFIG_PARAMETER: config,
        CLIENT_SECRET_ID: clientSecretName,
        ORIGIN_SECRET_ID: originSecret.arn,
        AUDIT_MODE: stage.audit,
      },
      permissions: [readsConfig, readsSecrets(clientSecretArn(this), originSecret.arn)],
    });

    this.logins = new LedgerFunction(this, "Logins", {
      stage,
      description: "The REST door: records the sign-in of a verified access token and greets",
      code: codeOf("logins"),
      timeout: Duration.seconds(25),
      environment: { CONFIG_PARAMETER: config, ORIGIN_SECRET_ID: originSecret.arn },
      permissions: [readsConfig, readsSecrets(originSecret.arn)],
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
