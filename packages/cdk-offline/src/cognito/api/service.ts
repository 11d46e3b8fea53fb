// The user-pool API: every operation that is served. Any other one is refused by its name.

import type { JsonService } from "../../aws/json-protocol.ts";
import type { Core } from "../core.ts";
import { adminUserOperations } from "./admin-users.ts";
import { createChallenges } from "./challenges.ts";
import { clientOperations } from "./clients.ts";
import { createUserOperation } from "./create-user.ts";
import { domainOperations } from "./domains.ts";
import { forgottenPasswordOperations } from "./forgotten-passwords.ts";
import { groupOperations } from "./groups.ts";
import { initiateAuthOperations } from "./initiate-auth.ts";
import { listUsersOperation } from "./list-users.ts";
import { TARGET } from "./operation.ts";
import { ownAccountOperations } from "./own-account.ts";
import { poolOperations } from "./pools.ts";
import { resourceServerOperations } from "./resource-servers.ts";
import { respondToChallengeOperations } from "./respond-to-challenge.ts";
import { revokeTokenOperation } from "./revoke-token.ts";
import { signUpOperations } from "./sign-up.ts";
import { softwareTokenOperations } from "./software-tokens.ts";

const GROUPS = [
  adminUserOperations,
  clientOperations,
  createUserOperation,
  domainOperations,
  forgottenPasswordOperations,
  groupOperations,
  listUsersOperation,
  ownAccountOperations,
  poolOperations,
  resourceServerOperations,
  revokeTokenOperation,
  signUpOperations,
];

export function userPoolApi(core: Core): JsonService {
  const challenges = createChallenges(core.clock);
  return {
    target: TARGET,
    version: "1.1",
    internalError: "InternalErrorException",
    operations: Object.assign(
      {},
      ...GROUPS.map((group) => group(core)),
      initiateAuthOperations(core, challenges),
      respondToChallengeOperations(core, challenges),
      softwareTokenOperations(core, challenges),
    ) as JsonService["operations"],
  };
}
