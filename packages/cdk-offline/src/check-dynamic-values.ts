// What of a template's dynamic references would be refused once the services are open, told before any of them is.

import { existsSync } from "node:fs";
import * as apiGateway from "./api-gateway/resources.ts";
import * as appsync from "./appsync/resources.ts";
import { withDynamicValues, type DynamicValues } from "./assembly/dynamic-references.ts";
import type { Refusals } from "./assembly/refusals.ts";
import type { ResolvedTemplate } from "./assembly/resolve.ts";
import type { ResourceDefinition } from "./assembly/resource.ts";
import { AwsError } from "./aws/errors.ts";
import * as cloudfront from "./cloudfront/resources.ts";
import { cognitoResources } from "./cognito/resources.ts";
import * as dynamodb from "./dynamodb/resources.ts";
import { dynamicValues, type ValueSources } from "./dynamic-values.ts";
import * as lambda from "./lambda/resources.ts";
import * as logs from "./logs/resources.ts";
import * as s3 from "./s3/resources.ts";
import * as secretsManager from "./secrets-manager/resources.ts";
import { findSecret, nameInArn, type Owner } from "./secrets-manager/secret-id.ts";
import { openSecretStore } from "./secrets-manager/secret-store.ts";
import * as sqs from "./sqs/resources.ts";
import { openParameterStore } from "./ssm/parameter-store.ts";
import * as ssm from "./ssm/resources.ts";

export interface DynamicCheckOptions {
  readonly template: ResolvedTemplate;
  readonly directoryOf: (service: string) => string;
  readonly owner: Owner;
}

/**
 * Adds to the template's refusals every reference to a service that is opened later, and to a parameter or a secret that
 * neither the template nor the state holds. Versions and members are looked up when the values are put in place.
 */
export function checkDynamicValues(options: DynamicCheckOptions): void {
  const { template } = options;
  const [parameters, secrets] = [parametersOf(options), secretsOf(options)];
  const userPools = { clientSecretOf: () => "" };
  // In the order in which the services are opened.
  const stages: readonly (readonly [ValueSources, readonly ResourceDefinition<unknown>[]])[] = [
    [{}, ssm.ssmResources],
    [
      { parameters },
      [
        ...logs.logsResources,
        ...s3.s3Resources,
        ...sqs.sqsResources,
        ...dynamodb.dynamodbResources,
        ...cognitoResources,
      ],
    ],
    [{ parameters, userPools }, secretsManager.secretsManagerResources],
    [
      { parameters, userPools, secrets },
      [
        ...lambda.lambdaResources,
        ...appsync.appsyncResources,
        ...apiGateway.apiGatewayResources,
        ...cloudfront.cloudfrontResources,
      ],
    ],
  ];
  for (const [sources, definitions] of stages) {
    for (const resource of definitions.flatMap((definition) => template.of<unknown>(definition))) {
      const values = dynamicValues(sources, resource.logicalId);
      // What was deployed the last time is compared with and never refused.
      withDynamicValues({ ...resource, deployedProperties: undefined }, tried(values, template.refusals));
    }
  }
}

/** The values, of which each that is refused is told and leaves nothing in its place. */
function tried(values: DynamicValues, refusals: Refusals): DynamicValues {
  return {
    parameter: (reference) => refusals.attempt(() => values.parameter(reference)) ?? "",
    secret: (reference) => refusals.attempt(() => values.secret({ ...reference, jsonKey: undefined })) ?? "",
    attribute: (ref, attribute) => refusals.attempt(() => values.attribute(ref, attribute)) ?? "",
  };
}

function parametersOf({
  template,
  directoryOf,
}: DynamicCheckOptions): NonNullable<ValueSources["parameters"]> {
  const names = new Set(template.of(ssm.parameterResource).map(({ ref }) => ref));
  return {
    valueOf(reference) {
      if (reference.startsWith("arn:")) return ""; // looked up when it is put in place
      const name = reference.replace(/:[^:]*$/, "");
      if (names.has(name) || isStored(name)) return "";
      throw new AwsError("ParameterNotFound", "");
    },
  };

  function isStored(name: string): boolean {
    const dir = directoryOf("ssm");
    if (!existsSync(dir)) return false;
    const store = openParameterStore(dir);
    try {
      return store.get(name) !== undefined;
    } finally {
      store.close();
    }
  }
}

function secretsOf({
  template,
  directoryOf,
  owner,
}: DynamicCheckOptions): NonNullable<ValueSources["secrets"]> {
  const arns = template.of(secretsManager.secretResource).map(({ ref }) => ref);
  const ids = new Set(arns.flatMap((arn) => [arn, nameInArn(arn), arn.replace(/-[A-Za-z0-9]{6}$/, "")]));
  return {
    textOf(id) {
      if (ids.has(id)) return "";
      const dir = directoryOf("secrets-manager");
      const store = existsSync(dir) ? openSecretStore(dir) : undefined;
      try {
        findSecret(store ?? { get: () => undefined, list: () => [] }, owner, id);
        return "";
      } finally {
        store?.close();
      }
    },
  };
}
