// Operations that make, describe, change and remove app clients.

import * as v from "valibot";
import type { PoolClient } from "../model/client.ts";
import { userPoolClientProperties } from "../resources/user-pool-client.ts";
import { clientId, userPoolId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { maxResults, MOST_ITEMS, nextToken, pageOf } from "./paging.ts";
import { parseSettings } from "./settings-input.ts";
import { dates } from "./shapes.ts";

const clientName = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[\w\s+=,.@-]+$/));
const oneClient = { UserPoolId: userPoolId, ClientId: clientId };

export const clientOperations: OperationGroup = (core) => ({
  ...operation(
    "CreateUserPoolClient",
    v.looseObject({ UserPoolId: userPoolId, ClientName: clientName }),
    (input) => {
      core.registry.pool(input.UserPoolId);
      const properties = parseSettings("CreateUserPoolClient", userPoolClientProperties, input);
      return { UserPoolClient: clientShape(core.settings.createClient(properties)) };
    },
  ),

  ...operation("DescribeUserPoolClient", v.strictObject(oneClient), ({ UserPoolId, ClientId }) => {
    const pool = core.registry.pool(UserPoolId);
    return { UserPoolClient: clientShape(core.registry.client(ClientId, pool.id)) };
  }),

  ...operation(
    "UpdateUserPoolClient",
    v.looseObject({ ...oneClient, ClientName: v.optional(clientName) }),
    ({ ClientId, ...input }) => {
      const pool = core.registry.pool(input.UserPoolId);
      const client = core.registry.client(ClientId, pool.id);
      const changed = parseSettings("UpdateUserPoolClient", userPoolClientProperties, {
        ...input,
        ClientName: input.ClientName ?? client.name,
      });
      // Whether a client has a secret is decided when it is made.
      const { GenerateSecret } = client.properties;
      const properties = { ...changed, ...(GenerateSecret !== undefined && { GenerateSecret }) };
      return { UserPoolClient: clientShape(core.settings.updateClient(client, properties)) };
    },
  ),

  ...operation("DeleteUserPoolClient", v.strictObject(oneClient), ({ UserPoolId, ClientId }) => {
    const pool = core.registry.pool(UserPoolId);
    core.settings.deleteClient(core.registry.client(ClientId, pool.id));
    return {};
  }),

  ...operation(
    "ListUserPoolClients",
    v.strictObject({ UserPoolId: userPoolId, MaxResults: v.optional(maxResults), NextToken: nextToken }),
    ({ UserPoolId, MaxResults, NextToken }) => {
      const pool = core.registry.pool(UserPoolId);
      const page = pageOf({
        query: ["ListUserPoolClients", pool.id],
        items: core.registry.clients
          .filter(({ poolId }) => poolId === pool.id)
          .sort((a, b) => (a.id < b.id ? -1 : 1)),
        positionOf: ({ id }) => id,
        limit: MaxResults ?? MOST_ITEMS,
        token: NextToken,
      });
      return {
        UserPoolClients: page.items.map(({ id, name }) => ({
          ClientId: id,
          ClientName: name,
          UserPoolId: pool.id,
        })),
        NextToken: page.nextToken,
      };
    },
  ),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html */
function clientShape(client: PoolClient) {
  const { properties } = client;
  return {
    ...properties,
    GenerateSecret: undefined, // a member of inputs only
    ClientId: client.id,
    ClientName: client.name,
    ClientSecret: client.secret,
    ...dates(client),
    RefreshTokenValidity: properties.RefreshTokenValidity ?? 30,
    ExplicitAuthFlows: [...client.authFlows],
    AllowedOAuthFlowsUserPoolClient: properties.AllowedOAuthFlowsUserPoolClient ?? false,
    EnableTokenRevocation: client.revocationEnabled,
    AuthSessionValidity: client.challengeSeconds / 60,
  };
}
