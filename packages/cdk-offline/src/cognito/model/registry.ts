// The pools and app clients there are, found by their ids.

import { clientNotFound, userPoolNotFound } from "../errors.ts";
import type { PoolClient } from "./client.ts";
import type { Pool } from "./pool.ts";

export interface Registry {
  readonly pools: readonly Pool[];
  readonly clients: readonly PoolClient[];
  findPool(poolId: string): Pool | undefined;
  findPoolByIssuer(issuer: string): Pool | undefined;
  findClient(clientId: string): PoolClient | undefined;
  /** Throws `ResourceNotFoundException`. */
  pool(poolId: string): Pool;
  /** Throws `ResourceNotFoundException`, also for a client of another pool. */
  client(clientId: string, poolId?: string): PoolClient;
  /** The pool of a client; every client has one. */
  poolOf(client: PoolClient): Pool;
  /** Adds a pool, or puts it in place of the one with its id. */
  putPool(pool: Pool): void;
  putClient(client: PoolClient): void;
  /** Removes a pool with its clients. */
  removePool(poolId: string): void;
  removeClient(clientId: string): void;
}

/** Every client is of one of the pools. */
export function createRegistry(pools: readonly Pool[], clients: readonly PoolClient[]): Registry {
  const poolsById = new Map(pools.map((pool) => [pool.id, pool]));
  const poolsByIssuer = new Map(pools.map((pool) => [pool.issuer, pool]));
  const clientsById = new Map(clients.map((client) => [client.id, client]));
  const registry: Registry = {
    get pools() {
      return [...poolsById.values()];
    },
    get clients() {
      return [...clientsById.values()];
    },
    findPool: (poolId) => poolsById.get(poolId),
    findPoolByIssuer: (issuer) => poolsByIssuer.get(issuer),
    findClient: (clientId) => clientsById.get(clientId),
    pool(poolId) {
      const pool = poolsById.get(poolId);
      if (pool === undefined) throw userPoolNotFound(poolId);
      return pool;
    },
    client(clientId, poolId) {
      const client = clientsById.get(clientId);
      if (client === undefined || (poolId !== undefined && client.poolId !== poolId)) {
        throw clientNotFound(clientId);
      }
      return client;
    },
    poolOf: (client) => registry.pool(client.poolId),
    putPool(pool) {
      poolsById.set(pool.id, pool);
      poolsByIssuer.set(pool.issuer, pool);
    },
    putClient(client) {
      clientsById.set(client.id, client);
    },
    removePool(poolId) {
      poolsByIssuer.delete(registry.pool(poolId).issuer);
      poolsById.delete(poolId);
      for (const client of registry.clients) if (client.poolId === poolId) clientsById.delete(client.id);
    },
    removeClient(clientId) {
      clientsById.delete(clientId);
    },
  };
  return registry;
}
