// Secrets Manager: what the functions must know and nobody else may, made by AWS and never seen in the template.

import { ArnFormat, Aws, Fn, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { StageSettings } from "./stage.ts";

/**
 * `login-ledger/<GUID of the stack>/<what>`: a stack made anew under its old name does not meet the secrets that the
 * former left. No hyphen stands before the last six characters: AWS takes a name that ends so for part of an ARN.
 */
function secretName(what: "client" | "origin"): string {
  return `login-ledger/${Fn.select(2, Fn.split("/", Aws.STACK_ID))}/${what}`;
}

/**
 * The client's secret by its name alone. A reference would close a circle: the function would need the secret, the secret
 * the web client, the client the distribution's address, the distribution the API, and the API the function.
 */
export const clientSecretName = secretName("client");

/** The ARN of the client's secret: AWS adds a hyphen and six characters to the name. */
export function clientSecretArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: "secretsmanager",
    resource: "secret",
    resourceName: `${clientSecretName}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

export interface OriginSecretProps {
  readonly stage: StageSettings;
}

/** What the distribution adds to requests, so that the functions can tell them from those that reach the API directly. */
export class OriginSecret extends Construct {
  readonly arn: string;
  /** The current value where the template says so: CloudFormation puts it there, and does not notice a later one. */
  readonly value: string;

  constructor(scope: Construct, id: string, { stage }: OriginSecretProps) {
    super(scope, id);
    const secret = new secretsmanager.Secret(this, "Secret", {
      secretName: secretName("origin"),
      description: "What the distribution sends along so that the functions know it",
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      removalPolicy: removalPolicyOf(stage),
    });
    this.arn = secret.secretArn;
    this.value = secret.secretValue.unsafeUnwrap();
  }
}

export interface ClientSecretProps {
  readonly stage: StageSettings;
  readonly webClient: cognito.UserPoolClient;
}

/** What signing in needs: the web client's own secret, and the one from which the keys of the cookies are derived. */
export class ClientSecret extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { stage, webClient }: ClientSecretProps) {
    super(scope, id);
    const { attrClientSecret } = webClient.node.defaultChild as cognito.CfnUserPoolClient;
    const secret = new secretsmanager.Secret(this, "Secret", {
      secretName: clientSecretName,
      description: "The web client's secret, and what the keys of the cookies are derived from",
      generateSecretString: {
        secretStringTemplate: Stack.of(this).toJsonString({ clientSecret: attrClientSecret }),
        generateStringKey: "sealKey",
        passwordLength: 43, // of 62 characters: 256 bits
        excludePunctuation: true,
      },
      removalPolicy: removalPolicyOf(stage),
    });
    this.arn = secret.secretArn;
  }
}

function removalPolicyOf({ retainData }: StageSettings): RemovalPolicy {
  return retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
