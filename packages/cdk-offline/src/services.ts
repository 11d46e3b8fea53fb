// The services of one stack: opened in the order in which they need one another, and connected.

import { join } from "node:path";
import * as apiGateway from "./api-gateway/resources.ts";
import { openApiGateway, type ApiGateway } from "./api-gateway/service.ts";
import { apiLog } from "./api-log.ts";
import * as appsync from "./appsync/resources.ts";
import { openAppSync, type AppSync } from "./appsync/service.ts";
import type { Assembly } from "./assembly/assembly.ts";
import { holdsDynamicValue, withDynamicValues } from "./assembly/dynamic-references.ts";
import type { ResolvedTemplate } from "./assembly/resolve.ts";
import type { Resource, ResourceDefinition } from "./assembly/resource.ts";
import type { AwsEndpointOptions, PathService } from "./aws/endpoint.ts";
import { AwsError } from "./aws/errors.ts";
import { checkTemplate } from "./check-template.ts";
import type { Clock } from "./clock.ts";
import * as cloudfront from "./cloudfront/resources.ts";
import { openCloudFront } from "./cloudfront/service.ts";
import type { Fault } from "./cognito/faults.ts";
import { cognitoResources } from "./cognito/resources.ts";
import { userPoolGroup, userPoolResourceServer } from "./cognito/resources/group-and-resource-server.ts";
import { userPoolClient } from "./cognito/resources/user-pool-client.ts";
import { userPoolDomain } from "./cognito/resources/user-pool-domain.ts";
import { userPool } from "./cognito/resources/user-pool.ts";
import { openCognito } from "./cognito/service.ts";
import type { LambdaPort } from "./cognito/triggers/invoke-trigger.ts";
import * as dynamodb from "./dynamodb/resources.ts";
import { openDynamoDb } from "./dynamodb/service.ts";
import { dynamicValues, type ValueSources } from "./dynamic-values.ts";
import { WriteRefused } from "./errors.ts";
import type { HttpHandler, UpgradeHandler } from "./http/exchange.ts";
import * as lambda from "./lambda/resources.ts";
import { openLambda } from "./lambda/service.ts";
import * as logs from "./logs/resources.ts";
import { openLogs } from "./logs/service.ts";
import * as s3 from "./s3/resources.ts";
import { openS3 } from "./s3/service.ts";
import * as secretsManager from "./secrets-manager/resources.ts";
import { openSecretsManager } from "./secrets-manager/service.ts";
import * as sqs from "./sqs/resources.ts";
import { openSqs } from "./sqs/service.ts";
import * as ssm from "./ssm/resources.ts";
import { openSsm } from "./ssm/service.ts";

/** Every resource type that is served. */
export const resourceDefinitions: readonly ResourceDefinition<unknown>[] = [
  ...apiGateway.apiGatewayResources,
  ...appsync.appsyncResources,
  ...cloudfront.cloudfrontResources,
  ...cognitoResources,
  ...dynamodb.dynamodbResources,
  ...lambda.lambdaResources,
  ...logs.logsResources,
  ...s3.s3Resources,
  ...secretsManager.secretsManagerResources,
  ...sqs.sqsResources,
  ...ssm.ssmResources,
];

/** No service's folder: there is none of this name. */
const NOT_MADE = "not-made";

export interface ServicesOptions {
  readonly template: ResolvedTemplate;
  readonly assembly: Assembly;
  /** Each service keeps its state in a folder of its own in here. */
  readonly directory: string;
  /** Empties that folder before the first write; what is in it until then counts as not there. */
  readonly begin?: () => void;
  readonly region: string;
  readonly account: string;
  /** Where everything of AWS is reached, such as `http://127.0.0.1:4001`. */
  readonly awsEndpoint: string;
  /** Known faults of the service to reproduce. */
  readonly faults: ReadonlySet<Fault>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

export interface Services extends Omit<AwsEndpointOptions, "ownOrigins"> {
  /** What browsers reach at the distribution's origin; `undefined` for a template without one. */
  readonly distribution: HttpHandler | undefined;
  /** Takes WebSocket connections to what is reached at AWS's address. */
  readonly upgrade: UpgradeHandler;
  /** Takes up what an earlier process left undone; to be called once the services can be reached. */
  resume(): void;
  close(): Promise<void>;
}

/**
 * Opens all services. Rejects with `TemplateError` for everything of the template that is refused, before anything is
 * written; for the first service that cannot be opened with its error, those already open closed again.
 */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { assembly, region, account, clock, log, awsEndpoint } = options;
  const place = { region, account, clock };
  const stored = { ...place, tell: log };
  const dir = (service: string) => join(options.directory, service);
  const closing: (() => void | Promise<void>)[] = [];
  let openedApi: AppSync | undefined;
  // In the reverse order, so that nothing is closed under what still uses it.
  const close = async () => {
    await openedApi?.close();
    for (const closeOne of closing.splice(0).reverse()) await closeOne();
  };
  const opened = <Service extends { close(): void | Promise<void> }>(service: Service): Service => {
    closing.push(() => service.close());
    return service;
  };

  // Filled as the services are opened: a dynamic reference can be to what is open already.
  const sources: ValueSources = {};
  const template = {
    of: <Properties>(definition: ResourceDefinition<Properties>): readonly Resource<Properties>[] =>
      options.template
        .of(definition)
        .map((resource) => withDynamicValues(resource, dynamicValues(sources, resource.logicalId))),
  };

  try {
    const directoryOf = (service: string) => (options.begin === undefined ? dir(service) : dir(NOT_MADE));
    await checkTemplate({ ...options, directoryOf });
    const openApi = () =>
      openAppSync({
        ...place,
        dir: dir("appsync"),
        apis: template.of(appsync.graphqlApi),
        schemas: template.of(appsync.graphqlSchema),
        dataSources: template.of(appsync.dataSource),
        functions: template.of(appsync.functionConfiguration),
        resolvers: template.of(appsync.resolver),
        dynamodb: { call: (operation, input) => tables.call(operation, input) },
        lambda: {
          invoke: (name, payload) => functions.invoke(name, payload),
          enqueue: (name, payload) => functions.enqueue(name, payload),
        },
        verifyToken: (userPoolId, token) => verifyToken(userPoolId, token),
        onRequestLog: (entry) => {
          requestLog(entry);
        },
      });
    // Loading the API is the last check: it is opened before what it calls, so that nothing is written when it refuses.
    // Only where it refers to values of other services it has to wait for them.
    const isWaiting = appsync.appsyncResources.some((definition) =>
      options.template.of<unknown>(definition).some(({ properties }) => holdsDynamicValue(properties)),
    );
    await options.template.passed(async () => {
      if (!isWaiting) openedApi = await openApi();
    });
    options.begin?.();
    options.template.save();
    const parameters = opened(
      openSsm({ ...stored, dir: dir("ssm"), parameters: template.of(ssm.parameterResource) }),
    );
    sources.parameters = parameters;
    const logGroups = opened(
      openLogs({ ...stored, dir: dir("logs"), groups: template.of(logs.logGroupResource) }),
    );
    const buckets = opened(openS3({ ...stored, dir: dir("s3"), buckets: template.of(s3.bucketResource) }));
    const queues = opened(openSqs({ ...stored, dir: dir("sqs"), queues: template.of(sqs.queueResource) }));
    const tables = opened(
      await openDynamoDb({
        clock,
        tell: log,
        dir: dir("dynamodb"),
        tables: [...template.of(dynamodb.globalTableResource), ...template.of(dynamodb.tableResource)],
      }),
    );
    const domains = template.of(userPoolDomain);
    // Functions call the pools and pools call functions: the ones opened first reach the others through this.
    let triggerFunctions: LambdaPort = notOpenedYet;
    const userPools = opened(
      await openCognito({
        ...stored,
        dir: dir("cognito"),
        origin: awsEndpoint,
        faults: options.faults,
        pools: template.of(userPool),
        clients: template.of(userPoolClient),
        domains,
        groups: template.of(userPoolGroup),
        resourceServers: template.of(userPoolResourceServer),
        lambda: { invoke: (name, payload) => triggerFunctions.invoke(name, payload) },
        mail: ({ to, subject, code }) => {
          // A temporary password goes nowhere but into the outbox.
          const shown = /^\d{6}$/.test(code) ? code : `to be read at ${awsEndpoint}/_local/outbox`;
          log(`mail to ${to}: ${subject}: ${shown}`);
        },
      }),
    );
    sources.userPools = userPools;
    const secrets = opened(
      openSecretsManager({
        ...stored,
        dir: dir("secrets-manager"),
        secrets: template.of(secretsManager.secretResource),
      }),
    );
    sources.secrets = secrets;
    const verifyToken = (userPoolId: string, token: string) => userPools.verifyToken(userPoolId, token);
    const functions = opened(
      await openLambda({
        ...stored,
        dir: dir("lambda"),
        functions: template.of(lambda.functionResource),
        eventInvokeConfigs: template.of(lambda.eventInvokeConfigResource),
        codeDirectory: (_, s3Key) => assembly.assetDirectory(s3Key),
        environment: lambdaEnvironment(region, awsEndpoint),
        hostMap: {
          hosts: Object.fromEntries(
            [
              `cognito-idp.${region}.amazonaws.com`,
              ...domains.map(({ ref }) => `${ref}.auth.${region}.amazoncognito.com`),
            ].map((host) => [host, awsEndpoint]),
          ),
        },
        logs: logGroups,
        queue: queues,
        onFault: (error) => {
          if (!(error instanceof WriteRefused)) console.error(error); // of that the terminal has been told
        },
      }),
    );
    triggerFunctions = functions;
    const graphql = (openedApi ??= await openApi());
    const requestLog = apiLog({
      apiId: template.of(appsync.graphqlApi)[0]?.attributes["ApiId"] ?? "",
      clock,
      logs: logGroups,
      log,
    });
    const restApis = openApiGateway({
      ...place,
      apis: template.of(apiGateway.restApiResource),
      resources: template.of(apiGateway.resourceResource),
      methods: template.of(apiGateway.methodResource),
      authorizers: template.of(apiGateway.authorizerResource),
      deployments: template.of(apiGateway.deploymentResource),
      stages: template.of(apiGateway.stageResource),
      requestValidators: template.of(apiGateway.requestValidatorResource),
      models: template.of(apiGateway.modelResource),
      gatewayResponses: template.of(apiGateway.gatewayResponseResource),
      lambda: functions,
      verifyToken,
    });
    const cloudFront = openCloudFront({
      ...place,
      log,
      functions: template.of(cloudfront.functionResource),
      distributions: template.of(cloudfront.distributionResource),
      responseHeadersPolicies: template.of(cloudfront.responseHeadersPolicyResource),
      originAccessControls: template.of(cloudfront.originAccessControlResource),
      s3Read: buckets,
      apiGateway: restApis,
    });
    const distribution = cloudFront && opened(cloudFront);
    return {
      jsonServices: [tables.json, logGroups.json, parameters.json, queues.json, secrets.json, userPools.json],
      signedServices: {
        appsync: graphql.signedHandler,
        ...(distribution && { cloudfront: distribution.api }),
        lambda: functions.handler,
        s3: buckets.handler,
      },
      pathServices: [graphql, userPools, directAddress(restApis)],
      distribution: distribution?.handler,
      upgrade: graphql.upgrade,
      resume: () => {
        functions.resume();
      },
      close,
    };
  } catch (error) {
    await close();
    throw options.template.told(error);
  }
}

const notOpenedYet: LambdaPort = {
  invoke: () => Promise.reject(new AwsError("ServiceException", "Lambda is not there yet", 500)),
};

/** What Lambda puts into every function's environment, with credentials that the local services take. */
function lambdaEnvironment(region: string, awsEndpoint: string): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: awsEndpoint,
    // The functions are built for Node 20 so that they run here; the SDK's note on its age is not for their logs.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

const DIRECT_ADDRESS = /^\/_local\/execute-api\/([^/]+)(\/.*)$/s;

/** API Gateway without the distribution in front, which on AWS has a host name of its own. */
function directAddress(restApis: ApiGateway): PathService {
  return {
    serves: (path) => DIRECT_ADDRESS.test(path),
    // As on AWS: what an API lets pages of other origins do is its own matter.
    foreignPages: () => "all",
    handler: (request) => {
      const [, apiId = "", stagePath = ""] = DIRECT_ADDRESS.exec(request.url.pathname) ?? [];
      return restApis.handle(apiId, stagePath, request);
    },
  };
}
