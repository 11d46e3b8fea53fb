// The CloudFormation types that the local user pool serves.

import { userPoolGroup, userPoolResourceServer } from "./resources/group-and-resource-server.ts";
import { userPoolClient } from "./resources/user-pool-client.ts";
import { managedLoginBranding, userPoolDomain } from "./resources/user-pool-domain.ts";
import { userPool } from "./resources/user-pool.ts";

export const cognitoResources = [
  userPool,
  userPoolClient,
  userPoolDomain,
  managedLoginBranding,
  userPoolGroup,
  userPoolResourceServer,
] as const;
