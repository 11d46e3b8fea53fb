// The REST API: /auth/* for the browser, and POST /logins behind the Cognito authorizer.

import * as apigateway from "aws-cdk-lib/aws-apigateway";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { StageSettings } from "./stage.ts";

export interface SignInProps {
  readonly stage: StageSettings;
  readonly pool: cognito.UserPool;
  readonly loginsScope: cognito.OAuthScope;
  readonly auth: lambda.Function;
  readonly logins: lambda.Function;
}

export class SignIn extends Construct {
  readonly api: apigateway.RestApi;

  constructor(scope: Construct, id: string, props: SignInProps) {
    super(scope, id);
    this.api = new apigateway.RestApi(this, "Api", {
      description: `Login ledger, stage ${props.stage.name}: sign-in endpoints and the REST door`,
      // The distribution stands in front; an edge-optimized endpoint would put a second one behind it.
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      deployOptions: { stageName: "v1", throttlingBurstLimit: 500, throttlingRateLimit: 250 },
      cloudWatchRole: false,
    });
    // The construct's own output; what others may know of the stack stands in one place.
    this.api.node.tryRemoveChild("Endpoint");

    // The function answers wrong methods and unknown paths itself, in its own form.
    this.api.root.addResource("auth").addProxy({
      anyMethod: true,
      defaultIntegration: new apigateway.LambdaIntegration(props.auth, { allowTestInvoke: false }),
    });

    this.api.root
      .addResource("logins")
      .addMethod("POST", new apigateway.LambdaIntegration(props.logins, { allowTestInvoke: false }), {
        authorizer: new apigateway.CognitoUserPoolsAuthorizer(this, "Authorizer", {
          cognitoUserPools: [props.pool],
        }),
        // With a scope the authorizer takes access tokens only; without one it would take ID tokens.
        authorizationScopes: [props.loginsScope.scopeName],
      });
  }
}
