// One cloud assembly on one machine: resolves its template, starts the services its resources ask for, and connects them.

import { join } from "node:path";
import { localAddresses } from "./assembly/addresses.ts";
import type { Assembly } from "./assembly/assembly.ts";
import { openDeployment } from "./assembly/deployment.ts";
import { resolveTemplate } from "./assembly/resolve.ts";
import { awsEndpoint } from "./aws/endpoint.ts";
import type { Clock } from "./clock.ts";
import { distributionResource } from "./cloudfront/resources.ts";
import type { Fault } from "./cognito/faults.ts";
import { PortError, WriteRefused } from "./errors.ts";
import { json, type HttpHandler, type HttpRequest, type UpgradeHandler } from "./http/exchange.ts";
import { isTakenOnIpv6 } from "./http/ipv6-neighbour.ts";
import { listenOnLoopback, type LoopbackServer } from "./http/loopback-server.ts";
import { openServices, resourceDefinitions } from "./services.ts";
import { orStorageFault } from "./state/file-system-error.ts";

/** Room for the largest object that is put in one piece here; API Gateway's own limit is lower and kept there. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface RuntimeOptions {
  readonly assembly: Assembly;
  /** The state folder. */
  readonly directory: string;
  /** For a folder of which nothing is gone on with: throws away what is there, before the first write. */
  readonly begin?: () => void;
  /** Port of the distribution's origin; 0 = any free one. Not used for a template without one. */
  readonly appPort: number;
  /** Port of everything of AWS; 0 = any free one. */
  readonly awsPort: number;
  readonly region: string;
  readonly account: string;
  /** Known faults of the service to reproduce. */
  readonly faults: ReadonlySet<Fault>;
  readonly clock: Clock;
  /** Takes a line about something that happened outside any request's answer. */
  readonly log: (line: string) => void;
}

export interface Runtime {
  readonly outputs: Readonly<Record<string, string>>;
  /** The distribution's origin; `undefined` for a template without one. */
  readonly appUrl: string | undefined;
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

/** Starts everything. Throws `TemplateError` for what cannot be served and `PortError` for a taken port. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { assembly, region, account, clock, log, faults } = options;
  const servers: LoopbackServer[] = [];
  const closeServers = () => Promise.all(servers.map((server) => server.close()));
  let isReady = false;
  const readiness = () => Promise.resolve(isReady ? json(200, { ready: true }) : json(503, { ready: false }));
  const starting = json(503, { message: "starting" });
  const app: Handlers = { handler: () => Promise.resolve(starting) };
  const aws: Handlers = { handler: () => Promise.resolve(starting), upgrade: () => starting };
  const listen = async (name: "app" | "aws", port: number, target: Handlers): Promise<number> => {
    const handlers: Handlers = {
      handler: (request) =>
        request.url.pathname === "/_local/ready" ? readiness() : target.handler(request),
      ...(target.upgrade && { upgrade: (request, connection) => target.upgrade?.(request, connection) }),
    };
    const server = await listenOn(name, port, handlers, options);
    servers.push(server);
    return server.port;
  };

  try {
    const deployment = openDeployment(options.directory, { isNew: options.begin !== undefined });
    const resolve = (localize: (value: unknown) => unknown) =>
      resolveTemplate({
        template: assembly.template,
        stackName: assembly.stackName,
        region,
        account,
        deployment,
        definitions: resourceDefinitions,
        localize,
      });
    // The addresses in a template name the ports. So it is resolved a first time to know whether there is a page to serve:
    // a condition may leave the distribution out.
    const hasDistribution = resolve((value) => value).of(distributionResource).length > 0;
    // Two host names, because browsers share cookies among all ports of one: page and pool stay apart as on AWS.
    const appUrl = hasDistribution
      ? `http://localhost:${await listen("app", options.appPort, app)}`
      : undefined;
    const awsUrl = `http://127.0.0.1:${await listen("aws", options.awsPort, aws)}`;
    const template = resolve(localAddresses({ appUrl, awsEndpoint: awsUrl, region }));
    const services = await openServices({
      template,
      assembly,
      directory: join(options.directory, "services"),
      ...(options.begin && { begin: options.begin }),
      region,
      account,
      awsEndpoint: awsUrl,
      faults,
      clock,
      log,
    });
    template.commit();
    app.handler = services.distribution ?? app.handler;
    aws.handler = awsEndpoint({
      ...services,
      ownOrigins: appUrl === undefined ? [awsUrl] : [appUrl, awsUrl],
    });
    aws.upgrade = services.upgrade;
    services.resume();
    return {
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
    throw orStorageFault(options.directory, error);
  }
}

async function listenOn(
  name: "app" | "aws",
  port: number,
  handlers: Handlers,
  { log }: RuntimeOptions,
): Promise<LoopbackServer> {
  const taken = (cause?: unknown) =>
    new PortError(name, `port ${port} is taken; end what listens there`, { cause });
  if (name === "app" && port !== 0 && (await isTakenOnIpv6(port))) throw taken();
  try {
    return await listenOnLoopback({
      port,
      hostNames: ["localhost", "127.0.0.1"],
      maxBodyBytes: MAX_BODY_BYTES,
      ...handlers,
      onError: (error: unknown, request: HttpRequest) => {
        if (error instanceof WriteRefused) return; // the terminal has been told
        log(
          `${request.method} ${request.url.pathname}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      },
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw taken(error);
    if (code !== "EACCES") throw error;
    throw new PortError(name, `port ${port} is not for everybody`, { cause: error });
  }
}
