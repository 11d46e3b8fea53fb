// Asks the services what they would refuse of a template, before any of them is opened and writes something.

import * as apiGateway from "./api-gateway/resources.ts";
import { checkRestApis } from "./api-gateway/rest-api.ts";
import type { Assembly } from "./assembly/assembly.ts";
import { holdsDynamicValue } from "./assembly/dynamic-references.ts";
import type { ResolvedTemplate } from "./assembly/resolve.ts";
import type { Resource } from "./assembly/resource.ts";
import { checkDynamicValues } from "./check-dynamic-values.ts";
import type { Clock } from "./clock.ts";
import { assembleDistribution } from "./cloudfront/distribution.ts";
import * as cloudfront from "./cloudfront/resources.ts";
import { checkPools } from "./cognito/check-pools.ts";
import { userPoolResourceServer } from "./cognito/resources/group-and-resource-server.ts";
import { userPoolClient } from "./cognito/resources/user-pool-client.ts";
import { userPoolDomain } from "./cognito/resources/user-pool-domain.ts";
import { userPool } from "./cognito/resources/user-pool.ts";
import { storePath } from "./cognito/service.ts";
import { checkTables } from "./dynamodb/check-tables.ts";
import * as dynamodb from "./dynamodb/resources.ts";
import { checkFunctions } from "./lambda/function-config.ts";
import * as lambda from "./lambda/resources.ts";
import { secretResource } from "./secrets-manager/resources.ts";
import { checkSecrets } from "./secrets-manager/template-secrets.ts";
import * as ssm from "./ssm/resources.ts";
import { checkParameters } from "./ssm/template-parameters.ts";
import type { Tell } from "./state/write-guard.ts";

export interface CheckOptions {
  readonly template: ResolvedTemplate;
  readonly assembly: Assembly;
  /** The folder of a service, which need not be there. */
  readonly directoryOf: (service: string) => string;
  readonly region: string;
  readonly account: string;
  readonly clock: Clock;
  readonly log: Tell;
}

/** Adds to the template's refusals what the services refuse, but for AppSync, which loads an API to check it. */
export async function checkTemplate(options: CheckOptions): Promise<void> {
  const { template, assembly, directoryOf, region, account, clock, log: tell } = options;
  const { refusals } = template;
  const owner = { region, account };
  checkDynamicValues({ template, directoryOf, owner });
  const parameters = template.of(ssm.parameterResource).filter(isKnown);
  refusals.add(...checkParameters({ dir: directoryOf("ssm"), clock, owner, tell }, parameters));
  const tables = [...template.of(dynamodb.globalTableResource), ...template.of(dynamodb.tableResource)];
  refusals.add(...(await checkTables(directoryOf("dynamodb"), tables, tell)));
  const pools = {
    ...owner,
    clock,
    pools: template.of(userPool),
    clients: template.of(userPoolClient).filter(isKnown),
    domains: template.of(userPoolDomain),
    resourceServers: template.of(userPoolResourceServer),
  };
  refusals.add(...checkPools(storePath(directoryOf("cognito")), pools, tell));
  refusals.add(...checkSecrets(template.of(secretResource)));
  const codeDirectory = (_: string, s3Key: string) => assembly.assetDirectory(s3Key);
  refusals.add(...checkFunctions(template.of(lambda.functionResource), codeDirectory));
  const apis = template.of(apiGateway.restApiResource);
  refusals.add(
    ...checkRestApis({
      apis,
      resources: template.of(apiGateway.resourceResource),
      methods: template.of(apiGateway.methodResource),
      authorizers: template.of(apiGateway.authorizerResource),
      deployments: template.of(apiGateway.deploymentResource),
      stages: template.of(apiGateway.stageResource),
      requestValidators: template.of(apiGateway.requestValidatorResource),
      models: template.of(apiGateway.modelResource),
      gatewayResponses: template.of(apiGateway.gatewayResponseResource),
    }),
  );
  const distribution = {
    distributions: template.of(cloudfront.distributionResource),
    functions: template.of(cloudfront.functionResource),
    responseHeadersPolicies: template.of(cloudfront.responseHeadersPolicyResource),
    originAccessControls: template.of(cloudfront.originAccessControlResource),
  };
  if (distribution.distributions.length === 0) return;
  const apiIds = apis.map(({ ref }) => ref);
  refusals.attempt(() => assembleDistribution(distribution, region, apiIds));
}

/** Whether nothing of a resource is a value that is put in its place only when it is opened. */
function isKnown({ properties }: Resource<unknown>): boolean {
  return !holdsDynamicValue(properties);
}
