// Operations that make, describe, change and remove user pools.

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import type { Pool } from "../model/pool.ts";
import { userPoolProperties, type UserPoolProperties } from "../resources/user-pool.ts";
import { userPoolId } from "./members.ts";
import { operation, TARGET, type OperationGroup } from "./operation.ts";
import { maxResults, nextToken, pageOf } from "./paging.ts";
import { parseSettings } from "./settings-input.ts";
import { dates } from "./shapes.ts";

const poolName = v.pipe(v.string(), v.minLength(1), v.maxLength(128), v.regex(/^[\w\s+=,.@-]+$/));

export const poolOperations: OperationGroup = (core) => ({
  ...operation("CreateUserPool", v.looseObject({ PoolName: poolName }), async ({ PoolName, ...settings }) => {
    const properties = parseSettings("CreateUserPool", userPoolProperties, {
      ...settings,
      UserPoolName: PoolName,
    });
    return { UserPool: poolShape(core, await core.settings.createPool(properties)) };
  }),

  ...operation("DescribeUserPool", v.strictObject({ UserPoolId: userPoolId }), ({ UserPoolId }) => ({
    UserPool: poolShape(core, core.registry.pool(UserPoolId)),
  })),

  ...operation(
    "UpdateUserPool",
    v.looseObject({ UserPoolId: userPoolId, PoolName: v.optional(poolName) }),
    ({ UserPoolId, PoolName, ...rest }) => {
      const pool = core.registry.pool(UserPoolId);
      const changed = parseSettings("UpdateUserPool", userPoolProperties, {
        ...rest,
        UserPoolName: PoolName ?? pool.name,
      });
      core.settings.updatePool(pool, { ...changed, ...fixedSettings(pool) });
      return {};
    },
  ),

  ...operation("DeleteUserPool", v.strictObject({ UserPoolId: userPoolId }), ({ UserPoolId }) => {
    core.settings.deletePool(core.registry.pool(UserPoolId));
    return {};
  }),

  ...operation(
    "ListUserPools",
    v.strictObject({ MaxResults: maxResults, NextToken: nextToken }),
    ({ MaxResults, NextToken }) => {
      const page = pageOf({
        query: ["ListUserPools"],
        items: [...core.registry.pools].sort((a, b) => (a.id < b.id ? -1 : 1)),
        positionOf: ({ id }) => id,
        limit: MaxResults,
        token: NextToken,
      });
      return {
        UserPools: page.items.map((pool) => ({
          Id: pool.id,
          Name: pool.name,
          LambdaConfig: pool.properties.LambdaConfig ?? {},
          ...dates(pool),
        })),
        NextToken: page.nextToken,
      };
    },
  ),

  ...operation("GetUserPoolMfaConfig", v.strictObject({ UserPoolId: userPoolId }), ({ UserPoolId }) =>
    mfaConfigShape(core.registry.pool(UserPoolId)),
  ),

  ...operation(
    "SetUserPoolMfaConfig",
    v.strictObject({
      UserPoolId: userPoolId,
      MfaConfiguration: v.optional(v.picklist(["OFF", "ON", "OPTIONAL"])),
      SoftwareTokenMfaConfiguration: v.optional(v.strictObject({ Enabled: v.optional(v.boolean()) })),
      SmsMfaConfiguration: v.optional(v.unknown()),
      EmailMfaConfiguration: v.optional(v.unknown()),
      WebAuthnConfiguration: v.optional(v.unknown()),
    }),
    ({ UserPoolId, MfaConfiguration, SoftwareTokenMfaConfiguration: softwareToken, ...others }) => {
      for (const [name, value] of Object.entries(others)) {
        if (value !== undefined) throw notServed(`${TARGET}.SetUserPoolMfaConfig with ${name}`);
      }
      const pool = core.registry.pool(UserPoolId);
      const isEnabled =
        softwareToken === undefined ? pool.softwareTokenEnabled : softwareToken.Enabled === true;
      const changed = core.settings.updatePool(pool, {
        ...pool.properties,
        MfaConfiguration: MfaConfiguration ?? pool.mfa,
        EnabledMfas: isEnabled ? ["SOFTWARE_TOKEN_MFA"] : [],
      });
      return mfaConfigShape(changed);
    },
  ),
});

/** What an update cannot change, or what another operation changes. */
function fixedSettings({ properties }: Pool): UserPoolProperties {
  const { Schema, AliasAttributes, UsernameConfiguration, EnabledMfas } = properties;
  return {
    ...(Schema && { Schema }),
    ...(AliasAttributes && { AliasAttributes }),
    ...(UsernameConfiguration && { UsernameConfiguration }),
    ...(EnabledMfas && { EnabledMfas }),
  };
}

function mfaConfigShape({ mfa, softwareTokenEnabled }: Pool) {
  return {
    MfaConfiguration: mfa,
    ...(softwareTokenEnabled && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html */
function poolShape(core: Core, pool: Pool) {
  const { passwordPolicy, properties } = pool;
  return {
    ...properties,
    // Names of the template; the API's are Name and SchemaAttributes.
    UserPoolName: undefined,
    Schema: undefined,
    EnabledMfas: undefined,
    Id: pool.id,
    Name: pool.name,
    Arn: pool.arn,
    ...dates(pool),
    Domain: pool.domain,
    LambdaConfig: properties.LambdaConfig ?? {},
    MfaConfiguration: pool.mfa,
    DeletionProtection: pool.isProtected ? "ACTIVE" : "INACTIVE",
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

function text(value: number | undefined): string | undefined {
  return value?.toString();
}
