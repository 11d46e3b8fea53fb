// Brings the template's pools and clients, and those the API made, together with what the state folder remembers of them.

import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import type { Resource } from "../assembly/resource.ts";
import type { Clock } from "../clock.ts";
import { NotServed } from "../errors.ts";
import { areWriteAttributes } from "./model/attributes.ts";
import { defineClient, type PoolClient } from "./model/client.ts";
import { definePool, type Pool } from "./model/pool.ts";
import { randomText } from "./random-text.ts";
import type { UserPoolResourceServerProperties } from "./resources/group-and-resource-server.ts";
import { userPoolClientProperties, type UserPoolClientProperties } from "./resources/user-pool-client.ts";
import type { UserPoolDomainProperties } from "./resources/user-pool-domain.ts";
import { poolAttributes, userPoolProperties, type UserPoolProperties } from "./resources/user-pool.ts";
import type { ClientRecord, PoolRecord } from "./store/records.ts";
import type { Store } from "./store/store.ts";
import { generateKeys } from "./tokens/signing-keys.ts";

const SECRET_LENGTH = 51;

export interface Deployment {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly pools: readonly Resource<UserPoolProperties>[];
  readonly clients: readonly Resource<UserPoolClientProperties>[];
  readonly domains: readonly Resource<UserPoolDomainProperties>[];
  readonly resourceServers: readonly Resource<UserPoolResourceServerProperties>[];
}

/** Makes the signing keys of a pool that is new. Everything is on disk when it resolves. */
export async function deployPools(store: Store, deployment: Deployment): Promise<readonly Pool[]> {
  const table = store.table("pools");
  const ofTemplate = await Promise.all(
    deployment.pools.map(async (resource) => {
      const record = table.get(resource.ref) ?? (await createPool(store, resource, deployment.clock));
      return loadTemplatePool(store, deployment, record, resource);
    }),
  );
  return [...ofTemplate, ...loadApiPools(store, deployment)];
}

/** A pool of the template; the settings that the API gave it stay for as long as the template says nothing new. */
export function loadTemplatePool(
  store: Store | undefined,
  deployment: Deployment,
  record: Omit<PoolRecord, "signingKeys">,
  resource: Resource<UserPoolProperties>,
): Pool {
  const properties = isUnchanged(resource, userPoolProperties) ? record.settings : undefined;
  return loadPool(store, deployment, record, { ...resource, ...(properties && { properties }) });
}

export function loadApiPools(store: Store, deployment: Deployment): readonly Pool[] {
  return [...store.table("pools").entries()].flatMap(([id, record]) =>
    record.isMadeByApi === true
      ? [loadPool(store, deployment, record, poolResource(id, record, deployment))]
      : [],
  );
}

/** A pool as its record and the domains say it is. Throws `NotServed` for settings with which a deployment would fail. */
export function loadPool(
  store: Store | undefined,
  deployment: Pick<Deployment, "domains">,
  record: Omit<PoolRecord, "signingKeys">,
  resource: Resource<UserPoolProperties>,
): Pool {
  const ofTemplate = deployment.domains.find(({ properties }) => properties.UserPoolId === resource.ref);
  const ofApi = [...(store?.table("domains").rows() ?? [])].find(({ poolId }) => poolId === resource.ref);
  return definePool(resource, {
    name: resource.properties.UserPoolName ?? record.name,
    createdAtMs: record.createdAtMs,
    modifiedAtMs: record.modifiedAtMs ?? record.createdAtMs,
    isMadeByApi: record.isMadeByApi ?? false,
    domain: ofTemplate?.properties.Domain ?? ofApi?.domain,
  });
}

/** What a template would have had for a pool that the API made, or for the API's settings of one. */
export function poolResource(
  id: string,
  { settings = {} }: PoolRecord,
  place: Pick<Deployment, "region" | "account">,
): Resource<UserPoolProperties> {
  return {
    logicalId: id,
    ref: id,
    attributes: poolAttributes(id, place),
    properties: settings,
    deployedProperties: undefined,
  };
}

/** A client takes the template's settings and keeps the secret it was given first. */
export function deployClients(
  store: Store,
  deployment: Deployment,
  pools: readonly Pool[],
): readonly PoolClient[] {
  const table = store.table("clients");
  const ofTemplate = deployment.clients.map((resource) => {
    const record = deployClient(store, resource, deployment.clock);
    const { settings } = record;
    return settings !== undefined && isUnchanged(resource, userPoolClientProperties)
      ? loadClient(store, deployment, record, resource.ref, settings)
      : defineTemplateClient(store, deployment, record, resource, pools);
  });
  const ofApi = [...table.entries()].flatMap(([id, record]) => {
    const { settings, isMadeByApi } = record;
    // A pool that left the template took its clients along.
    const hasPool = pools.some((pool) => pool.id === settings?.UserPoolId);
    if (isMadeByApi !== true || settings === undefined || !hasPool) return [];
    return [loadClient(store, deployment, record, id, settings)];
  });
  return [...ofTemplate, ...ofApi];
}

/** A client with settings of the API. Scopes that have gone since they were allowed are left out. */
export function loadClient(
  store: Store,
  deployment: Pick<Deployment, "resourceServers">,
  record: ClientRecord,
  id: string,
  settings: UserPoolClientProperties,
): PoolClient {
  const custom = customScopes(store, deployment, settings.UserPoolId);
  const scopes = settings.AllowedOAuthScopes?.filter((name) => !name.includes("/") || custom.includes(name));
  const resource: Resource<UserPoolClientProperties> = {
    logicalId: id,
    ref: id,
    attributes: { Name: settings.ClientName ?? id },
    properties: { ...settings, ...(scopes && { AllowedOAuthScopes: scopes }) },
    deployedProperties: undefined,
  };
  return defineClient(resource, clientIdentity(record, settings), custom);
}

/** Throws `NotServed` for settings with which a deployment would fail. */
export function defineTemplateClient(
  store: Store | undefined,
  deployment: Deployment,
  record: ClientRecord,
  resource: Resource<UserPoolClientProperties>,
  pools: readonly Pool[],
): PoolClient {
  const { properties, logicalId } = resource;
  const pool = pools.find(({ id }) => id === properties.UserPoolId);
  if (pool === undefined) {
    throw new NotServed({
      code: "unknown-reference",
      logicalId,
      property: "UserPoolId",
      seen: properties.UserPoolId,
      reason: "there is no such user pool",
      refersTo: "AWS::Cognito::UserPool",
    });
  }
  if (properties.WriteAttributes && !areWriteAttributes(pool.attributes, properties.WriteAttributes)) {
    throw new NotServed({
      code: "not-deployable",
      logicalId,
      property: "WriteAttributes",
      seen: properties.WriteAttributes,
      reason: "they must name all that the pool requires, and no address as verified",
    });
  }
  const scopes = customScopes(store, deployment, properties.UserPoolId);
  return defineClient(resource, clientIdentity(record, properties), scopes);
}

function clientIdentity(record: ClientRecord, { GenerateSecret }: UserPoolClientProperties) {
  return {
    createdAtMs: record.createdAtMs,
    modifiedAtMs: record.modifiedAtMs ?? record.createdAtMs,
    isMadeByApi: record.isMadeByApi ?? false,
    secret: GenerateSecret === true ? record.secret : undefined,
  };
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
    ...known,
    createdAtMs: known?.createdAtMs ?? clock(),
    ...(needsSecret && { secret: makeClientSecret() }),
  };
  store.commit({ table: "clients", key: ref, value });
  return value;
}

export function makeClientSecret(): string {
  return randomText(SECRET_LENGTH, "small");
}

/**
 * Whether the template says of a resource what it said the last time: then CloudFormation leaves alone what somebody has
 * changed since.
 */
export function isUnchanged<Properties>(
  { properties, deployedProperties }: Resource<Properties>,
  schema: v.GenericSchema<unknown, Properties>,
): boolean {
  if (deployedProperties === undefined) return false;
  const before = v.safeParse(schema, deployedProperties);
  return before.success && isDeepStrictEqual(before.output, properties);
}

/** Of the template's resource servers and of those the API made. */
export function customScopes(
  store: Store | undefined,
  { resourceServers }: Pick<Deployment, "resourceServers">,
  poolId: string,
): readonly string[] {
  const ofTemplate = resourceServers
    .filter(({ properties }) => properties.UserPoolId === poolId)
    .map(({ properties: { Identifier, Scopes = [] } }) => ({ identifier: Identifier, scopes: Scopes }));
  const ofApi = [...(store?.table("resourceServers").rows() ?? [])].filter(
    (server) => server.poolId === poolId,
  );
  return [...ofTemplate, ...ofApi].flatMap(({ identifier, scopes }) =>
    scopes.map(({ ScopeName }) => `${identifier}/${ScopeName}`),
  );
}
