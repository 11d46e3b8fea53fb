// A user pool behind a loopback server for the time of a test, with the clients that tests talk to it with.

import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, onTestFinished } from "vitest";
import { serveJson } from "../../src/aws/json-protocol.ts";
import type { HttpHandler } from "../../src/http/exchange.ts";
import type { Fault } from "../../src/cognito/faults.ts";
import { openCognito, type Cognito } from "../../src/cognito/service.ts";
import type { LambdaPort } from "../../src/cognito/triggers/invoke-trigger.ts";
import { clientConfig, serveHandler, stateFolder } from "../serving.ts";
import { noFunctions, template, type Kept, type TemplateChanges } from "./template.ts";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

export const PASSWORD = "Correct Horse 7 Battery";
/** One to change it to. */
export const NEW_PASSWORD = "Another Horse 8 Battery";

export interface PoolSetup extends TemplateChanges {
  readonly dir?: string;
  readonly kept?: Kept;
  /** Whether the template was deployed with the very same properties before. */
  readonly isDeployedBefore?: boolean;
  readonly faults?: ReadonlySet<Fault>;
  /** The functions of triggers. */
  readonly lambda?: LambdaPort;
  /** How far ahead of the machine's the pool's clock is from the start. */
  readonly startAfterMs?: number;
}

interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly code: string;
}

export interface RunningPool {
  readonly cognito: Cognito;
  /** Where pages and endpoints are. */
  readonly origin: string;
  readonly dir: string;
  readonly kept: Kept;
  readonly poolId: string;
  readonly issuer: string;
  readonly webClientId: string;
  readonly apiClientId: string;
  readonly webClientSecret: string;
  readonly api: CognitoIdentityProviderClient;
  /** All mail sent so far. */
  readonly mail: readonly Letter[];
  /** `fetch` that takes the names AWS's hosts have to this machine, as a Lambda's requests are taken. */
  readonly fetch: (address: string, init?: object) => Promise<Response>;
  /** The pool's clock. */
  now(): number;
  /** Lets time pass. */
  wait(milliseconds: number): void;
  /** Creates a confirmed user with this password and gives the `sub`. */
  addUser(userName: string, attributes?: Readonly<Record<string, string>>): Promise<string>;
}

/** State right after the first start of a pool, which every pool of a test begins with: making RSA keys takes its time. */
let pristine: { readonly journal: Buffer; readonly kept: readonly [string, string][] };

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), "cdk-offline-"));
  const kept: Kept = new Map();
  const cognito = await openCognito({
    ...template(kept),
    dir,
    origin: "http://127.0.0.1",
    clock: Date.now,
    mail: () => undefined,
    lambda: noFunctions,
  });
  cognito.close();
  pristine = { journal: readFileSync(join(dir, "cognito.jsonl")), kept: [...kept] };
  rmSync(dir, { recursive: true });
});

export async function startPool(setup: PoolSetup = {}): Promise<RunningPool> {
  const { dir = stateFolder(), kept = new Map(pristine.kept) } = setup;
  if (setup.dir === undefined) writeFileSync(join(dir, "cognito.jsonl"), pristine.journal);
  let passedMs = setup.startAfterMs ?? 0;
  const mail: Letter[] = [];
  const resources = template(kept, setup, setup.isDeployedBefore);
  const [web, apiClient] = resources.clients;

  let handler: HttpHandler = () => Promise.resolve({ status: 503 });
  const origin = await serveHandler((request) => handler(request), reportError);
  const cognito = await openCognito({
    ...resources,
    dir,
    origin,
    clock: () => Date.now() + passedMs,
    mail: (letter) => mail.push(letter),
    lambda: setup.lambda ?? noFunctions,
    ...(setup.faults && { faults: setup.faults }),
  });
  onTestFinished(() => {
    cognito.close();
  });
  handler = (request) => {
    const target = request.headers["x-amz-target"];
    if (target !== undefined) return serveJson(cognito.json, target.split(".")[1] ?? "", request);
    return cognito.handler(request);
  };

  const api = new CognitoIdentityProviderClient(clientConfig(origin));
  onTestFinished(() => {
    api.destroy();
  });
  const poolId = web.properties.UserPoolId;
  const described = await api.send(
    new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId: web.ref }),
  );

  return {
    cognito,
    origin,
    dir,
    kept,
    poolId,
    issuer: `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`,
    webClientId: web.ref,
    apiClientId: apiClient.ref,
    webClientSecret: described.UserPoolClient?.ClientSecret ?? "",
    api,
    mail,
    fetch: (address, init) => fetch(localAddress(address, origin), init),
    now: () => Date.now() + passedMs,
    wait(milliseconds) {
      passedMs += milliseconds;
    },
    async addUser(userName, attributes = { email: `${userName}@example.org`, email_verified: "true" }) {
      const created = await api.send(
        new AdminCreateUserCommand({
          UserPoolId: poolId,
          Username: userName,
          MessageAction: "SUPPRESS",
          UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
        }),
      );
      await api.send(
        new AdminSetUserPasswordCommand({
          UserPoolId: poolId,
          Username: userName,
          Password: PASSWORD,
          Permanent: true,
        }),
      );
      return created.User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
    },
  };
}

function localAddress(address: string, origin: string): string {
  return address.replace(
    /^https:\/\/(cognito-idp\.us-east-1\.amazonaws\.com|[a-z0-9-]+\.auth\.us-east-1\.amazoncognito\.com)/,
    origin,
  );
}

/** An exception that became a bare 500 would otherwise be hard to find. A full disk is one that tests make. */
function reportError(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) console.error(error);
}
