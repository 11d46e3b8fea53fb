// Operations on resource servers, whose scopes app clients can be allowed to ask for.

import * as v from "valibot";
import { invalidParameter } from "../errors.ts";
import type { ResourceServerRecord } from "../store/records.ts";
import { userPoolId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { MOST_ITEMS, nextToken, pageOf } from "./paging.ts";

/** Printable ASCII without quotation mark and backslash. */
const PRINTABLE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

const oneServer = {
  UserPoolId: userPoolId,
  Identifier: v.pipe(v.string(), v.minLength(1), v.maxLength(256), v.regex(PRINTABLE)),
};

const settings = {
  ...oneServer,
  Name: v.pipe(v.string(), v.minLength(1), v.maxLength(256), v.regex(/^[\w\s+=,.@-]+$/)),
  Scopes: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          ScopeName: v.pipe(
            v.string(),
            v.minLength(1),
            v.maxLength(256),
            v.regex(/^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+$/),
          ),
          ScopeDescription: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
        }),
      ),
      v.maxLength(100),
    ),
  ),
};

export const resourceServerOperations: OperationGroup = (core) => ({
  ...operation("CreateResourceServer", v.strictObject(settings), (input) => {
    const pool = core.registry.pool(input.UserPoolId);
    const isTaken = core.settings
      .resourceServers(pool)
      .some(({ identifier }) => identifier === input.Identifier);
    if (isTaken) throw invalidParameter(`${input.Identifier} already exists in user pool ${pool.id}.`);
    const server = toServer(input);
    core.settings.putResourceServer(server);
    return { ResourceServer: serverShape(server) };
  }),

  ...operation("DescribeResourceServer", v.strictObject(oneServer), ({ UserPoolId, Identifier }) => ({
    ResourceServer: serverShape(core.settings.resourceServer(core.registry.pool(UserPoolId), Identifier)),
  })),

  ...operation("UpdateResourceServer", v.strictObject(settings), (input) => {
    core.settings.resourceServer(core.registry.pool(input.UserPoolId), input.Identifier);
    const server = toServer(input);
    core.settings.putResourceServer(server);
    return { ResourceServer: serverShape(server) };
  }),

  ...operation("DeleteResourceServer", v.strictObject(oneServer), ({ UserPoolId, Identifier }) => {
    const pool = core.registry.pool(UserPoolId);
    core.settings.deleteResourceServer(core.settings.resourceServer(pool, Identifier));
    return {};
  }),

  ...operation(
    "ListResourceServers",
    v.strictObject({
      UserPoolId: userPoolId,
      MaxResults: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(50))),
      NextToken: nextToken,
    }),
    ({ UserPoolId, MaxResults, NextToken }) => {
      const pool = core.registry.pool(UserPoolId);
      const page = pageOf({
        query: ["ListResourceServers", pool.id],
        items: core.settings.resourceServers(pool),
        positionOf: ({ identifier }) => identifier,
        limit: MaxResults ?? MOST_ITEMS,
        token: NextToken,
      });
      return { ResourceServers: page.items.map(serverShape), NextToken: page.nextToken };
    },
  ),
});

function toServer(
  input: v.InferOutput<v.StrictObjectSchema<typeof settings, undefined>>,
): ResourceServerRecord {
  return {
    poolId: input.UserPoolId,
    identifier: input.Identifier,
    name: input.Name,
    scopes: input.Scopes ?? [],
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResourceServerType.html */
function serverShape({ poolId, identifier, name, scopes }: ResourceServerRecord) {
  return { UserPoolId: poolId, Identifier: identifier, Name: name, Scopes: scopes };
}
