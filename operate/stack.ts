// A stack as the commands know it: its outputs file, and AWS SDK clients that reach it.

import { readFileSync } from "node:fs";
import * as v from "valibot";
import { OperateError } from "./errors.ts";

const outputsSchema = v.object({
  Stage: v.string(),
  Region: v.string(),
  AppUrl: v.string(),
  GraphQLUrl: v.string(),
  RealtimeUrl: v.string(),
  UserPoolId: v.string(),
  WebClientId: v.string(),
  LoginUrl: v.string(),
  TableName: v.string(),
  BucketName: v.string(),
  GreetingPath: v.string(),
  LoginLogGroup: v.string(),
  DeadLetterQueueUrl: v.string(),
  PageBucketName: v.string(),
  DistributionId: v.string(),
  ClientSecretArn: v.string(),
  OriginSecretArn: v.string(),
  /** Only where the stack runs on this machine. */
  AwsEndpoint: v.optional(v.string()),
});

export type Outputs = v.InferOutput<typeof outputsSchema>;

export const DEFAULT_OUTPUTS_FILE = "outputs.local.json";

/** Reads the outputs of the one stack in a file written by `npm start` or `cdk deploy --outputs-file`. */
export function readOutputs(path: string): Outputs {
  const parsed = v.safeParse(v.record(v.string(), outputsSchema), readJson(path));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new OperateError(
      `${path} is not an outputs file of the ledger: ${v.getDotPath(issue) ?? ""} ${issue.message}`,
    );
  }
  const stacks = Object.values(parsed.output);
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    throw new OperateError(`${path} holds ${stacks.length} stacks; it must hold exactly one`);
  }
  return stack;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new OperateError(
      `${path} cannot be read (${cause instanceof Error ? cause.message : String(cause)}); start the stack, or name its file with --outputs`,
      { cause },
    );
  }
}

/** What every AWS SDK client of a command is made with. A stack on this machine takes any credentials. */
export function clientConfig({ Region, AwsEndpoint }: Outputs) {
  return AwsEndpoint === undefined
    ? { region: Region }
    : {
        region: Region,
        endpoint: AwsEndpoint,
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      };
}
