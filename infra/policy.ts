// How permissions are written here: what may be done, on what, and nothing else.

import * as iam from "aws-cdk-lib/aws-iam";

/** A statement that allows these actions on these resources. */
export function allow(actions: readonly string[], resources: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions: [...actions], resources: [...resources] });
}
