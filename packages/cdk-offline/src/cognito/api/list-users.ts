// ListUsers, with its filter and its pages.

import * as v from "valibot";
import { userPoolId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { pageOf } from "./paging.ts";
import { userShape } from "./shapes.ts";
import { parseUserFilter } from "./user-filter.ts";

const MOST_USERS = 60;

export const listUsersOperation: OperationGroup = ({ registry, users }) =>
  operation(
    "ListUsers",
    v.strictObject({
      UserPoolId: userPoolId,
      AttributesToGet: v.optional(v.array(v.string())),
      Limit: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MOST_USERS))),
      PaginationToken: v.optional(v.string()),
      Filter: v.optional(v.pipe(v.string(), v.maxLength(256))),
    }),
    ({ UserPoolId, AttributesToGet, Limit, PaginationToken, Filter }) => {
      const pool = registry.pool(UserPoolId);
      const matches = parseUserFilter(Filter);
      const { items, nextToken } = pageOf({
        query: ["ListUsers", UserPoolId, Filter],
        items: users.inPool(pool).filter(matches),
        positionOf: ({ userName }) => userName,
        // 0 is the value of a limit that is not set.
        limit: Limit === undefined || Limit === 0 ? MOST_USERS : Limit,
        token: PaginationToken,
      });
      return { Users: items.map((user) => userShape(user, AttributesToGet)), PaginationToken: nextToken };
    },
  );
