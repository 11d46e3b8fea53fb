// Operations on groups and on who belongs to them.

import * as v from "valibot";
import type { Core } from "../core.ts";
import type { Pool } from "../model/pool.ts";
import type { UserRecord } from "../store/records.ts";
import { groupName, userName, userPoolId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { MOST_ITEMS, pageOf } from "./paging.ts";
import { groupShape, userShape } from "./shapes.ts";

const paging = {
  Limit: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MOST_ITEMS))),
  NextToken: v.optional(v.string()),
};

const oneGroup = { UserPoolId: userPoolId, GroupName: groupName };

const groupInput = {
  ...oneGroup,
  Description: v.optional(v.pipe(v.string(), v.maxLength(2048))),
  Precedence: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
};

const membership = v.strictObject({ UserPoolId: userPoolId, GroupName: groupName, Username: userName });

export const groupOperations: OperationGroup = (core) => ({
  ...operation("CreateGroup", v.strictObject(groupInput), (input) => ({
    Group: groupShape(
      core.groups.create({
        poolId: core.registry.pool(input.UserPoolId).id,
        name: input.GroupName,
        ...settingsOf(input),
      }),
    ),
  })),

  ...operation("GetGroup", v.strictObject(oneGroup), ({ UserPoolId, GroupName }) => ({
    Group: groupShape(core.groups.get(core.registry.pool(UserPoolId).id, GroupName)),
  })),

  ...operation("UpdateGroup", v.strictObject(groupInput), (input) => {
    const group = core.groups.get(core.registry.pool(input.UserPoolId).id, input.GroupName);
    return { Group: groupShape(core.groups.update(group, settingsOf(input))) };
  }),

  ...operation("DeleteGroup", v.strictObject(oneGroup), ({ UserPoolId, GroupName }) => {
    core.groups.remove(core.groups.get(core.registry.pool(UserPoolId).id, GroupName));
    return {};
  }),

  ...operation("ListGroups", v.strictObject({ UserPoolId: userPoolId, ...paging }), (input) => {
    const pool = core.registry.pool(input.UserPoolId);
    const { items, nextToken } = pageOf({
      query: ["ListGroups", pool.id],
      items: core.groups.inPool(pool.id),
      positionOf: ({ name }) => name,
      ...pageMembers(input),
    });
    return { Groups: items.map(groupShape), NextToken: nextToken };
  }),

  ...operation(
    "AdminListGroupsForUser",
    v.strictObject({ UserPoolId: userPoolId, Username: userName, ...paging }),
    (input) => {
      const { pool, user } = find(core, input);
      const { items, nextToken } = pageOf({
        query: ["AdminListGroupsForUser", pool.id, user.sub],
        items: [...core.groups.ofUser(user)].sort((a, b) => (a.name < b.name ? -1 : 1)),
        positionOf: ({ name }) => name,
        ...pageMembers(input),
      });
      return { Groups: items.map(groupShape), NextToken: nextToken };
    },
  ),

  ...operation(
    "ListUsersInGroup",
    v.strictObject({ UserPoolId: userPoolId, GroupName: groupName, ...paging }),
    (input) => {
      const pool = core.registry.pool(input.UserPoolId);
      const group = core.groups.get(pool.id, input.GroupName);
      const { items, nextToken } = pageOf({
        query: ["ListUsersInGroup", pool.id, group.name],
        items: core.users.inPool(pool).filter(({ groups }) => groups.includes(group.name)),
        positionOf: (user) => user.userName,
        ...pageMembers(input),
      });
      return { Users: items.map((user) => userShape(user)), NextToken: nextToken };
    },
  ),

  ...operation("AdminAddUserToGroup", membership, (input) => {
    const { pool, user } = find(core, input);
    const { name } = core.groups.get(pool.id, input.GroupName);
    core.store.commit(core.users.change({ ...user, groups: [...new Set([...user.groups, name])] }));
    return {};
  }),

  ...operation("AdminRemoveUserFromGroup", membership, (input) => {
    const { pool, user } = find(core, input);
    const { name } = core.groups.get(pool.id, input.GroupName);
    core.store.commit(core.users.change({ ...user, groups: user.groups.filter((group) => group !== name) }));
    return {};
  }),
});

function settingsOf({
  Description,
  Precedence,
}: {
  Description?: string | undefined;
  Precedence?: number | undefined;
}) {
  return {
    ...(Description !== undefined && { description: Description }),
    ...(Precedence !== undefined && { precedence: Precedence }),
  };
}

function find(
  core: Core,
  { UserPoolId, Username }: { readonly UserPoolId: string; readonly Username: string },
): { pool: Pool; user: UserRecord } {
  const pool = core.registry.pool(UserPoolId);
  return { pool, user: core.users.get(pool, Username) };
}

function pageMembers({ Limit, NextToken }: { Limit?: number | undefined; NextToken?: string | undefined }) {
  // 0 is the value of a limit that is not set.
  return { limit: Limit === undefined || Limit === 0 ? MOST_ITEMS : Limit, token: NextToken };
}
