// Operations that give a pool a domain, with which it has sign-in pages and OAuth endpoints.

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import { domainPrefix } from "../resources/user-pool-domain.ts";
import { userPoolId } from "./members.ts";
import { operation, TARGET, type OperationGroup } from "./operation.ts";

const domain = v.pipe(v.string(), v.minLength(1), v.maxLength(63), domainPrefix);

const settings = {
  UserPoolId: userPoolId,
  Domain: domain,
  ManagedLoginVersion: v.optional(v.picklist([1, 2])),
  CustomDomainConfig: v.optional(v.unknown()),
};

export const domainOperations: OperationGroup = (core) => ({
  ...operation("CreateUserPoolDomain", v.strictObject(settings), (input) => {
    if (input.CustomDomainConfig !== undefined) {
      throw notServed(`${TARGET}.CreateUserPoolDomain with CustomDomainConfig`);
    }
    core.settings.createDomain(core.registry.pool(input.UserPoolId), input.Domain);
    return { ManagedLoginVersion: input.ManagedLoginVersion ?? 1 };
  }),

  ...operation("DescribeUserPoolDomain", v.strictObject({ Domain: domain }), ({ Domain }) => {
    const pool = core.settings.findDomain(Domain);
    if (pool === undefined) return { DomainDescription: {} };
    return {
      DomainDescription: {
        UserPoolId: pool.id,
        AWSAccountId: pool.arn.split(":")[4],
        Domain,
        Status: "ACTIVE",
      },
    };
  }),

  ...operation(
    "DeleteUserPoolDomain",
    v.strictObject({ UserPoolId: userPoolId, Domain: domain }),
    ({ UserPoolId, Domain }) => {
      core.settings.deleteDomain(core.registry.pool(UserPoolId), Domain);
      return {};
    },
  ),
});
