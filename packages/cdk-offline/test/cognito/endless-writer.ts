// A process that creates users and groups of them until it is killed, and prints each user that has been acknowledged.

import { openFromArguments } from "./pool-in-process.ts";

const { UserPoolId, call } = await openFromArguments();

for (let i = 0; ; i++) {
  const user = { UserPoolId, Username: `user${i}` };
  await call("AdminCreateUser", { ...user, TemporaryPassword: "Correct Horse 7 Battery" });
  await call("AdminAddUserToGroup", { ...user, GroupName: "editors" });
  process.stdout.write(`${user.Username}\n`);
}
