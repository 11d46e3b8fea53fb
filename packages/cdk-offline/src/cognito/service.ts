// The user pools of the local runtime: opened from the template's resources, over what the state folder remembers.

import { join } from "node:path";
import type { Resource } from "../assembly/resource.ts";
import type { JsonService } from "../aws/json-protocol.ts";
import type { Clock } from "../clock.ts";
import type { HttpHandler } from "../http/exchange.ts";
import type { ForeignPages } from "../http/foreign-page.ts";
import { userPoolApi } from "./api/service.ts";
import type { Core } from "./core.ts";
import type { Fault } from "./faults.ts";
import { deployClients, deployPools } from "./deploy.ts";
import { createManagedLogin } from "./managed-login/managed-login.ts";
import type { Pool } from "./model/pool.ts";
import { createRegistry } from "./model/registry.ts";
import { createAttemptLimiter } from "./passwords/attempt-limiter.ts";
import { createFirstFactor } from "./passwords/first-factor.ts";
import { createNewPasswords } from "./passwords/new-passwords.ts";
import { createPasswordResets } from "./passwords/password-resets.ts";
import { createSoftwareTokens } from "./passwords/software-tokens.ts";
import type {
  UserPoolGroupProperties,
  UserPoolResourceServerProperties,
} from "./resources/group-and-resource-server.ts";
import type { UserPoolClientProperties } from "./resources/user-pool-client.ts";
import type { UserPoolDomainProperties } from "./resources/user-pool-domain.ts";
import type { UserPoolProperties } from "./resources/user-pool.ts";
import { createPoolSettings } from "./pool-settings.ts";
import { createRoutes } from "./routes.ts";
import { openStore } from "./store/store.ts";
import { TokenError } from "./token-error.ts";
import { createCheckAccessToken } from "./tokens/access-token.ts";
import { createGrants } from "./tokens/grants.ts";
import { createIssueTokens } from "./tokens/issue-tokens.ts";
import { createRefreshSignIn } from "./tokens/refresh-sign-in.ts";
import { loadKeys } from "./tokens/signing-keys.ts";
import { createVerifyToken, type Claims } from "./tokens/verify-token.ts";
import { createInvokeTrigger, type LambdaPort } from "./triggers/invoke-trigger.ts";
import { createCustomizeTokens } from "./triggers/token-customization.ts";
import { createTriggers } from "./triggers/triggers.ts";
import { createAttributeChanges } from "./users/attribute-changes.ts";
import { createGroups } from "./users/groups.ts";
import { createOutbox, type Mail } from "./users/outbox.ts";
import { createSendCode } from "./users/send-code.ts";
import { createSignUps } from "./users/sign-up.ts";
import { createUsers } from "./users/users.ts";
import type { Tell } from "../state/write-guard.ts";

export interface CognitoOptions {
  /** The state folder; made when it is not there. */
  readonly dir: string;
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  /** Where pages and endpoints are reached, such as `http://127.0.0.1:4001`. */
  readonly origin: string;
  readonly pools: readonly Resource<UserPoolProperties>[];
  readonly clients: readonly Resource<UserPoolClientProperties>[];
  readonly domains: readonly Resource<UserPoolDomainProperties>[];
  readonly groups: readonly Resource<UserPoolGroupProperties>[];
  readonly resourceServers: readonly Resource<UserPoolResourceServerProperties>[];
  /** Runs the functions of triggers; they may be opened later than the pools. */
  readonly lambda: LambdaPort;
  /** Faults of the service to reproduce. Default is none. */
  readonly faults?: ReadonlySet<Fault>;
  /** Told of each mail that AWS would send; all of them also stand in `/_local/outbox`. */
  readonly mail: Mail;
}

export interface Cognito {
  readonly json: JsonService;
  /** Serves the paths for which `serves` says so. */
  readonly handler: HttpHandler;
  readonly serves: (path: string) => boolean;
  /** The secret of an app client; `undefined` for a client without one or that is not there. */
  clientSecretOf(clientId: string): string | undefined;
  /** Which requests of web pages of other origins a path takes. */
  readonly foreignPages: (path: string) => ForeignPages;
  /**
   * The claims of an access or ID token of a pool, its signature, issuer and times checked. A revoked token passes, as
   * with AWS's own services. Rejects with `TokenError`.
   */
  verifyToken(userPoolId: string, token: string): Promise<Claims>;
  close(): void;
}

/** The file in the state folder of the service. */
export function storePath(dir: string): string {
  return join(dir, "cognito.jsonl");
}

/** Rejects for a template with which a deployment would fail, and for a damaged state folder. */
export async function openCognito(options: CognitoOptions): Promise<Cognito> {
  const { dir, clock, origin } = options;
  const store = openStore(storePath(dir), options.tell);
  try {
    const pools = await deployPools(store, options);
    const clients = deployClients(store, options, pools);
    const registry = createRegistry(pools, clients);
    const keysOf = onceForEachPool((pool) => loadKeys(store, pool.id));
    const verifierOf = onceForEachPool((pool) => createVerifyToken(pool, keysOf(pool), clock));

    const users = createUsers(store, registry, clock);
    const groups = createGroups(store, registry, options.groups, clock);
    const outbox = createOutbox(store, options.mail, clock);
    const sendCode = createSendCode(store, users, outbox, clock);
    const limiter = createAttemptLimiter(clock);
    const grants = createGrants(store, clock, options.faults ?? new Set());
    const invokeTrigger = createInvokeTrigger(options.lambda);
    const triggers = createTriggers(invokeTrigger);
    const firstFactor = createFirstFactor({ users, registry, triggers, limiter, clock });
    const issueTokens = createIssueTokens({
      registry,
      keysOf,
      groups,
      customize: createCustomizeTokens(invokeTrigger),
      clock,
    });
    const core: Core = {
      clock,
      store,
      registry,
      settings: createPoolSettings(store, registry, options, clock),
      users,
      groups,
      outbox,
      triggers,
      signUps: createSignUps({ store, registry, users, sendCode, triggers, limiter, clock }),
      attributeChanges: createAttributeChanges({ store, registry, users, sendCode, limiter, clock }),
      limiter,
      firstFactor,
      authenticate: firstFactor.authenticate,
      newPasswords: createNewPasswords(store, registry, users, clock),
      passwordResets: createPasswordResets({ store, registry, users, sendCode, triggers, limiter, clock }),
      softwareTokens: createSoftwareTokens({ store, registry, users, limiter, clock }),
      grants,
      issueTokens,
      refreshSignIn: createRefreshSignIn(grants, users, issueTokens),
      checkAccessToken: createCheckAccessToken(registry, verifierOf, grants, users),
      keysOf,
    };
    const routes = createRoutes(createManagedLogin(core, origin), origin);

    return {
      json: userPoolApi(core),
      handler: routes.handler,
      serves: routes.serves,
      clientSecretOf: (clientId) => registry.findClient(clientId)?.secret,
      foreignPages: routes.foreignPages,
      async verifyToken(userPoolId, token) {
        const pool = registry.findPool(userPoolId);
        if (pool === undefined) throw new TokenError("invalid", `there is no user pool ${userPoolId}`);
        return verifierOf(pool)(token);
      },
      close() {
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function onceForEachPool<Value>(make: (pool: Pool) => Value): (pool: Pool) => Value {
  const made = new Map<string, Value>();
  return (pool) => {
    const value = made.get(pool.id) ?? make(pool);
    made.set(pool.id, value);
    return value;
  };
}
