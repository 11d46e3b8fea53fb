// Secrets Manager through the AWS SDK.

import { CreateSecretCommand, DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { describe, expect, test } from "vitest";
import { secretResource } from "../../src/secrets-manager/resources.ts";
import { openSecretsManager } from "../../src/secrets-manager/service.ts";
import { deployed } from "../deployed.ts";
import { stateFolder } from "../serving.ts";
import { NAME, secret, start, token } from "./running-secrets.ts";

const ARN = /^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/one-[A-Za-z0-9]{6}$/;

describe("secrets of the template", () => {
  test("a new one is read with all that the service tells of it", async () => {
    const { client, get } = await start(
      stateFolder(),
      [secret({ SecretString: "first", Description: "a word", Tags: [{ Key: "team", Value: "notes" }] })],
      () => 1_700_000_000_500,
    );
    const value = await get();
    expect({ ...value, $metadata: undefined }).toEqual({
      ARN: expect.stringMatching(ARN) as string,
      CreatedDate: new Date(1_700_000_000_500),
      Name: NAME,
      SecretString: "first",
      VersionId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      VersionStages: ["AWSCURRENT"],
    });
    const described = await client.send(new DescribeSecretCommand({ SecretId: NAME }));
    expect({ ...described, $metadata: undefined }).toEqual({
      ARN: value.ARN,
      CreatedDate: new Date(1_700_000_000_500),
      Description: "a word",
      LastChangedDate: new Date(1_700_000_000_500),
      Name: NAME,
      Tags: [{ Key: "team", Value: "notes" }],
      VersionIdsToStages: { [value.VersionId ?? ""]: ["AWSCURRENT"] },
    });
  });

  test("a generated member stands beside the members of its template", async () => {
    const { get } = await start(stateFolder(), [
      secret({
        GenerateSecretString: {
          SecretStringTemplate: JSON.stringify({ clientSecret: "abc" }),
          GenerateStringKey: "sealKey",
          PasswordLength: 64,
          ExcludePunctuation: true,
        },
      }),
    ]);
    const members: unknown = JSON.parse((await get()).SecretString ?? "");
    expect(members).toEqual({
      clientSecret: "abc",
      sealKey: expect.stringMatching(/^[A-Za-z0-9]{64}$/) as string,
    });
  });

  test("a generated text stays as long as the template says the same of it", async () => {
    const dir = stateFolder();
    const generated = (PasswordLength: number) => secret({ GenerateSecretString: { PasswordLength } });
    const first = await start(dir, [generated(20)]);
    const { SecretString, VersionId } = await first.get();
    first.service.close();

    const deployedProperties = { Name: NAME, GenerateSecretString: { PasswordLength: 20 } };
    const second = await start(dir, [{ ...generated(20), deployedProperties }]);
    expect(await second.get()).toMatchObject({ SecretString, VersionId });
    second.service.close();

    const third = await start(dir, [{ ...generated(21), deployedProperties }]);
    expect((await third.get()).SecretString).toHaveLength(21);
    expect(await third.get({ VersionStage: "AWSPREVIOUS" })).toMatchObject({ SecretString, VersionId });
  });

  test("what an operator put there stays when only the description has changed", async () => {
    const dir = stateFolder();
    const first = await start(dir);
    await first.put({ SecretString: "an operator's" });
    first.service.close();

    const deployedProperties = { Name: NAME, SecretString: "first" };
    const second = await start(dir, [
      secret({ SecretString: "first", Description: "new words" }, { deployedProperties }),
    ]);
    expect((await second.get()).SecretString).toBe("an operator's");
    expect(await second.client.send(new DescribeSecretCommand({ SecretId: NAME }))).toMatchObject({
      Description: "new words",
    });
  });

  test("a start that was not recorded as a deployment makes no second value", async () => {
    const dir = stateFolder();
    const generated = secret({ GenerateSecretString: {} });
    const first = await start(dir, [generated]);
    const { VersionId } = await first.get();
    first.service.close();
    const second = await start(dir, [generated]);
    expect(await second.stages()).toEqual({ [VersionId ?? ""]: ["AWSCURRENT"] });
  });

  test("one that has left the template goes with it, unless its deletion policy says Retain", async () => {
    const dir = stateFolder();
    (await start(dir, [secret({ SecretString: "x" }, { isRetained: true })])).service.close();
    const second = await start(dir, []);
    expect((await second.get()).SecretString).toBe("x");
    second.service.close();

    (await start(dir, [secret({ SecretString: "x" }, { isRetained: false })])).service.close();
    const last = await start(dir, []);
    await expect(last.get()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("one without a value has none until somebody puts it there", async () => {
    const { get, put } = await start(stateFolder(), [secret({})]);
    await expect(get()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    await put({ SecretString: "now", VersionStages: ["AWSPENDING"] });
    expect((await get()).VersionStages?.sort()).toEqual(["AWSCURRENT", "AWSPENDING"]);
  });

  test("two of one name are refused", () => {
    const other = deployed(secretResource, { Name: NAME }, { logicalId: "Other" });
    const options = { dir: stateFolder(), clock: Date.now, region: "us-east-1", account: "000000000000" };
    expect(() => openSecretsManager({ ...options, secrets: [secret(), other] })).toThrow(
      "The operation failed because the secret app/one already exists.",
    );
  });
});

describe("what is meant by a SecretId", () => {
  test("the name, the ARN, and the ARN without its last six characters", async () => {
    const { get } = await start(stateFolder());
    const { ARN: arn = "" } = await get();
    expect((await get({ SecretId: arn })).SecretString).toBe("first");
    expect((await get({ SecretId: arn.slice(0, -7) })).SecretString).toBe("first");
  });

  test("anything else is not found, the ARN of a secret made anew included", async () => {
    const { get } = await start(stateFolder());
    const { ARN: arn = "" } = await get();
    for (const SecretId of ["app", "app/one-", `${arn.slice(0, -6)}AAAAAA`, arn.replace(":000", ":111")]) {
      await expect(get({ SecretId })).rejects.toMatchObject({
        name: "ResourceNotFoundException",
        message: "Secrets Manager can't find the specified secret.",
        $metadata: { httpStatusCode: 400 },
      });
    }
  });
});

describe("versions and their labels", () => {
  test("a new version is the current one, the one before is the previous, an older one has no label", async () => {
    const { get, put, stages } = await start(stateFolder());
    await put({ SecretString: "second", ClientRequestToken: token("2") });
    expect(await put({ SecretString: "third", ClientRequestToken: token("3") })).toMatchObject({
      Name: NAME,
      VersionId: token("3"),
      VersionStages: ["AWSCURRENT"],
    });
    expect((await get()).SecretString).toBe("third");
    expect((await get({ VersionStage: "AWSPREVIOUS" })).SecretString).toBe("second");
    expect(await stages()).toEqual({ [token("2")]: ["AWSPREVIOUS"], [token("3")]: ["AWSCURRENT"] });
  });

  test("there is no previous version before there was a second one", async () => {
    const { get } = await start(stateFolder());
    await expect(get({ VersionStage: "AWSPREVIOUS" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    });
  });

  test("a pending version changes nothing for those who read the current one", async () => {
    const { get, put, stages } = await start(stateFolder());
    await put({
      SecretString: "next",
      ClientRequestToken: token("n"),
      VersionStages: ["AWSPENDING"],
    });
    expect((await get()).SecretString).toBe("first");
    expect((await get({ VersionStage: "AWSPENDING" })).SecretString).toBe("next");
    expect((await stages())[token("n")]).toEqual(["AWSPENDING"]);
  });

  test("a label is on one version at a time", async () => {
    const { put, stages } = await start(stateFolder());
    await put({ SecretString: "a", ClientRequestToken: token("a"), VersionStages: ["MINE"] });
    await put({ SecretString: "b", ClientRequestToken: token("b"), VersionStages: ["MINE", "YOURS"] });
    expect(await stages()).toMatchObject({ [token("b")]: ["MINE", "YOURS"] });
    expect(await stages()).not.toHaveProperty(token("a"));
  });

  test("a version is read by its id, with a label only when it has that label", async () => {
    const { get, put } = await start(stateFolder());
    await put({ SecretString: "second", ClientRequestToken: token("2") });
    expect((await get({ VersionId: token("2") })).SecretString).toBe("second");
    await expect(get({ VersionId: token("2"), VersionStage: "AWSPREVIOUS" })).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "You provided a VersionStage that is not associated to the provided VersionId.",
    });
    await expect(get({ VersionId: token("9") })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: `Secrets Manager can't find the specified secret value for VersionId: ${token("9")}`,
    });
  });

  test("a repeated request changes nothing, one with its token and another value is refused", async () => {
    const { get, put, stages } = await start(stateFolder());
    await put({ SecretString: "second", ClientRequestToken: token("2") });
    await put({ SecretString: "third", ClientRequestToken: token("3") });
    const before = await stages();
    await put({ SecretString: "second", ClientRequestToken: token("2") });
    expect(await stages()).toEqual(before);
    const { ARN: arn } = await get();
    await expect(put({ SecretString: "other", ClientRequestToken: token("2") })).rejects.toMatchObject({
      name: "ResourceExistsException",
      message: `You can't use ClientRequestToken ${token("2")} because that value is already in use for a version of secret ${arn ?? ""}.`,
    });
  });

  test("bytes come back as bytes", async () => {
    const { get, put } = await start(stateFolder());
    await put({ SecretBinary: new Uint8Array([0, 255, 7]) });
    const value = await get();
    expect(value.SecretBinary).toEqual(new Uint8Array([0, 255, 7]));
    expect(value).not.toHaveProperty("SecretString");
  });
});

describe("requests that are refused", () => {
  test.each([
    ["no value", {}, "InvalidRequestException"],
    ["two values", { SecretString: "a", SecretBinary: new Uint8Array([1]) }, "InvalidParameterException"],
    ["an empty text", { SecretString: "" }, "ValidationException"],
    ["a text of 65,537 bytes", { SecretString: "x".repeat(65_537) }, "ValidationException"],
    ["a short token", { SecretString: "a", ClientRequestToken: "a" }, "InvalidParameterException"],
    ["no label at all", { SecretString: "a", VersionStages: [] }, "ValidationException"],
    ["a rotation token", { SecretString: "a", RotationToken: "a".repeat(36) }, "NotImplementedException"],
  ])("%s", async (_, input, name) => {
    const { put, stages } = await start(stateFolder());
    const before = await stages();
    await expect(put(input)).rejects.toMatchObject({ name });
    expect(await stages()).toEqual(before);
  });

  test("more labels than a secret can have", async () => {
    const { put } = await start(stateFolder());
    const labels = (from: number) => Array.from({ length: 15 }, (_, i) => `L${from + i}`);
    await put({ SecretString: "a", VersionStages: labels(0) });
    await expect(put({ SecretString: "b", VersionStages: labels(15) })).rejects.toMatchObject({
      name: "LimitExceededException",
    });
  });

  test("no value stands in the message of a refusal", async () => {
    const { put } = await start(stateFolder());
    const value = { hidden: "word" } as unknown as string;
    await expect(put({ SecretString: value })).rejects.toSatisfy(
      (error) => error instanceof Error && !error.message.includes("word"),
    );
  });

  test("operations that are not served are named", async () => {
    const { client } = await start(stateFolder());
    await expect(client.send(new CreateSecretCommand({ Name: "x", SecretString: "y" }))).rejects.toThrow(
      "secretsmanager.CreateSecret is not served by the local runtime",
    );
  });
});
