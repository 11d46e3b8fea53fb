import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  CreateGroupCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteGroupCommand,
  DeleteResourceServerCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DescribeResourceServerCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetGroupCommand,
  GetUserPoolMfaConfigCommand,
  InitiateAuthCommand,
  ListResourceServersCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
  SetUserPoolMfaConfigCommand,
  UpdateGroupCommand,
  UpdateResourceServerCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type CreateUserPoolClientCommandInput,
  type CreateUserPoolCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { claimsOf, pkcePair } from "./sign-in.ts";
import { openBrowser } from "./browser.ts";
import { CALLBACK } from "./template.ts";

async function createPool(
  running: RunningPool,
  more: Partial<CreateUserPoolCommandInput> = {},
): Promise<string> {
  const { UserPool } = await running.api.send(new CreateUserPoolCommand({ PoolName: "mine", ...more }));
  return UserPool?.Id ?? "";
}

async function createClient(
  running: RunningPool,
  UserPoolId: string,
  more: Partial<CreateUserPoolClientCommandInput> = {},
) {
  const { UserPoolClient } = await running.api.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "app",
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      ...more,
    }),
  );
  return UserPoolClient ?? {};
}

async function addUser(running: RunningPool, UserPoolId: string, Username = "ada"): Promise<void> {
  await running.api.send(new AdminCreateUserCommand({ UserPoolId, Username }));
  await running.api.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: PASSWORD, Permanent: true }),
  );
}

function signIn(running: RunningPool, ClientId: string | undefined) {
  return running.api.send(
    new InitiateAuthCommand({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ada", PASSWORD },
    }),
  );
}

function restart(running: RunningPool, setup = {}): Promise<RunningPool> {
  running.cognito.close();
  return startPool({ dir: running.dir, kept: running.kept, ...setup });
}

describe("a pool made with the SDK", () => {
  test("signs its users in, with keys of its own, and survives a restart", async () => {
    const running = await startPool();
    const UserPoolId = await createPool(running);
    const { ClientId } = await createClient(running, UserPoolId);
    await addUser(running, UserPoolId);
    const { AuthenticationResult } = await signIn(running, ClientId);
    const token = AuthenticationResult?.AccessToken ?? "";
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`;
    expect(claimsOf(token)).toMatchObject({ iss: issuer, client_id: ClientId, username: "ada" });

    const again = await restart(running);
    await expect(again.cognito.verifyToken(UserPoolId, token)).resolves.toMatchObject({ iss: issuer });
    await expect(again.cognito.verifyToken(again.poolId, token)).rejects.toThrow();
    expect((await signIn(again, ClientId)).AuthenticationResult).toBeDefined();
    const { UserPool } = await again.api.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool).toMatchObject({
      Id: UserPoolId,
      Name: "mine",
      Arn: `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}`,
      EstimatedNumberOfUsers: 1,
      MfaConfiguration: "OFF",
    });
  });

  test("has an app client whose secret Describe tells, before a restart and after", async () => {
    const running = await startPool();
    const UserPoolId = await createPool(running);
    const created = await createClient(running, UserPoolId, { GenerateSecret: true });
    expect(created.ClientSecret).toMatch(/^[a-z0-9]{51}$/);
    const again = await restart(running);
    const { UserPoolClient } = await again.api.send(
      new DescribeUserPoolClientCommand({ UserPoolId, ClientId: created.ClientId }),
    );
    expect(UserPoolClient).toEqual(created);
    await expect(signIn(again, created.ClientId)).rejects.toMatchObject({
      message: `Client ${created.ClientId ?? ""} is configured with secret but SECRET_HASH was not received`,
    });
  });

  test("has pages and OAuth endpoints once it has a domain", async () => {
    const running = await startPool();
    const UserPoolId = await createPool(running);
    const server = { UserPoolId, Identifier: "api", Name: "api" };
    const Scopes = [{ ScopeName: "read", ScopeDescription: "Read" }];
    await running.api.send(new CreateResourceServerCommand({ ...server, Scopes }));
    const { ClientId = "" } = await createClient(running, UserPoolId, {
      AllowedOAuthFlows: ["code"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ["openid", "api/read"],
      CallbackURLs: [CALLBACK],
      SupportedIdentityProviders: ["COGNITO"],
    });
    await addUser(running, UserPoolId);
    const { verifier, challenge } = pkcePair();
    const query = new URLSearchParams({
      client_id: ClientId,
      redirect_uri: CALLBACK,
      response_type: "code",
      scope: "openid api/read",
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const address = `${running.origin}/oauth2/authorize?${query.toString()}`;
    expect((await openBrowser().visit(address)).status).toBe(400);
    const Domain = "mine-of-a-test";
    await running.api.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain }));

    const again = await restart(running);
    const browser = openBrowser();
    const page = await browser.follow(address.replace(running.origin, again.origin));
    const { location = "" } = await browser.submit(page, { username: "ada", password: PASSWORD });
    const response = await fetch(`${again.origin}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: ClientId,
        redirect_uri: CALLBACK,
        code: new URL(location).searchParams.get("code") ?? "",
        code_verifier: verifier,
      }),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    expect(claimsOf(access_token)).toMatchObject({ scope: "openid api/read" });

    const described = await again.api.send(new DescribeUserPoolDomainCommand({ Domain }));
    expect(described.DomainDescription).toMatchObject({ UserPoolId, Domain, Status: "ACTIVE" });
    await expect(again.api.send(new DeleteUserPoolCommand({ UserPoolId }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    });
    await again.api.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain }));
    expect((await again.api.send(new DescribeUserPoolDomainCommand({ Domain }))).DomainDescription).toEqual(
      {},
    );
  });

  test("is gone with all that was in it, and only that, after DeleteUserPool; protection prevents it", async () => {
    const running = await startPool();
    await running.addUser("bob");
    const UserPoolId = await createPool(running, { DeletionProtection: "ACTIVE" });
    const { ClientId } = await createClient(running, UserPoolId);
    await addUser(running, UserPoolId);
    const { AuthenticationResult } = await signIn(running, ClientId);
    const { sub, origin_jti } = claimsOf(AuthenticationResult?.AccessToken ?? "");
    const remove = () => running.api.send(new DeleteUserPoolCommand({ UserPoolId }));
    await expect(remove()).rejects.toMatchObject({
      message:
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
    });
    await running.api.send(new UpdateUserPoolCommand({ UserPoolId, DeletionProtection: "INACTIVE" }));
    await remove();
    const journal = readFileSync(join(running.dir, "cognito.jsonl"), "utf8");
    for (const key of [sub, origin_jti, ClientId, UserPoolId]) {
      expect(journal).toContain(`"key":"${String(key)}","value":null`);
    }
    for (const one of [running, await restart(running)]) {
      await expect(one.api.send(new DescribeUserPoolCommand({ UserPoolId }))).rejects.toMatchObject({
        name: "ResourceNotFoundException",
        message: `User pool ${UserPoolId} does not exist.`,
      });
      await expect(signIn(one, ClientId)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
      const { UserPools } = await one.api.send(new ListUserPoolsCommand({ MaxResults: 60 }));
      expect(UserPools?.map(({ Id }) => Id)).toEqual([one.poolId]);
    }
  });

  test("keeps on update what cannot change, and sets the rest to what is given or to its default", async () => {
    const running = await startPool();
    const UserPoolId = await createPool(running, {
      AliasAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
      Policies: { PasswordPolicy: { MinimumLength: 20 } },
      AutoVerifiedAttributes: ["email"],
    });
    await running.api.send(
      new UpdateUserPoolCommand({ UserPoolId, Policies: { PasswordPolicy: { MinimumLength: 10 } } }),
    );
    const { UserPool } = await running.api.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(UserPool).toMatchObject({
      Name: "mine",
      AliasAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
      Policies: { PasswordPolicy: { MinimumLength: 10 } },
    });
    expect(UserPool?.AutoVerifiedAttributes).toBeUndefined();
  });

  test("gets a second factor by SetUserPoolMfaConfig", async () => {
    const running = await startPool();
    const UserPoolId = await createPool(running);
    const config = {
      MfaConfiguration: "ON",
      SoftwareTokenMfaConfiguration: { Enabled: true },
    } as const;
    const set = (input: object) =>
      running.api.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...input }));
    await expect(set({ MfaConfiguration: "ON" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
    await expect(set({ EmailMfaConfiguration: {} })).rejects.toMatchObject({
      name: "NotImplementedException",
    });
    expect(await set(config)).toMatchObject(config);
    const again = await restart(running);
    expect(await again.api.send(new GetUserPoolMfaConfigCommand({ UserPoolId }))).toMatchObject(config);
    const { ClientId } = await createClient(again, UserPoolId);
    await addUser(again, UserPoolId);
    expect((await signIn(again, ClientId)).ChallengeName).toBe("MFA_SETUP");
  });

  test.each<[string, Partial<CreateUserPoolCommandInput>, string, string]>([
    [
      "a trigger",
      { LambdaConfig: { CustomMessage: "arn:aws:lambda:us-east-1:000000000000:function:x" } },
      "NotImplementedException",
      "AWSCognitoIdentityProviderService.CreateUserPool with lambdaConfig.customMessage",
    ],
    [
      "names that are addresses",
      { UsernameAttributes: ["email"] },
      "NotImplementedException",
      "CreateUserPool with usernameAttributes",
    ],
    [
      "another alias",
      { AliasAttributes: ["phone_number"] },
      "NotImplementedException",
      "CreateUserPool with another AliasAttributes.0",
    ],
    [
      "no name",
      { PoolName: "" },
      "InvalidParameterException",
      "validation errors detected: Value '' at 'poolName'",
    ],
    [
      "a second factor that cannot be had",
      { MfaConfiguration: "ON" },
      "InvalidParameterException",
      "without SOFTWARE_TOKEN_MFA",
    ],
  ])("refuses %s", async (_what, more, name, message) => {
    const running = await startPool();
    await expect(createPool(running, more)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message) as string,
    });
  });
});

describe("an app client made with the SDK", () => {
  test("takes new settings on update, and keeps its secret", async () => {
    const running = await startPool();
    const UserPoolId = running.poolId;
    const { ClientId, ClientSecret } = await createClient(running, UserPoolId, { GenerateSecret: true });
    const { UserPoolClient } = await running.api.send(
      new UpdateUserPoolClientCommand({ UserPoolId, ClientId, AccessTokenValidity: 2 }),
    );
    expect(UserPoolClient).toMatchObject({
      ClientName: "app",
      ClientSecret,
      AccessTokenValidity: 2,
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
    });
  });

  test("is listed, and gone once deleted", async () => {
    const running = await startPool();
    const UserPoolId = running.poolId;
    const ids = [];
    for (let i = 0; i < 3; i += 1) ids.push((await createClient(running, UserPoolId)).ClientId);
    const ClientId = ids.pop();
    await running.api.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }));
    const { UserPoolClients } = await running.api.send(new ListUserPoolClientsCommand({ UserPoolId }));
    const all = [running.webClientId, running.apiClientId, ...ids].sort();
    expect(UserPoolClients?.map((client) => client.ClientId)).toEqual(all);
    await expect(signIn(running, ClientId)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test.each<[string, Partial<CreateUserPoolClientCommandInput>, string]>([
    ["a scope that nothing defines", { AllowedOAuthScopes: ["api/none"] }, "ScopeDoesNotExistException"],
    ["an address without https", { CallbackURLs: ["http://app.example/"] }, "InvalidParameterException"],
    ["a lifetime out of bounds", { AccessTokenValidity: 48 }, "InvalidParameterException"],
    [
      "to let an application say that an address is verified",
      { WriteAttributes: ["email", "email_verified"] },
      "InvalidParameterException",
    ],
    [
      "that an application cannot write what the pool requires",
      { WriteAttributes: ["name"] },
      "InvalidParameterException",
    ],
    ["the implicit flow", { AllowedOAuthFlows: ["implicit"] }, "NotImplementedException"],
    ["another identity provider", { SupportedIdentityProviders: ["Google"] }, "NotImplementedException"],
  ])("refuses %s", async (_what, more, name) => {
    const running = await startPool();
    const UserPoolId = running.poolId;
    await expect(createClient(running, UserPoolId, more)).rejects.toMatchObject({ name });
  });
});

describe("what the template made", () => {
  test("may be changed by the API, until the template says something else; it cannot be removed", async () => {
    const running = await startPool();
    const { poolId: UserPoolId, webClientId: ClientId } = running;
    const update = new UpdateUserPoolClientCommand({
      UserPoolId,
      ClientId,
      ExplicitAuthFlows: ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
    });
    await running.api.send(update);
    const flowsOf = async (one: RunningPool) =>
      (await one.api.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient
        ?.ExplicitAuthFlows;
    expect(await flowsOf(running)).toEqual(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]);
    const same = await restart(running, { isDeployedBefore: true });
    expect(await flowsOf(same)).toEqual(["ALLOW_ADMIN_USER_PASSWORD_AUTH"]);
    expect(same.webClientSecret).toBe(running.webClientSecret);
    const changed = await restart(same, { web: { AccessTokenValidity: 10 } });
    expect(await flowsOf(changed)).toEqual(["ALLOW_REFRESH_TOKEN_AUTH"]);

    for (const command of [
      new DeleteUserPoolClientCommand({ UserPoolId, ClientId }),
      new DeleteUserPoolDomainCommand({ UserPoolId, Domain: "notes-app" }),
      new DeleteGroupCommand({ UserPoolId, GroupName: "editors" }),
      new DeleteResourceServerCommand({ UserPoolId, Identifier: "notes" }),
    ]) {
      await expect(changed.api.send(command as DeleteGroupCommand)).rejects.toMatchObject({
        name: "NotImplementedException",
        message: expect.stringContaining("that the template makes") as string,
      });
    }
  });
});

test("resource servers are made, described, changed, listed and removed; clients lose scopes that go", async () => {
  const running = await startPool();
  const UserPoolId = running.poolId;
  const server = { UserPoolId, Identifier: "https://api.example.org", Name: "api" };
  const Scopes = [{ ScopeName: "read", ScopeDescription: "Read" }];
  await running.api.send(new CreateResourceServerCommand({ ...server, Scopes }));
  await expect(running.api.send(new CreateResourceServerCommand(server))).rejects.toMatchObject({
    name: "InvalidParameterException",
  });
  const { ClientId } = await createClient(running, UserPoolId, {
    AllowedOAuthScopes: ["https://api.example.org/read"],
  });
  await running.api.send(new UpdateResourceServerCommand({ ...server, Name: "other", Scopes }));
  const again = await restart(running);
  const describeServer = new DescribeResourceServerCommand({ UserPoolId, Identifier: server.Identifier });
  expect((await again.api.send(describeServer)).ResourceServer).toEqual({ ...server, Name: "other", Scopes });
  await again.api.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: server.Identifier }));
  await expect(again.api.send(describeServer)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  expect(
    (await again.api.send(new ListResourceServersCommand({ UserPoolId }))).ResourceServers,
  ).toMatchObject([{ Identifier: "notes" }]);
  const last = await restart(again);
  const { UserPoolClient } = await last.api.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  expect(UserPoolClient?.AllowedOAuthScopes).toEqual([]);
});

test("groups are changed and removed, their members with them", async () => {
  const running = await startPool();
  const UserPoolId = running.poolId;
  await running.addUser("ada");
  const group = { UserPoolId, GroupName: "zebras" };
  await running.api.send(new CreateGroupCommand({ ...group, Precedence: 3 }));
  await running.api.send(new AdminAddUserToGroupCommand({ ...group, Username: "ada" }));
  const { Group } = await running.api.send(new UpdateGroupCommand({ ...group, Description: "striped" }));
  expect(Group).toMatchObject({ GroupName: "zebras", Description: "striped" });
  expect(Group?.Precedence).toBeUndefined();
  await running.api.send(new DeleteGroupCommand(group));
  await running.api.send(new CreateGroupCommand(group));
  const again = await restart(running);
  expect((await again.api.send(new GetGroupCommand(group))).Group?.Description).toBeUndefined();
  const ofAda = new AdminListGroupsForUserCommand({ UserPoolId, Username: "ada" });
  expect((await again.api.send(ofAda)).Groups).toEqual([]);
});
