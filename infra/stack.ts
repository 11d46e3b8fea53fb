// The whole system as one stack, and what others may know of it: the outputs.

import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { Api } from "./api.ts";
import { Functions } from "./functions.ts";
import { Identity } from "./identity.ts";
import { Ledger } from "./ledger.ts";
import { Page } from "./page.ts";
import { Config, Greetings, greetingPath } from "./parameters.ts";
import { ClientSecret, OriginSecret } from "./secrets.ts";
import { SignIn } from "./sign-in.ts";
import type { StageSettings } from "./stage.ts";

export interface LoginLedgerStackProps extends StackProps {
  readonly stage: StageSettings;
}

export class LoginLedgerStack extends Stack {
  constructor(scope: Construct, id: string, { stage, ...props }: LoginLedgerStackProps) {
    super(scope, id, {
      description: `Login ledger, stage ${stage.name}: signs people in, records every sign-in, greets`,
      terminationProtection: stage.retainData,
      ...props,
    });

    const identity = new Identity(this, "Identity", { stage });
    const ledger = new Ledger(this, "Ledger", { stage });
    const originSecret = new OriginSecret(this, "OriginSecret", { stage });
    const functions = new Functions(this, "Functions", { stage, ledger, originSecret });
    const signIn = new SignIn(this, "SignIn", {
      stage,
      pool: identity.pool,
      loginsScope: identity.loginsScope,
      auth: functions.auth.fn,
      logins: functions.logins.fn,
    });
    const page = new Page(this, "Page", { stage, api: signIn.api, originSecret });
    const webClient = identity.addWebClient(page.origin);
    const clientSecret = new ClientSecret(this, "ClientSecret", { stage, webClient });
    const api = new Api(this, "Api", {
      stage,
      pool: identity.pool,
      webClient,
      ledger,
      loginFile: functions.loginFile.fn,
      greeting: functions.greeting.fn,
    });

    const loginUrl = identity.domain.baseUrl();
    new Greetings(this, "Greetings", { stage });
    new Config(this, "Config", {
      stage,
      origin: page.origin,
      userPoolId: identity.pool.userPoolId,
      issuer: identity.issuer,
      clientId: webClient.userPoolClientId,
      graphqlUrl: api.graphql.graphqlUrl,
      realtimeUrl: api.realtimeUrl,
      loginUrl,
    });

    // Tools, tests and front ends know a stack by these alone.
    this.outputs({
      Stage: stage.name,
      Region: this.region,
      AppUrl: page.origin,
      GraphQLUrl: api.graphql.graphqlUrl,
      RealtimeUrl: api.realtimeUrl,
      UserPoolId: identity.pool.userPoolId,
      WebClientId: webClient.userPoolClientId,
      LoginUrl: loginUrl,
      TableName: ledger.table.tableName,
      BucketName: ledger.files.bucketName,
      GreetingPath: greetingPath(stage),
      LoginLogGroup: functions.loginFile.logGroup.logGroupName,
      DeadLetterQueueUrl: ledger.deadLetters.queueUrl,
      PageBucketName: page.bucket.bucketName,
      DistributionId: page.distribution.distributionId,
      ClientSecretArn: clientSecret.arn,
      OriginSecretArn: originSecret.arn,
    });
  }

  private outputs(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
