// How every Lambda function of the system is set up: runtime, log group, role.

import { RemovalPolicy, type Duration } from "aws-cdk-lib/core";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { StageSettings } from "./stage.ts";

export interface LedgerFunctionProps {
  readonly stage: StageSettings;
  readonly description: string;
  readonly code: lambda.Code;
  readonly timeout: Duration;
  readonly environment: Record<string, string>;
  /** What the function may do besides writing its log. */
  readonly permissions: readonly iam.PolicyStatement[];
}

/** A function with a role of its own that may do nothing but what is listed. */
export class LedgerFunction extends Construct {
  readonly fn: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: LedgerFunctionProps) {
    super(scope, id);
    this.logGroup = new logs.LogGroup(this, "Log", {
      retention: retentionOf(props.stage),
      removalPolicy: props.stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // The construct's own role would come with a managed policy that reaches every log group of the account.
    const role = new iam.Role(this, "Role", { assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com") });
    this.logGroup.grantWrite(role);
    for (const statement of props.permissions) role.addToPolicy(statement);

    this.fn = new lambda.Function(this, "Function", {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: props.code,
      handler: "index.handler",
      memorySize: 256,
      timeout: props.timeout,
      environment: props.environment,
      role,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      // Start and end of each call say nothing that is read; the log holds what the function writes.
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
    });
  }
}

/** The shortest period CloudWatch Logs knows in which nothing is lost before the stage's retention has ended. */
export function retentionOf({ retention }: StageSettings): logs.RetentionDays {
  const [period] = Object.values(logs.RetentionDays)
    .filter((value): value is logs.RetentionDays => typeof value === "number")
    .filter((value) => value !== logs.RetentionDays.INFINITE && value - retention.toDays() >= 0)
    .sort((one, other) => one - other);
  if (period === undefined) {
    throw new Error(`retention is ${retention.toDays()} days; CloudWatch Logs keeps no log that long`);
  }
  return period;
}
