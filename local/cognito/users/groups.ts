// The groups of the pools, those of the template and those made by the API, and who belongs to them.

import type { Clock } from "../../clock.ts";
import type { Resource } from "../../assembly/resource.ts";
import { groupExists, groupNotFound } from "../errors.ts";
import type { Registry } from "../model/registry.ts";
import type { UserPoolGroupProperties } from "../resources/group-and-resource-server.ts";
import type { GroupRecord, UserRecord } from "../store/records.ts";
import type { Store } from "../store/store.ts";

export interface Groups {
  /** In the order of their names. */
  inPool(poolId: string): readonly GroupRecord[];
  /** Throws `ResourceNotFoundException`. */
  get(poolId: string, name: string): GroupRecord;
  /** Throws `GroupExistsException`. */
  create(group: Omit<GroupRecord, "createdAtMs">): GroupRecord;
  /** The groups a user belongs to, the most important one (lowest precedence) first. */
  ofUser(user: UserRecord): readonly GroupRecord[];
}

export function createGroups(
  store: Store,
  registry: Registry,
  resources: readonly Resource<UserPoolGroupProperties>[],
  clock: Clock,
): Groups {
  const table = store.table("groups");
  const byPool = table.index(({ poolId }) => [poolId]);
  const fromTemplate = new Map(
    resources.map((resource) => {
      const group = templateGroup(resource, registry);
      return [groupKey(group.poolId, group.name), group];
    }),
  );
  const find = (poolId: string, name: string): GroupRecord | undefined =>
    fromTemplate.get(groupKey(poolId, name)) ?? table.get(groupKey(poolId, name));

  return {
    inPool(poolId) {
      const groups = [...fromTemplate.values(), ...byPool.find(poolId)].filter(
        (group) => group.poolId === poolId,
      );
      const byName = new Map(groups.reverse().map((group) => [group.name, group]));
      return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    get(poolId, name) {
      const group = find(poolId, name);
      if (group === undefined) throw groupNotFound();
      return group;
    },
    create(group) {
      if (find(group.poolId, group.name) !== undefined) throw groupExists();
      const value = { ...group, createdAtMs: clock() };
      store.commit({ table: "groups", key: groupKey(group.poolId, group.name), value });
      return value;
    },
    ofUser(user) {
      return user.groups
        .flatMap((name) => find(user.poolId, name) ?? [])
        .sort(
          (a, b) => (a.precedence ?? Infinity) - (b.precedence ?? Infinity) || (a.name < b.name ? -1 : 1),
        );
    },
  };
}

function templateGroup(
  { ref, properties }: Resource<UserPoolGroupProperties>,
  registry: Registry,
): GroupRecord {
  const { UserPoolId: poolId, Description: description, Precedence: precedence } = properties;
  return {
    poolId,
    name: ref,
    ...(description !== undefined && { description }),
    ...(precedence !== undefined && { precedence }),
    createdAtMs: registry.pool(poolId).createdAtMs,
  };
}

function groupKey(poolId: string, name: string): string {
  return `${poolId} ${name}`;
}
