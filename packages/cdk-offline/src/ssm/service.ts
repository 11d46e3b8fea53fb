// AWS Systems Manager Parameter Store on one machine.

import type { Resource } from "../assembly/resource.ts";
import type { JsonService } from "../aws/json-protocol.ts";
import type { Clock } from "../clock.ts";
import { deleteParameter, deleteParameters } from "./delete-parameters.ts";
import { describeParameters, getParameterHistory } from "./describe-parameters.ts";
import { getParameter, getParameters, getParametersByPath, parameterValue } from "./get-parameters.ts";
import { openParameterStore } from "./parameter-store.ts";
import { putParameter } from "./put-parameter.ts";
import type { ParameterProperties } from "./resources.ts";
import { deployParameters } from "./template-parameters.ts";
import type { Tell } from "../state/write-guard.ts";

export interface SsmOptions {
  /** The service's own folder; made when it does not exist. */
  readonly dir: string;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly parameters: readonly Resource<ParameterProperties>[];
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
}

export interface Ssm {
  readonly json: JsonService;
  /** The value of a parameter, by `name` or `name:version`. Throws `AwsError` when there is none. */
  valueOf(reference: string): string;
  close(): void;
}

/** Opens the store and brings it up to the template. Throws `NotServed` for a parameter that AWS would not accept. */
export function openSsm({ dir, clock, region, account, parameters, tell }: SsmOptions): Ssm {
  const store = openParameterStore(dir, tell);
  const context = { store, clock, owner: { region, account } };
  deployParameters(context, parameters);
  return {
    json: {
      target: "AmazonSSM",
      version: "1.1",
      internalError: "InternalServerError",
      operations: {
        GetParameter: (input: unknown) => getParameter(context, input),
        GetParameters: (input: unknown) => getParameters(context, input),
        GetParametersByPath: (input: unknown) => getParametersByPath(context, input),
        PutParameter: (input: unknown) => putParameter(context, input),
        DeleteParameter: (input: unknown) => deleteParameter(store, input),
        DeleteParameters: (input: unknown) => deleteParameters(store, input),
        DescribeParameters: (input: unknown) => describeParameters(context, input),
        GetParameterHistory: (input: unknown) => getParameterHistory(context, input),
      },
    },
    valueOf: (reference) => parameterValue(context, reference),
    close: () => {
      store.close();
    },
  };
}
