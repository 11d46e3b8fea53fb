// The whole system on one machine: reads a cloud assembly, starts the services its resources ask for, and connects them.

import { join } from "node:path";
import { localAddresses } from "./assembly/addresses.ts";
import type { Assembly } from "./assembly/assembly.ts";
import { openDeployment } from "./assembly/deployment.ts";
import { resolveTemplate } from "./assembly/resolve.ts";
import { awsEndpoint } from "./aws/endpoint.ts";
import type { Clock } from "./clock.ts";
import { json, type HttpHandler, type HttpRequest } from "./http/exchange.ts";
import { listenOnLoopback, type LoopbackServer } from "./http/loopback-server.ts";
import { openServices, resourceDefinitions } from "./services.ts";
import { StartError } from "./start-error.ts";

const REGION = "us-east-1";
const ACCOUNT = "000000000000";
/** Room for the largest object that is put in one piece here; API Gateway's own limit is lower and kept there. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface RuntimeOptions {
  readonly assembly: Assembly;
  /** The state folder. */
  readonly directory: string;
  /** Port of the page's origin; 0 = any free one. */
  readonly appPort: number;
  /** Port of everything of AWS; 0 = any free one. */
  readonly awsPort: number;
  readonly clock: Clock;
  /** Takes a line about something that happened outside any request's answer. */
  readonly log: (line: string) => void;
}

export interface Runtime {
  readonly stackName: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** The page's origin. */
  readonly appUrl: string;
  /** Everything of AWS. */
  readonly awsEndpoint: string;
  /** From now on `/_local/ready` says so. */
  ready(): void;
  /** Ends all servers and services; what was acknowledged is stored. */
  close(): Promise<void>;
}

/** Starts everything. Throws `TemplateError` for what cannot be served and `StartError` for a taken port. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const starting: HttpHandler = () => Promise.resolve(json(503, { message: "starting" }));
  let isReady = false;
  const app = { handler: starting };
  const aws = { handler: starting };
  const listen = (name: string, port: number, target: { handler: HttpHandler }) =>
    listenOn(
      name,
      port,
      (request) => (request.url.pathname === "/_local/ready" ? readiness() : target.handler(request)),
      options,
    );
  const readiness = () => Promise.resolve(isReady ? json(200, { ready: true }) : json(503, { ready: false }));

  const appServer = await listen("PORT", options.appPort, app);
  let awsServer: LoopbackServer;
  try {
    awsServer = await listen("AWS_PORT", options.awsPort, aws);
  } catch (error) {
    await appServer.close();
    throw error;
  }
  const closeServers = () => Promise.all([appServer.close(), awsServer.close()]);

  try {
    // Two host names, because browsers share cookies among all ports of one: page and pool stay apart as on AWS.
    const appUrl = `http://localhost:${appServer.port}`;
    const awsUrl = `http://127.0.0.1:${awsServer.port}`;
    const { assembly } = options;
    const template = resolveTemplate({
      template: assembly.template,
      stackName: assembly.stackName,
      region: REGION,
      account: ACCOUNT,
      deployment: openDeployment(options.directory),
      definitions: resourceDefinitions,
      localize: localAddresses({ appUrl, awsEndpoint: awsUrl, region: REGION }),
    });
    const services = await openServices({
      template,
      assembly,
      directory: join(options.directory, "services"),
      region: REGION,
      account: ACCOUNT,
      awsEndpoint: awsUrl,
      clock: options.clock,
      log: options.log,
    });
    template.commit();
    app.handler = services.distribution;
    aws.handler = awsEndpoint(services);
    services.resume();
    return {
      stackName: assembly.stackName,
      outputs: template.outputs,
      appUrl,
      awsEndpoint: awsUrl,
      ready() {
        isReady = true;
      },
      async close() {
        await closeServers();
        await services.close();
      },
    };
  } catch (error) {
    await closeServers();
    throw error;
  }
}

async function listenOn(
  variable: string,
  port: number,
  handler: HttpHandler,
  { log }: RuntimeOptions,
): Promise<LoopbackServer> {
  try {
    return await listenOnLoopback({
      port,
      hostNames: ["localhost", "127.0.0.1"],
      maxBodyBytes: MAX_BODY_BYTES,
      handler,
      onError: (error: unknown, request: HttpRequest) => {
        log(
          `${request.method} ${request.url.pathname}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      },
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new StartError(
      `port ${port} is taken; end what listens there, or choose another with ${variable}=…`,
      {
        cause: error,
      },
    );
  }
}
