// What of a template's pools and clients would be refused, asked before anything of them is stored.

import { existsSync } from "node:fs";
import { Refusals } from "../assembly/refusals.ts";
import type { NotServed } from "../errors.ts";
import {
  defineTemplateClient,
  isUnchanged,
  loadApiPools,
  loadTemplatePool,
  type Deployment,
} from "./deploy.ts";
import { userPoolResourceServer } from "./resources/group-and-resource-server.ts";
import { userPoolClientProperties } from "./resources/user-pool-client.ts";
import { userPoolProperties } from "./resources/user-pool.ts";
import type { ClientRecord, PoolRecord } from "./store/records.ts";
import { openStore, type Store } from "./store/store.ts";
import type { Tell } from "../state/write-guard.ts";

/** Nothing is checked that is as it was deployed the last time, and no store is made at `path` where there is none. */
export function checkPools(path: string, deployment: Deployment, tell?: Tell): readonly NotServed[] {
  const { pools, clients, resourceServers } = deployment;
  const isAsBefore =
    pools.every((resource) => isUnchanged(resource, userPoolProperties)) &&
    clients.every((resource) => isUnchanged(resource, userPoolClientProperties)) &&
    resourceServers.every((resource) => isUnchanged(resource, userPoolResourceServer.properties));
  if (isAsBefore) return [];
  const store = existsSync(path) ? openStore(path, tell) : undefined;
  try {
    return check(store, deployment);
  } finally {
    store?.close();
  }
}

/** What a record would say of a pool or a client that is new; none of it can be refused. */
const NEW: Omit<PoolRecord, "signingKeys"> & ClientRecord = { name: "", createdAtMs: 0 };

function check(store: Store | undefined, deployment: Deployment): readonly NotServed[] {
  const refusals = new Refusals();
  const ofTemplate = deployment.pools.flatMap((resource) => {
    const record = store?.table("pools").get(resource.ref) ?? NEW;
    return refusals.attempt(() => loadTemplatePool(store, deployment, record, resource)) ?? [];
  });
  const pools = [...ofTemplate, ...(store === undefined ? [] : loadApiPools(store, deployment))];
  for (const resource of deployment.clients) {
    const record = store?.table("clients").get(resource.ref) ?? NEW;
    if (record.settings !== undefined && isUnchanged(resource, userPoolClientProperties)) continue;
    refusals.attempt(() => defineTemplateClient(store, deployment, record, resource, pools));
  }
  return refusals.all();
}
