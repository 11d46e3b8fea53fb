// Metrics that a log line carries: CloudWatch takes them out of the line, so that counting needs no call and no permission.

/**
 * What is counted. `UnrecordedLogin`: somebody uses a session that began without a record, and the ledger gave none.
 * `GreetingFallback`: a greeting was not the text that Parameter Store should have given.
 */
export type Metric = "UnrecordedLogin" | "GreetingFallback";

const NAMESPACE = "LoginLedger";

/**
 * The members that make a log line count one of a metric, in CloudWatch's embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricMembers(metric: Metric, functionName: string, nowMs: number) {
  return {
    FunctionName: functionName,
    [metric]: 1,
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: NAMESPACE,
          Dimensions: [["FunctionName"]],
          Metrics: [{ Name: metric, Unit: "Count" }],
        },
      ],
    },
  };
}
