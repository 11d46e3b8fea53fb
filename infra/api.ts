// The GraphQL API: schema, resolvers and the roles of its data sources.

import { RemovalPolicy } from "aws-cdk-lib/core";
import * as appsync from "aws-cdk-lib/aws-appsync";
import type * as cognito from "aws-cdk-lib/aws-cognito";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { fileURLToPath } from "node:url";
import { resolverCode } from "./bundle.ts";
import { retentionOf } from "./ledger-function.ts";
import type { Ledger } from "./ledger.ts";
import { allow } from "./policy.ts";
import type { StageSettings } from "./stage.ts";

const SCHEMA = fileURLToPath(new URL("../schema.graphql", import.meta.url));
const RUNTIME = appsync.FunctionRuntime.JS_1_0_0;

export interface ApiProps {
  readonly stage: StageSettings;
  readonly pool: cognito.UserPool;
  readonly webClient: cognito.UserPoolClient;
  readonly ledger: Ledger;
  readonly loginFile: lambda.Function;
  readonly greeting: lambda.Function;
}

export class Api extends Construct {
  readonly graphql: appsync.GraphqlApi;
  readonly realtimeUrl: string;
  private readonly props: ApiProps;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    this.props = props;
    this.graphql = new appsync.GraphqlApi(this, "GraphQL", {
      name: `login-ledger-${props.stage.name}`,
      definition: appsync.Definition.fromFile(SCHEMA),
      authorizationConfig: {
        defaultAuthorization: {
          authorizationType: appsync.AuthorizationType.USER_POOL,
          userPoolConfig: {
            userPool: props.pool,
            defaultAction: appsync.UserPoolDefaultAction.ALLOW,
            // A regular expression: without the anchors a longer identifier would match as well.
            appIdClientRegex: `^${props.webClient.userPoolClientId}$`,
          },
        },
      },
      introspectionConfig: props.stage.introspection
        ? appsync.IntrospectionConfig.ENABLED
        : appsync.IntrospectionConfig.DISABLED,
      queryDepthLimit: 5,
      resolverCountLimit: 20,
      environmentVariables: { RETENTION_DAYS: String(props.stage.retention.toDays()) },
    });
    const cfnApi = this.graphql.node.defaultChild as appsync.CfnGraphQLApi;
    this.realtimeUrl = cfnApi.attrRealtimeUrl;
    this.logErrors(cfnApi);

    const table = this.tableSource();
    const loginFile = this.functionSource("LoginFileSource", props.loginFile);
    const greeting = this.functionSource("GreetingSource", props.greeting);

    this.pipeline("Mutation", "recordLogin", [
      this.step("put-login", table),
      this.step("read-first-login", table),
      this.step("hand-over-login", loginFile),
    ]);
    this.pipeline("Query", "greeting", [
      this.step("read-own-login", table),
      this.step("last-login", table),
      this.step("fill-greeting", greeting),
    ]);
    this.unit("Query", "thisLogin", table);
    this.unit("Query", "myLogins", table);
    this.unit("Query", "loginsOf", table);
    this.unit("Subscription", "onLogin", this.graphql.addNoneDataSource("NoSource"));
  }

  /** A field resolved by several steps in turn; its code is `resolvers/<type>.<field>.ts`. */
  private pipeline(typeName: string, fieldName: string, steps: appsync.AppsyncFunction[]): void {
    this.graphql.createResolver(`${typeName}.${fieldName}`, {
      typeName,
      fieldName,
      runtime: RUNTIME,
      code: resolverCode(`${typeName}.${fieldName}`),
      pipelineConfig: steps,
    });
  }

  /** A field resolved by one data source; its code is `resolvers/<type>.<field>.ts`. */
  private unit(typeName: string, fieldName: string, dataSource: appsync.BaseDataSource): void {
    dataSource.createResolver(`${typeName}.${fieldName}`, {
      typeName,
      fieldName,
      runtime: RUNTIME,
      code: resolverCode(`${typeName}.${fieldName}`),
    });
  }

  /** A pipeline step; its code is `resolvers/steps/<name>.ts`. */
  private step(name: string, dataSource: appsync.BaseDataSource): appsync.AppsyncFunction {
    return new appsync.AppsyncFunction(this, `Step.${name}`, {
      name: name.replaceAll("-", "_"),
      api: this.graphql,
      dataSource,
      runtime: RUNTIME,
      code: resolverCode(`steps/${name}`),
    });
  }

  private tableSource(): appsync.BaseDataSource {
    const { table } = this.props.ledger;
    // What the data source would grant itself includes deleting and scanning.
    const role = this.sourceRole("TableRole", [
      // GetItem is needed for the put as well: AppSync reads the item after a failed condition.
      allow(["dynamodb:GetItem", "dynamodb:PutItem"], [table.tableArn]),
      allow(["dynamodb:Query"], [`${table.tableArn}/index/byUser`, `${table.tableArn}/index/byName`]),
    ]);
    return new appsync.DynamoDbDataSource(this, "TableSource", {
      api: this.graphql,
      name: "Table",
      table,
      serviceRole: role,
    });
  }

  private functionSource(id: string, fn: lambda.Function): appsync.BaseDataSource {
    const role = this.sourceRole(`${id}Role`, [allow(["lambda:InvokeFunction"], [fn.functionArn])]);
    return new appsync.LambdaDataSource(this, id, {
      api: this.graphql,
      name: id,
      lambdaFunction: fn,
      serviceRole: role,
    });
  }

  private sourceRole(id: string, permissions: readonly iam.PolicyStatement[]): iam.IRole {
    const role = new iam.Role(this, id, { assumedBy: new iam.ServicePrincipal("appsync.amazonaws.com") });
    for (const statement of permissions) role.addToPolicy(statement);
    return role.withoutPolicyUpdates();
  }

  /** Field errors go to the API's log group. Set on the resource itself: the construct would add a custom resource. */
  private logErrors(cfnApi: appsync.CfnGraphQLApi): void {
    const group = new logs.LogGroup(this, "Log", {
      logGroupName: `/aws/appsync/apis/${this.graphql.apiId}`,
      retention: retentionOf(this.props.stage),
      removalPolicy: this.props.stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, "LogRole", {
      assumedBy: new iam.ServicePrincipal("appsync.amazonaws.com"),
    });
    // Not to make the group, which would then be kept for ever.
    role.addToPolicy(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [group.logGroupArn]));
    cfnApi.logConfig = {
      cloudWatchLogsRoleArn: role.roleArn,
      fieldLogLevel: "ERROR",
      excludeVerboseContent: true,
    };
  }
}
