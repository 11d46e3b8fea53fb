// Brings the template's pools and clients and what the state folder remembers of them together: names, keys, secrets.

import type { Resource } from "../assembly/resource.ts";
import type { Clock } from "../clock.ts";
import { defineClient, type PoolClient } from "./model/client.ts";
import { definePool, type Pool } from "./model/pool.ts";
import { randomText } from "./random-text.ts";
import type { UserPoolResourceServerProperties } from "./resources/group-and-resource-server.ts";
import type { UserPoolClientProperties } from "./resources/user-pool-client.ts";
import type { UserPoolDomainProperties } from "./resources/user-pool-domain.ts";
import type { UserPoolProperties } from "./resources/user-pool.ts";
import type { ClientRecord, PoolRecord } from "./store/records.ts";
import type { Store } from "./store/store.ts";
import { generateKeys } from "./tokens/signing-keys.ts";

const SECRET_LENGTH = 51;

export interface Deployment {
  readonly clock: Clock;
  readonly pools: readonly Resource<UserPoolProperties>[];
  readonly clients: readonly Resource<UserPoolClientProperties>[];
  readonly domains: readonly Resource<UserPoolDomainProperties>[];
  readonly resourceServers: readonly Resource<UserPoolResourceServerProperties>[];
}

/** Makes the signing keys of a pool that is new. Everything is on disk when it resolves. */
export async function deployPools(store: Store, deployment: Deployment): Promise<readonly Pool[]> {
  const prefixes = new Map(
    deployment.domains.map(({ properties }) => [properties.UserPoolId, properties.Domain]),
  );
  return Promise.all(
    deployment.pools.map(async (resource) => {
      const record =
        store.table("pools").get(resource.ref) ?? (await createPool(store, resource, deployment.clock));
      const { UserPoolName: name = record.name } = resource.properties;
      return definePool(resource, {
        name,
        createdAtMs: record.createdAtMs,
        domain: prefixes.get(resource.ref),
      });
    }),
  );
}

/** A client takes the template's settings and keeps the secret it was given first. */
export function deployClients(store: Store, deployment: Deployment): readonly PoolClient[] {
  return deployment.clients.map((resource) => {
    const { createdAtMs, secret } = deployClient(store, resource, deployment.clock);
    const isPublic = resource.properties.GenerateSecret !== true;
    const identity = { createdAtMs, secret: isPublic ? undefined : secret };
    return defineClient(resource, identity, customScopes(resource, deployment.resourceServers));
  });
}

async function createPool(store: Store, resource: Resource<unknown>, clock: Clock): Promise<PoolRecord> {
  const signingKeys = await generateKeys();
  const name = `${resource.logicalId}-${randomText(12, "mixed")}`;
  const value = { name, createdAtMs: clock(), signingKeys };
  store.commit({ table: "pools", key: resource.ref, value });
  return value;
}

function deployClient(
  store: Store,
  { ref, properties }: Resource<UserPoolClientProperties>,
  clock: Clock,
): ClientRecord {
  const known = store.table("clients").get(ref);
  const needsSecret = properties.GenerateSecret === true && known?.secret === undefined;
  if (known !== undefined && !needsSecret) return known;
  const value: ClientRecord = {
    createdAtMs: known?.createdAtMs ?? clock(),
    ...(needsSecret && { secret: randomText(SECRET_LENGTH, "small") }),
  };
  store.commit({ table: "clients", key: ref, value });
  return value;
}

function customScopes(
  { properties }: Resource<UserPoolClientProperties>,
  servers: readonly Resource<UserPoolResourceServerProperties>[],
): readonly string[] {
  return servers
    .filter((server) => server.properties.UserPoolId === properties.UserPoolId)
    .flatMap(({ properties: { Identifier, Scopes = [] } }) =>
      Scopes.map(({ ScopeName }) => `${Identifier}/${ScopeName}`),
    );
}
