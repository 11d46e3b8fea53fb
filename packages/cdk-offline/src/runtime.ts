// The whole system on one machine: reads a cloud assembly, starts the services its resources ask for, and connects them.

import { join } from "node:path";
import { localAddresses } from "./assembly/addresses.ts";
import type { Assembly } from "./assembly/assembly.ts";
import { openDeployment } from "./assembly/deployment.ts";
import { resolveTemplate } from "./assembly/resolve.ts";
import { awsEndpoint } from "./aws/endpoint.ts";
import type { Clock } from "./clock.ts";
import type { Fault } from "./cognito/faults.ts";
import { json, type HttpHandler, type HttpRequest, type UpgradeHandler } from "./http/exchange.ts";
import { isTakenOnIpv6 } from "./http/ipv6-neighbour.ts";
import { listenOnLoopback, type LoopbackServer } from "./http/loopback-server.ts";
import { openServices, resourceDefinitions } from "./services.ts";
import { StartError } from "./errors.ts";

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
  /** Known faults of the service to reproduce. Default is none. */
  readonly faults?: ReadonlySet<Fault>;
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

/** What a server hands requests to. */
interface Handlers {
  handler: HttpHandler;
  upgrade?: UpgradeHandler;
}

/** Starts everything. Throws `TemplateError` for what cannot be served and `StartError` for a taken port. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const starting = json(503, { message: "starting" });
  let isReady = false;
  const app: Handlers = { handler: () => Promise.resolve(starting) };
  const aws: Handlers = { handler: () => Promise.resolve(starting), upgrade: () => starting };
  const listen = (name: string, port: number, target: Handlers) => {
    const handlers: Handlers = {
      handler: (request) =>
        request.url.pathname === "/_local/ready" ? readiness() : target.handler(request),
      ...(target.upgrade && { upgrade: (request, connection) => target.upgrade?.(request, connection) }),
    };
    return listenOn(name, port, handlers, options);
  };
  const readiness = () => Promise.resolve(isReady ? json(200, { ready: true }) : json(503, { ready: false }));

  if (options.appPort !== 0 && (await isTakenOnIpv6(options.appPort)))
    throw takenPort("PORT", options.appPort);
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
      faults: options.faults ?? new Set(),
      clock: options.clock,
      log: options.log,
    });
    template.commit();
    app.handler = services.distribution;
    aws.handler = awsEndpoint(services);
    aws.upgrade = services.upgrade;
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
  handlers: Handlers,
  { log }: RuntimeOptions,
): Promise<LoopbackServer> {
  try {
    return await listenOnLoopback({
      port,
      hostNames: ["localhost", "127.0.0.1"],
      maxBodyBytes: MAX_BODY_BYTES,
      ...handlers,
      onError: (error: unknown, request: HttpRequest) => {
        log(
          `${request.method} ${request.url.pathname}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      },
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw takenPort(variable, port, error);
    if (code !== "EACCES") throw error;
    throw new StartError(`port ${port} is not for everybody; choose another with ${variable}=…`, {
      cause: error,
    });
  }
}

function takenPort(variable: string, port: number, cause?: unknown): StartError {
  return new StartError(
    `port ${port} is taken; end what listens there, or choose another with ${variable}=…`,
    { cause },
  );
}
