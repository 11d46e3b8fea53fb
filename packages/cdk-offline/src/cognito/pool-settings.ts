// Making, changing and removing pools, clients, domains and resource servers while the runtime serves.

import type { Clock } from "../clock.ts";
import { AwsError, notServed } from "../aws/errors.ts";
import { NotServed } from "../errors.ts";
import {
  customScopes,
  loadClient,
  loadPool,
  makeClientSecret,
  poolResource,
  type Deployment,
} from "./deploy.ts";
import { invalidParameter, resourceNotFound, userPoolNotFound } from "./errors.ts";
import { makeClientId, type UserPoolClientProperties } from "./resources/user-pool-client.ts";
import { makePoolId, type UserPoolProperties } from "./resources/user-pool.ts";
import type { ClientRecord, PoolRecord, ResourceServerRecord } from "./store/records.ts";
import type { Change, Store } from "./store/store.ts";
import { generateKeys } from "./tokens/signing-keys.ts";
import { areWriteAttributes } from "./model/attributes.ts";
import type { PoolClient } from "./model/client.ts";
import { OIDC_SCOPES } from "./model/client.ts";
import type { Pool } from "./model/pool.ts";
import type { Registry } from "./model/registry.ts";

export interface PoolSettings {
  /** Makes the signing keys too. Rejects with `InvalidParameterException` for settings that contradict one another. */
  createPool(properties: UserPoolProperties): Promise<Pool>;
  updatePool(pool: Pool, properties: UserPoolProperties): Pool;
  /** With all users, groups, clients and sign-ins. Throws while it is protected or has a domain. */
  deletePool(pool: Pool): void;
  createClient(properties: UserPoolClientProperties): PoolClient;
  updateClient(client: PoolClient, properties: UserPoolClientProperties): PoolClient;
  deleteClient(client: PoolClient): void;
  /** The pool that has a domain. */
  findDomain(domain: string): Pool | undefined;
  createDomain(pool: Pool, domain: string): void;
  deleteDomain(pool: Pool, domain: string): void;
  /** In the order of their identifiers. */
  resourceServers(pool: Pool): readonly ResourceServerRecord[];
  /** Throws `ResourceNotFoundException`. */
  resourceServer(pool: Pool, identifier: string): ResourceServerRecord;
  /** Makes one or puts it in place of the one with its identifier. */
  putResourceServer(server: ResourceServerRecord): void;
  deleteResourceServer(server: ResourceServerRecord): void;
}

export function createPoolSettings(
  store: Store,
  registry: Registry,
  deployment: Deployment,
  clock: Clock,
): PoolSettings {
  const poolRecord = (pool: Pool): PoolRecord => {
    const record = store.table("pools").get(pool.id);
    if (record === undefined) throw userPoolNotFound(pool.id);
    return record;
  };
  const savePool = (id: string, record: PoolRecord): Pool => {
    const pool = refusing(() => loadPool(store, deployment, record, poolResource(id, record, deployment)));
    store.commit({ table: "pools", key: id, value: record });
    registry.putPool(pool);
    return pool;
  };
  const saveClient = (id: string, record: ClientRecord, settings: UserPoolClientProperties): PoolClient => {
    checkScopes(settings);
    const { UserPoolId, WriteAttributes } = settings;
    if (WriteAttributes && !areWriteAttributes(registry.pool(UserPoolId).attributes, WriteAttributes)) {
      throw invalidParameter("Invalid write attributes specified while creating a client");
    }
    const client = refusing(() => loadClient(store, deployment, record, id, settings));
    store.commit({ table: "clients", key: id, value: { ...record, settings } });
    registry.putClient(client);
    return client;
  };
  const checkScopes = ({ AllowedOAuthScopes = [], UserPoolId }: UserPoolClientProperties): void => {
    const known = [...OIDC_SCOPES, ...customScopes(store, deployment, UserPoolId)];
    const unknown = AllowedOAuthScopes.filter((scope) => !known.includes(scope));
    if (unknown.length > 0) {
      throw new AwsError("ScopeDoesNotExistException", `Invalid scope requested: ${unknown.join(", ")}`);
    }
  };
  /** After something that a pool or its clients are made up of has changed. */
  const reload = (pool: Pool): void => {
    const resource = { ...poolResource(pool.id, poolRecord(pool), deployment), properties: pool.properties };
    registry.putPool(loadPool(store, deployment, poolRecord(pool), resource));
    for (const client of registry.clients.filter(({ poolId }) => poolId === pool.id)) {
      const record = store.table("clients").get(client.id);
      if (record?.settings === undefined) continue;
      registry.putClient(loadClient(store, deployment, record, client.id, record.settings));
    }
  };
  const templateServers = (pool: Pool): ResourceServerRecord[] =>
    deployment.resourceServers
      .filter(({ properties }) => properties.UserPoolId === pool.id)
      .map(({ properties }) => ({
        poolId: pool.id,
        identifier: properties.Identifier,
        name: properties.Name,
        scopes: properties.Scopes ?? [],
      }));
  const checkNotOfTemplate = ({ poolId, identifier }: ResourceServerRecord): void => {
    const isOfTemplate = deployment.resourceServers.some(
      ({ properties }) => properties.UserPoolId === poolId && properties.Identifier === identifier,
    );
    if (isOfTemplate) throw ofTemplate("a resource server");
  };

  const settings: PoolSettings = {
    async createPool(properties) {
      const id = makePoolId(deployment.region);
      return savePool(id, {
        name: properties.UserPoolName ?? id,
        createdAtMs: clock(),
        settings: properties,
        isMadeByApi: true,
        signingKeys: await generateKeys(),
      });
    },

    updatePool(pool, properties) {
      return savePool(pool.id, { ...poolRecord(pool), settings: properties, modifiedAtMs: clock() });
    },

    deletePool(pool) {
      if (pool.isProtected) {
        throw invalidParameter(
          "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
        );
      }
      if (pool.domain !== undefined) {
        throw invalidParameter(
          "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        );
      }
      if (!pool.isMadeByApi) throw ofTemplate("a user pool");
      store.commit(...removals(store, pool.id));
      registry.removePool(pool.id);
    },

    createClient(properties) {
      const record: ClientRecord = {
        createdAtMs: clock(),
        isMadeByApi: true,
        ...(properties.GenerateSecret === true && { secret: makeClientSecret() }),
      };
      return saveClient(makeClientId(), record, properties);
    },

    updateClient(client, properties) {
      const record = store.table("clients").get(client.id);
      return saveClient(
        client.id,
        { createdAtMs: client.createdAtMs, ...record, modifiedAtMs: clock() },
        properties,
      );
    },

    deleteClient(client) {
      if (!client.isMadeByApi) throw ofTemplate("an app client");
      store.commit({ table: "clients", key: client.id, value: null });
      registry.removeClient(client.id);
    },

    findDomain: (domain) => registry.pools.find((pool) => pool.domain === domain),

    createDomain(pool, domain) {
      if (pool.domain !== undefined) throw invalidParameter("User pool already has a domain configured.");
      if (settings.findDomain(domain) !== undefined) {
        throw invalidParameter("Domain already associated with another user pool.");
      }
      store.commit({ table: "domains", key: domain, value: { poolId: pool.id, domain } });
      reload(pool);
    },

    deleteDomain(pool, domain) {
      if (pool.domain !== domain) throw invalidParameter("No such domain or user pool exists.");
      if (store.table("domains").get(domain) === undefined) throw ofTemplate("a domain");
      store.commit({ table: "domains", key: domain, value: null });
      reload(pool);
    },

    resourceServers(pool) {
      const ofApi = [...store.table("resourceServers").rows()].filter(({ poolId }) => poolId === pool.id);
      return [...templateServers(pool), ...ofApi].sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
    },

    resourceServer(pool, identifier) {
      const found = settings.resourceServers(pool).find((server) => server.identifier === identifier);
      if (found === undefined) throw resourceNotFound(`Resource server ${identifier} does not exist.`);
      return found;
    },

    putResourceServer(server) {
      checkNotOfTemplate(server);
      store.commit({ table: "resourceServers", key: serverKey(server), value: server });
      reload(registry.pool(server.poolId));
    },

    deleteResourceServer(server) {
      checkNotOfTemplate(server);
      store.commit({ table: "resourceServers", key: serverKey(server), value: null });
      reload(registry.pool(server.poolId));
    },
  };
  return settings;
}

/** The changes that forget a pool with everything in it. */
function removals(store: Store, poolId: string): readonly Change[] {
  const keysIn = (rows: Iterable<[string, { readonly poolId: string }]>): string[] =>
    [...rows].filter(([, row]) => row.poolId === poolId).map(([key]) => key);
  const ofTable = (table: "users" | "groups" | "grants" | "resourceServers"): Change[] =>
    keysIn(store.table(table).entries()).map((key) => ({ table, key, value: null }));
  const clients = [...store.table("clients").entries()]
    .filter(([, { settings }]) => settings?.UserPoolId === poolId)
    .map(([key]): Change => ({ table: "clients", key, value: null }));
  return [
    ...ofTable("users"),
    ...ofTable("groups"),
    ...ofTable("grants"),
    ...ofTable("resourceServers"),
    ...clients,
    { table: "pools", key: poolId, value: null },
  ];
}

/** Settings that a template would be refused for are an invalid parameter here. */
function refusing<Result>(define: () => Result): Result {
  try {
    return define();
  } catch (error) {
    if (error instanceof NotServed) throw invalidParameter(error.message);
    throw error;
  }
}

function ofTemplate(what: string): AwsError {
  return notServed(`changing or removing ${what} that the template makes, by the API,`);
}

function serverKey({ poolId, identifier }: ResourceServerRecord): string {
  return `${poolId} ${identifier}`;
}
