// The user-pool API: every operation that is served. Any other one is refused by its name.

import type { JsonService } from "../../aws/json-protocol.ts";
import type { Core } from "../core.ts";
import { adminUserOperations } from "./admin-users.ts";
import { authenticationOperations } from "./authentication.ts";
import { groupOperations } from "./groups.ts";
import { listUsersOperation } from "./list-users.ts";
import { TARGET } from "./operation.ts";
import { ownAccountOperations } from "./own-account.ts";
import { poolOperations } from "./pools.ts";
import { signUpOperations } from "./sign-up.ts";

const GROUPS = [
  adminUserOperations,
  authenticationOperations,
  groupOperations,
  listUsersOperation,
  ownAccountOperations,
  poolOperations,
  signUpOperations,
];

export function userPoolApi(core: Core): JsonService {
  return {
    target: TARGET,
    version: "1.1",
    operations: Object.assign({}, ...GROUPS.map((group) => group(core))) as JsonService["operations"],
  };
}
