// Operations that describe the pools and their app clients, which the template makes.

import * as v from "valibot";
import type { Core } from "../core.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import { clientId, userPoolId } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { pageOf } from "./paging.ts";

const MOST_ITEMS = 60;

const maxResults = v.pipe(v.number(), v.minValue(1), v.maxValue(MOST_ITEMS));
const nextToken = v.optional(v.string());

export const poolOperations: OperationGroup = (core) => ({
  ...operation("DescribeUserPool", v.strictObject({ UserPoolId: userPoolId }), ({ UserPoolId }) => ({
    UserPool: poolShape(core, core.registry.pool(UserPoolId)),
  })),

  ...operation(
    "DescribeUserPoolClient",
    v.strictObject({ UserPoolId: userPoolId, ClientId: clientId }),
    ({ UserPoolId, ClientId }) => {
      const pool = core.registry.pool(UserPoolId);
      return { UserPoolClient: clientShape(core.registry.client(ClientId, pool.id)) };
    },
  ),

  ...operation(
    "ListUserPools",
    v.strictObject({ MaxResults: maxResults, NextToken: nextToken }),
    ({ MaxResults, NextToken }) => {
      const page = pageOf({
        query: ["ListUserPools"],
        items: sortedById(core.registry.pools),
        positionOf: ({ id }) => id,
        limit: MaxResults,
        token: NextToken,
      });
      return {
        UserPools: page.items.map((pool) => ({
          Id: pool.id,
          Name: pool.name,
          LambdaConfig: {},
          ...dates(pool),
        })),
        NextToken: page.nextToken,
      };
    },
  ),

  ...operation(
    "ListUserPoolClients",
    v.strictObject({ UserPoolId: userPoolId, MaxResults: v.optional(maxResults), NextToken: nextToken }),
    ({ UserPoolId, MaxResults, NextToken }) => {
      const pool = core.registry.pool(UserPoolId);
      const page = pageOf({
        query: ["ListUserPoolClients", pool.id],
        items: sortedById(core.registry.clients.filter(({ poolId }) => poolId === pool.id)),
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

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html */
function poolShape(core: Core, pool: Pool) {
  const { passwordPolicy, properties } = pool;
  return {
    ...properties,
    // Names of the template; the API's are Name and SchemaAttributes.
    UserPoolName: undefined,
    Schema: undefined,
    Id: pool.id,
    Name: pool.name,
    Arn: pool.arn,
    ...dates(pool),
    Domain: pool.domain,
    LambdaConfig: {},
    MfaConfiguration: "OFF",
    EstimatedNumberOfUsers: core.users.inPool(pool).length,
    UsernameConfiguration: { CaseSensitive: pool.caseSensitive },
    AdminCreateUserConfig: {
      ...properties.AdminCreateUserConfig,
      AllowAdminCreateUserOnly: !pool.allowsSignUp,
    },
    Policies: {
      ...properties.Policies,
      PasswordPolicy: {
        MinimumLength: passwordPolicy.minimumLength,
        RequireLowercase: passwordPolicy.requiresLowercase,
        RequireUppercase: passwordPolicy.requiresUppercase,
        RequireNumbers: passwordPolicy.requiresNumbers,
        RequireSymbols: passwordPolicy.requiresSymbols,
        TemporaryPasswordValidityDays: passwordPolicy.temporaryPasswordValidityDays,
      },
    },
    SchemaAttributes: [...pool.attributes.values()].map(
      ({ name, type, mutable, required, minimum, maximum }) => ({
        Name: name,
        AttributeDataType: type,
        DeveloperOnlyAttribute: false,
        Mutable: mutable,
        Required: required,
        ...(type === "String" && {
          StringAttributeConstraints: { MinLength: text(minimum), MaxLength: text(maximum) },
        }),
        ...(type === "Number" && {
          NumberAttributeConstraints: { MinValue: text(minimum), MaxValue: text(maximum) },
        }),
      }),
    ),
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html */
function clientShape(client: PoolClient) {
  const { properties } = client;
  return {
    ...properties,
    GenerateSecret: undefined, // a member of the template only
    ClientId: client.id,
    ClientName: client.name,
    ClientSecret: client.secret,
    ...dates(client),
    RefreshTokenValidity: properties.RefreshTokenValidity ?? 30,
    ExplicitAuthFlows: [...client.authFlows],
    AllowedOAuthFlowsUserPoolClient: properties.AllowedOAuthFlowsUserPoolClient ?? false,
    EnableTokenRevocation: client.revocationEnabled,
  };
}

function dates({ createdAtMs }: { readonly createdAtMs: number }) {
  return { CreationDate: createdAtMs / 1000, LastModifiedDate: createdAtMs / 1000 };
}

function sortedById<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function text(value: number | undefined): string | undefined {
  return value?.toString();
}
