// Parameter Store: the greeting texts, and what functions must know that would close a circle in the template.

import { Stack } from "aws-cdk-lib/core";
import * as ssm from "aws-cdk-lib/aws-ssm";
import { Construct } from "constructs";
import type { StageSettings } from "./stage.ts";

/**
 * The texts a stack starts with, in ASCII: CloudFormation gives a template back with question marks for all else, so that
 * every later comparison would find a change. A deployment touches a parameter only when something about it here has
 * changed.
 */
const GREETINGS: Readonly<Record<string, string>> = {
  de: "Hallo {name}, gut, dass Sie da sind!",
  en: "Hello {name}, good to see you!",
};

/** The path under which the greeting texts lie, one parameter a language. */
export function greetingPath(stage: StageSettings): string {
  return `/login-ledger/${stage.name}/greeting`;
}

/** The name of the config parameter: a literal, so that a function's environment refers to no resource. */
export function configName(stage: StageSettings): string {
  return `/login-ledger/${stage.name}/config`;
}

/** The ARN of a parameter, or of everything below a path that ends in `/*`. */
export function parameterArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    service: "ssm",
    resource: "parameter",
    resourceName: name.replace(/^\//, ""),
  });
}

export class Greetings extends Construct {
  constructor(scope: Construct, id: string, { stage }: { readonly stage: StageSettings }) {
    super(scope, id);
    for (const [language, text] of Object.entries(GREETINGS)) {
      new ssm.StringParameter(this, language, {
        parameterName: `${greetingPath(stage)}/${language}`,
        description: `Greeting in ${language}; {name} becomes the user's name`,
        stringValue: text,
      });
    }
  }
}

export interface ConfigProps {
  readonly stage: StageSettings;
  readonly origin: string;
  readonly userPoolId: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly graphqlUrl: string;
  readonly realtimeUrl: string;
  /** Base URL of the pool's domain. */
  readonly loginUrl: string;
}

/**
 * What the functions read at start-up. The authorization server is described in the names of RFC 8414, with the
 * addresses written out: asking the pool's discovery document would cost each start another request.
 */
export class Config extends Construct {
  constructor(scope: Construct, id: string, props: ConfigProps) {
    super(scope, id);
    new ssm.StringParameter(this, "Parameter", {
      parameterName: configName(props.stage),
      description: "Addresses and identifiers that the functions read at start-up; not a secret",
      stringValue: Stack.of(this).toJsonString({
        origin: props.origin,
        userPoolId: props.userPoolId,
        clientId: props.clientId,
        graphqlUrl: props.graphqlUrl,
        realtimeUrl: props.realtimeUrl,
        authorizationServer: {
          issuer: props.issuer,
          authorization_endpoint: `${props.loginUrl}/oauth2/authorize`,
          token_endpoint: `${props.loginUrl}/oauth2/token`,
          revocation_endpoint: `${props.loginUrl}/oauth2/revoke`,
          end_session_endpoint: `${props.loginUrl}/logout`,
        },
      }),
    });
  }
}
