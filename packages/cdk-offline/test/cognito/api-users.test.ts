import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CreateGroupCommand,
  ListGroupsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  SignUpCommand,
  type AdminCreateUserCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { describe, expect, test } from "vitest";
import { openBrowser } from "./browser.ts";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { codeIn, signInOnPage } from "./sign-in.ts";

function createUser(pool: RunningPool, Username: string, more: Partial<AdminCreateUserCommandInput> = {}) {
  const input = { UserPoolId: pool.poolId, Username, TemporaryPassword: PASSWORD, ...more };
  return pool.api.send(new AdminCreateUserCommand(input));
}

function getUser(pool: RunningPool, Username: string) {
  return pool.api.send(new AdminGetUserCommand({ UserPoolId: pool.poolId, Username }));
}

describe("AdminCreateUser", () => {
  test("creates a user with a temporary password, in the letters given", async () => {
    const pool = await startPool();
    const { User } = await createUser(pool, "Ädä.Lövelace-7", {
      UserAttributes: [
        { Name: "email", Value: "ada@example.org" },
        { Name: "email_verified", Value: "true" },
      ],
    });
    expect(User).toMatchObject({
      Username: "Ädä.Lövelace-7",
      Enabled: true,
      UserStatus: "FORCE_CHANGE_PASSWORD",
    });
    expect(User?.Attributes?.map(({ Name }) => Name)).toEqual(["sub", "email", "email_verified"]);
    const again = await getUser(pool, "äDÄ.LÖVELACE-7");
    expect(again).toMatchObject({ Username: "Ädä.Lövelace-7", UserStatus: "FORCE_CHANGE_PASSWORD" });
    expect(again.UserAttributes).toEqual(User?.Attributes);
    expect(Math.abs(Date.now() - Number(again.UserCreateDate))).toBeLessThan(60_000);
  });

  test("mails an invitation unless that is suppressed; its password is never on disk", async () => {
    const pool = await startPool();
    await createUser(pool, "quiet", {
      UserAttributes: [{ Name: "email", Value: "q@example.org" }],
      MessageAction: "SUPPRESS",
    });
    expect(pool.mail).toEqual([]);
    await createUser(pool, "ada", {
      UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
      TemporaryPassword: undefined,
    });
    expect(pool.mail).toMatchObject([{ to: "ada@example.org", subject: "Your temporary password" }]);
    const temporary = pool.mail[0]?.code ?? "";
    expect(temporary.length).toBeGreaterThanOrEqual(12);
    const outbox = async () => (await openBrowser().visit(`${pool.origin}/_local/outbox`)).text;
    expect(await outbox()).toContain(
      `Your username is ada and temporary password is <code>${temporary}</code>`,
    );
    pool.cognito.close();
    const restarted = await startPool({ dir: pool.dir, kept: pool.kept });
    const { text } = await openBrowser().visit(`${restarted.origin}/_local/outbox`);
    expect(text).toContain("(a password, no longer known after the restart)");
    expect(text).not.toContain(temporary);
  });

  test.each<[string, string, Partial<AdminCreateUserCommandInput>, string, string]>([
    ["a name that is taken", "ADA", {}, "UsernameExistsException", "User account already exists"],
    [
      "a name like an e-mail address",
      "a@example.org",
      {},
      "InvalidParameterException",
      "Username cannot be of email format, since user pool is configured for email alias.",
    ],
    [
      "an alias that is taken",
      "eve",
      {
        UserAttributes: [
          { Name: "email", Value: "Ada@example.org" },
          { Name: "email_verified", Value: "true" },
        ],
      },
      "AliasExistsException",
      "An account with the email already exists.",
    ],
    [
      "an attribute the pool does not have",
      "eve",
      { UserAttributes: [{ Name: "custom:role", Value: "x" }] },
      "InvalidParameterException",
      "Attributes did not conform to the schema: custom:role: Attribute does not exist in the schema.",
    ],
    [
      "half an e-mail address",
      "eve",
      { UserAttributes: [{ Name: "email", Value: "eve@" }] },
      "InvalidParameterException",
      "Invalid email address format.",
    ],
    [
      "a weak password",
      "eve",
      { TemporaryPassword: "short" },
      "InvalidPasswordException",
      "Password did not conform with policy: Password not long enough",
    ],
    [
      "another pool",
      "eve",
      { UserPoolId: "us-east-1_x" },
      "ResourceNotFoundException",
      "User pool us-east-1_x does not exist.",
    ],
  ])("refuses %s", async (_what, name, more, code, message) => {
    const pool = await startPool();
    await createUser(pool, "ada", {
      UserAttributes: [
        { Name: "email", Value: "ada@example.org" },
        { Name: "email_verified", Value: "true" },
      ],
    });
    await expect(createUser(pool, name, more)).rejects.toMatchObject({ name: code, message });
    await expect(getUser(pool, "eve")).rejects.toMatchObject({ name: "UserNotFoundException" });
  });

  test("refuses names that the service's pattern does not take, without repeating what was sent", async () => {
    const pool = await startPool();
    for (const name of ["a b", "\u0007", "", "x".repeat(129)]) {
      await expect(createUser(pool, name)).rejects.toMatchObject({ name: "InvalidParameterException" });
    }
    for (const name of ["..", "a/b", "日本", "🙂", "x".repeat(128), "a\\b", "%2e"]) {
      expect((await createUser(pool, name)).User?.Username).toBe(name);
    }
    await expect(createUser(pool, "eve", { TemporaryPassword: " lead1ng Space" })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: expect.not.stringContaining("lead1ng") as string,
    });
  });

  test("RESEND mails another temporary password in place of the first, to users who have not replaced it", async () => {
    const pool = await startPool();
    await createUser(pool, "ada", {
      UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
      TemporaryPassword: undefined,
    });
    await createUser(pool, "ada", { MessageAction: "RESEND", TemporaryPassword: undefined });
    expect(pool.mail).toHaveLength(2);
    expect(pool.mail[1]?.code).not.toBe(pool.mail[0]?.code);
    await pool.addUser("bob");
    await expect(createUser(pool, "bob", { MessageAction: "RESEND" })).rejects.toMatchObject({
      name: "UnsupportedUserStateException",
      message: "Resend not possible. bob status is not FORCE_CHANGE_PASSWORD",
    });
  });

  test("ForceAliasCreation takes a verified address from the user who has it", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    await createUser(pool, "eve", {
      ForceAliasCreation: true,
      UserAttributes: [
        { Name: "email", Value: "ada@example.org" },
        { Name: "email_verified", Value: "true" },
      ],
    });
    expect((await getUser(pool, "ada@example.org")).Username).toBe("eve");
    expect((await getUser(pool, "ada")).UserAttributes).toContainEqual({
      Name: "email_verified",
      Value: "false",
    });
  });

  test("refuses by name what is not served", async () => {
    const pool = await startPool();
    for (const more of [
      { DesiredDeliveryMediums: ["SMS"] },
    ] satisfies Partial<AdminCreateUserCommandInput>[]) {
      await expect(createUser(pool, "eve", more)).rejects.toMatchObject({
        name: "NotImplementedException",
        message: expect.stringContaining("AdminCreateUser with") as string,
      });
    }
  });
});

test("AdminSetUserPassword sets a permanent or a temporary password, within the policy", async () => {
  const pool = await startPool();
  await createUser(pool, "ada");
  const ada = { UserPoolId: pool.poolId, Username: "ada" };
  const set = (Password: string, Permanent: boolean) =>
    pool.api.send(new AdminSetUserPasswordCommand({ ...ada, Password, Permanent }));
  await set("Another Password 1", true);
  expect((await getUser(pool, "ada")).UserStatus).toBe("CONFIRMED");
  expect(codeIn(await signInOnPage(pool, "ada", { password: "Another Password 1" }))).not.toBe("");
  expect((await signInOnPage(pool, "ada")).status).toBe(400);
  await set("Temporary Pass 1", false);
  expect((await getUser(pool, "ada")).UserStatus).toBe("FORCE_CHANGE_PASSWORD");
  await expect(set("nodigitsNODIGITS", true)).rejects.toMatchObject({
    name: "InvalidPasswordException",
    message: "Password did not conform with policy: Password must have numeric characters",
  });
});

test("AdminDisableUser and AdminEnableUser", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const ada = { UserPoolId: pool.poolId, Username: "ada" };
  await pool.api.send(new AdminDisableUserCommand(ada));
  expect((await getUser(pool, "ada")).Enabled).toBe(false);
  expect((await signInOnPage(pool, "ada")).status).toBe(400);
  await pool.api.send(new AdminEnableUserCommand(ada));
  expect((await signInOnPage(pool, "ada")).status).toBe(302);
});

test("F4 a user who is deleted and created again is another one, with none of the old groups", async () => {
  const pool = await startPool();
  const UserPoolId = pool.poolId;
  const first = await pool.addUser("ada");
  await pool.api.send(new AdminAddUserToGroupCommand({ UserPoolId, Username: "ada", GroupName: "editors" }));
  await pool.api.send(new AdminDeleteUserCommand({ UserPoolId, Username: "ada" }));
  await expect(getUser(pool, "ada")).rejects.toMatchObject({
    name: "UserNotFoundException",
    message: "User does not exist.",
  });
  expect(await pool.addUser("ada")).not.toBe(first);
  const { Groups } = await pool.api.send(new AdminListGroupsForUserCommand({ UserPoolId, Username: "ada" }));
  expect(Groups).toEqual([]);
});

test("AdminConfirmSignUp confirms once, and leaves the address unverified", async () => {
  const pool = await startPool();
  await pool.api.send(
    new SignUpCommand({
      ClientId: pool.apiClientId,
      Username: "ada",
      Password: PASSWORD,
      UserAttributes: [{ Name: "email", Value: "ada@example.org" }],
    }),
  );
  const confirm = () =>
    pool.api.send(new AdminConfirmSignUpCommand({ UserPoolId: pool.poolId, Username: "ada" }));
  await confirm();
  const user = await getUser(pool, "ada");
  expect(user.UserStatus).toBe("CONFIRMED");
  expect(user.UserAttributes?.map(({ Name }) => Name)).not.toContain("email_verified");
  await expect(confirm()).rejects.toMatchObject({
    name: "NotAuthorizedException",
    message: "User cannot be confirmed. Current status is CONFIRMED",
  });
});

test("every administrator's call for somebody who is not there says so", async () => {
  const pool = await startPool();
  const nobody = { UserPoolId: pool.poolId, Username: "nobody" };
  const calls = [
    pool.api.send(new AdminGetUserCommand(nobody)),
    pool.api.send(new AdminDeleteUserCommand(nobody)),
    pool.api.send(new AdminDisableUserCommand(nobody)),
    pool.api.send(new AdminEnableUserCommand(nobody)),
    pool.api.send(new AdminConfirmSignUpCommand(nobody)),
    pool.api.send(new AdminUserGlobalSignOutCommand(nobody)),
    pool.api.send(new AdminListGroupsForUserCommand(nobody)),
    pool.api.send(new AdminSetUserPasswordCommand({ ...nobody, Password: PASSWORD })),
    pool.api.send(new AdminAddUserToGroupCommand({ ...nobody, GroupName: "editors" })),
  ];
  for (const call of await Promise.allSettled(calls)) {
    expect(call).toMatchObject({ status: "rejected", reason: { name: "UserNotFoundException" } });
  }
});

describe("groups", () => {
  test("of the template and of the API are listed together, and a name is taken once", async () => {
    const pool = await startPool();
    const UserPoolId = pool.poolId;
    const { Group } = await pool.api.send(
      new CreateGroupCommand({ UserPoolId, GroupName: "zebras", Description: "striped", Precedence: 3 }),
    );
    expect(Group).toMatchObject({ GroupName: "zebras", Description: "striped", Precedence: 3, UserPoolId });
    const { Groups } = await pool.api.send(new ListGroupsCommand({ UserPoolId }));
    expect(Groups?.map(({ GroupName }) => GroupName)).toEqual(["editors", "zebras"]);
    for (const GroupName of ["editors", "zebras"]) {
      await expect(pool.api.send(new CreateGroupCommand({ UserPoolId, GroupName }))).rejects.toMatchObject({
        name: "GroupExistsException",
        message: "A group with the name already exists.",
      });
    }
    const withRole = { UserPoolId, GroupName: "r", RoleArn: "arn:aws:iam::000000000000:role/r0000000000" };
    await expect(pool.api.send(new CreateGroupCommand(withRole))).rejects.toMatchObject({
      name: "NotImplementedException",
    });
  });

  test("B9 a user belongs to a group by its exact name", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const ada = { UserPoolId: pool.poolId, Username: "ada" };
    for (const GroupName of ["Editors", "editors-", "cognito:groups"]) {
      await expect(
        pool.api.send(new AdminAddUserToGroupCommand({ ...ada, GroupName })),
      ).rejects.toMatchObject({
        name: "ResourceNotFoundException",
        message: "Group not found.",
      });
    }
    const editors = { ...ada, GroupName: "editors" };
    await pool.api.send(new AdminAddUserToGroupCommand(editors));
    await pool.api.send(new AdminAddUserToGroupCommand(editors));
    const groups = async () =>
      (await pool.api.send(new AdminListGroupsForUserCommand(ada))).Groups?.map(({ GroupName }) => GroupName);
    expect(await groups()).toEqual(["editors"]);
    const inGroup = await pool.api.send(
      new ListUsersInGroupCommand({ UserPoolId: pool.poolId, GroupName: "editors" }),
    );
    expect(inGroup.Users?.map(({ Username }) => Username)).toEqual(["ada"]);
    await pool.api.send(new AdminRemoveUserFromGroupCommand(editors));
    expect(await groups()).toEqual([]);
  });
});

describe("ListUsers", () => {
  test("goes through all pages, each user once", async () => {
    const pool = await startPool();
    const names = ["ada", "bob", "cid", "dan", "eve"];
    await Promise.all(names.map((name) => createUser(pool, name)));
    const found: (string | undefined)[] = [];
    let PaginationToken: string | undefined;
    do {
      const page = await pool.api.send(
        new ListUsersCommand({ UserPoolId: pool.poolId, Limit: 2, PaginationToken }),
      );
      expect(page.Users?.length).toBeLessThanOrEqual(2);
      found.push(...(page.Users ?? []).map(({ Username }) => Username));
      PaginationToken = page.PaginationToken;
    } while (PaginationToken !== undefined);
    expect(found).toEqual(names);
  });

  test("refuses a token that it has not given for this query, and a limit over 60", async () => {
    const pool = await startPool();
    await Promise.all(["ada", "bob"].map((name) => createUser(pool, name)));
    const list = (more: object) => pool.api.send(new ListUsersCommand({ UserPoolId: pool.poolId, ...more }));
    const { PaginationToken } = await list({ Limit: 1 });
    const refused = { name: "InvalidParameterException" };
    await expect(list({ PaginationToken, Filter: 'username = "ada"' })).rejects.toMatchObject(refused);
    await expect(list({ PaginationToken: "nonsense" })).rejects.toMatchObject(refused);
    await expect(list({ Limit: 61 })).rejects.toMatchObject(refused);
  });

  test.each([
    ['username = "ada"', ["ada"]],
    ['username ^= "a"', ["ada", "alf"]],
    ['"email" ^= "a"', ["ada"]],
    ['email="ada@example.org"', ["ada"]],
    ['status = "Disabled"', ["bob"]],
    ['cognito:user_status = "CONFIRMED"', ["ada", "bob"]],
    ['name = "The \\"Bob\\""', ["bob"]],
    ['username = "nobody"', []],
    ["", ["ada", "alf", "bob"]],
  ])("filters by %s", async (Filter, names) => {
    const pool = await startPool();
    await pool.addUser("ada");
    await pool.addUser("bob", { email: "b@example.org", name: 'The "Bob"' });
    await createUser(pool, "alf");
    await pool.api.send(new AdminDisableUserCommand({ UserPoolId: pool.poolId, Username: "bob" }));
    const { Users } = await pool.api.send(new ListUsersCommand({ UserPoolId: pool.poolId, Filter }));
    expect(Users?.map(({ Username }) => Username)).toEqual(names);
  });

  test.each([
    "username",
    'username > "a"',
    "username = ada",
    'custom:x = "1"',
    'username = "a" or status = "b"',
  ])("refuses the filter %s", async (Filter) => {
    const pool = await startPool();
    await expect(
      pool.api.send(new ListUsersCommand({ UserPoolId: pool.poolId, Filter })),
    ).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("gives only the attributes that are asked for", async () => {
    const pool = await startPool();
    await pool.addUser("ada");
    const { Users } = await pool.api.send(
      new ListUsersCommand({ UserPoolId: pool.poolId, AttributesToGet: ["email"] }),
    );
    expect(Users?.[0]?.Attributes).toEqual([{ Name: "email", Value: "ada@example.org" }]);
  });
});
