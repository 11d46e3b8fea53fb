// The REST API: /auth/* for the browser, and POST /logins behind the Cognito authorizer.

import * as apigateway from "aws-cdk-lib/aws-apigateway";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { resourceName } from "./names.ts";
import type { StageSettings } from "./stage.ts";

/** Literal values stand in single quotes, which they cannot hold: hence not `frame-ancestors 'none'` but its forerunner. */
const OWN_ANSWER_HEADERS: Record<string, string> = {
  "Cache-Control": "'no-store'",
  "Referrer-Policy": "'no-referrer'",
  "Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
  "X-Content-Type-Options": "'nosniff'",
  "X-Frame-Options": "'DENY'",
};

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
      restApiName: resourceName(this, props.stage),
      description: `Login ledger, stage ${props.stage.name}: sign-in endpoints and the REST door`,
      // The distribution stands in front; an edge-optimized endpoint would put a second one behind it.
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      deployOptions: { stageName: "v1", throttlingBurstLimit: 500, throttlingRateLimit: 250 },
      cloudWatchRole: false,
    });
    this.requireModernTls(props.stage);
    // The construct's own output; what others may know of the stack stands in one place.
    this.api.node.tryRemoveChild("Endpoint");

    this.hardenOwnAnswers();

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

  /**
   * TLS 1.2 or 1.3. The construct has no property for it; a policy by this kind of name needs an access mode.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
   */
  private requireModernTls({ endpointAccess }: StageSettings): void {
    const api = this.api.node.defaultChild as apigateway.CfnRestApi;
    api.securityPolicy = apigateway.SecurityPolicy.TLS13_1_2_PQ_2025_09;
    api.endpointAccessMode = endpointAccess;
  }

  /** What API Gateway answers itself, such as a 401 or a 413, has the headers that the functions give their answers. */
  private hardenOwnAnswers(): void {
    for (const type of [apigateway.ResponseType.DEFAULT_4XX, apigateway.ResponseType.DEFAULT_5XX]) {
      this.api.addGatewayResponse(type.responseType, { type, responseHeaders: OWN_ANSWER_HEADERS });
    }
  }
}
