// The groups of the pools, those of the template and those made by the API, and who belongs to them.

import type { Clock } from "../../clock.ts";
import type { Resource } from "../../assembly/resource.ts";
import { notServed } from "../../aws/errors.ts";
import { groupExists, groupNotFound } from "../errors.ts";
import type { Registry } from "../model/registry.ts";
import type { UserPoolGroupProperties } from "../resources/group-and-resource-server.ts";
import type { GroupRecord, UserRecord } from "../store/records.ts";
import type { Change, Store } from "../store/store.ts";

interface GroupSettings {
  readonly description?: string;
  readonly precedence?: number;
}

export interface Groups {
  /** In the order of their names. */
  inPool(poolId: string): readonly GroupRecord[];
  /** Throws `ResourceNotFoundException`. */
  get(poolId: string, name: string): GroupRecord;
  /** Throws `GroupExistsException`. */
  create(group: Omit<GroupRecord, "createdAtMs">): GroupRecord;
  /** Puts a description and a precedence in place of those a group has. The template's groups are refused by name. */
  update(group: GroupRecord, settings: GroupSettings): GroupRecord;
  /** Removes a group, and its members from it. The template's groups are refused by name. */
  remove(group: GroupRecord): void;
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
  const checkNotOfTemplate = ({ poolId, name }: GroupRecord): void => {
    if (fromTemplate.has(groupKey(poolId, name))) {
      throw notServed("changing or removing a group that the template makes, by the API,");
    }
  };
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
    update(group, settings) {
      checkNotOfTemplate(group);
      const { poolId, name, createdAtMs } = group;
      const value: GroupRecord = { poolId, name, createdAtMs, modifiedAtMs: clock(), ...settings };
      store.commit({ table: "groups", key: groupKey(poolId, name), value });
      return value;
    },
    remove(group) {
      checkNotOfTemplate(group);
      const { poolId, name } = group;
      const members = [...store.table("users").rows()].filter(
        (user) => user.poolId === poolId && user.groups.includes(name),
      );
      store.commit(
        { table: "groups", key: groupKey(poolId, name), value: null },
        ...members.map((user): Change => {
          const value = { ...user, groups: user.groups.filter((other) => other !== name) };
          return { table: "users", key: user.sub, value };
        }),
      );
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
