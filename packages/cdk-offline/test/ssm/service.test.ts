// Parameter Store through the AWS SDK.

import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Resource } from "../../src/assembly/resource.ts";
import type { ParameterProperties } from "../../src/ssm/resources.ts";
import { openSsm } from "../../src/ssm/service.ts";
import { fillDisk } from "../full-disk.ts";
import { clientConfig, resource, serveJsonService, stateFolder } from "../serving.ts";
import { slowness } from "../../src/testing/slowness.ts";

const MOTTO = "/notes-app/local/motto/en";

function motto(
  value: string,
  rest: Partial<Resource<ParameterProperties>> = {},
): Resource<ParameterProperties> {
  return resource(MOTTO, { Name: MOTTO, Type: "String", Value: value }, rest);
}

async function start(dir: string, parameters: readonly Resource<ParameterProperties>[] = [], now = Date.now) {
  const ssm = openSsm({ dir, clock: now, region: "us-east-1", account: "000000000000", parameters });
  const errors: unknown[] = [];
  const client = new SSMClient(clientConfig(await serveJsonService(ssm.json, (error) => errors.push(error))));
  onTestFinished(() => {
    client.destroy();
  });
  return { ssm, client, errors };
}

async function valueOf(client: SSMClient, name: string): Promise<string | undefined> {
  return (await client.send(new GetParameterCommand({ Name: name }))).Parameter?.Value;
}

describe("parameters of the template", () => {
  test("a new resource is written and read with all that the service tells of it", async () => {
    const { client } = await start(stateFolder(), [motto("Hello {name}")], () => 1_700_000_000_000);
    const { Parameter } = await client.send(new GetParameterCommand({ Name: MOTTO, WithDecryption: true }));
    expect(Parameter).toEqual({
      ARN: `arn:aws:ssm:us-east-1:000000000000:parameter${MOTTO}`,
      DataType: "text",
      LastModifiedDate: new Date(1_700_000_000_000),
      Name: MOTTO,
      Type: "String",
      Value: "Hello {name}",
      Version: 1,
    });
  });

  test("a text that an operator changed stays when the template has not changed", async () => {
    const dir = stateFolder();
    const first = await start(dir, [motto("Hello")]);
    await first.client.send(new PutParameterCommand({ Name: MOTTO, Value: "Welcome", Overwrite: true }));
    first.ssm.close();

    const second = await start(dir, [motto("Hello", { deployedProperties: motto("Hello").properties })]);
    expect(await valueOf(second.client, MOTTO)).toBe("Welcome");
  });

  test("a text that the template changed replaces the operator's", async () => {
    const dir = stateFolder();
    const first = await start(dir, [motto("Hello")]);
    await first.client.send(new PutParameterCommand({ Name: MOTTO, Value: "Welcome", Overwrite: true }));
    first.ssm.close();

    const second = await start(dir, [motto("Hi", { deployedProperties: motto("Hello").properties })]);
    const { Parameter } = await second.client.send(new GetParameterCommand({ Name: MOTTO }));
    expect(Parameter).toMatchObject({ Value: "Hi", Version: 3 });
  });

  test("a parameter that an operator deleted stays away until the template changes", async () => {
    const dir = stateFolder();
    const first = await start(dir, [motto("Hello")]);
    await first.client.send(new DeleteParameterCommand({ Name: MOTTO }));
    first.ssm.close();

    const deployedProperties = motto("Hello").properties;
    const second = await start(dir, [motto("Hello", { deployedProperties })]);
    await expect(valueOf(second.client, MOTTO)).rejects.toMatchObject({ name: "ParameterNotFound" });
    second.ssm.close();

    const third = await start(dir, [motto("Hi", { deployedProperties })]);
    expect(await valueOf(third.client, MOTTO)).toBe("Hi");
  });

  test("a start that was not recorded as a deployment adds no version", async () => {
    const dir = stateFolder();
    (await start(dir, [motto("Hello")])).ssm.close();
    const { client } = await start(dir, [motto("Hello")]);
    const { Parameter } = await client.send(new GetParameterCommand({ Name: MOTTO }));
    expect(Parameter?.Version).toBe(1);
  });

  test("a parameter recorded as deployed that the store has never seen is written", async () => {
    const deployedProperties = motto("Hello").properties;
    const { client } = await start(stateFolder(), [motto("Hello", { deployedProperties })]);
    expect(await valueOf(client, MOTTO)).toBe("Hello");
  });

  test("a parameter whose resource has left the template goes with it, one made by a request stays", async () => {
    const dir = stateFolder();
    const first = await start(dir, [motto("Hello")]);
    await first.client.send(new PutParameterCommand({ Name: "/mine", Value: "x", Type: "String" }));
    await first.client.send(new PutParameterCommand({ Name: MOTTO, Value: "x", Overwrite: true }));
    first.ssm.close();

    const second = await start(dir, []);
    await expect(valueOf(second.client, MOTTO)).rejects.toMatchObject({ name: "ParameterNotFound" });
    expect(await valueOf(second.client, "/mine")).toBe("x");
  });

  test("a template value that AWS would refuse is refused at start", () => {
    const parameters = [motto("x".repeat(4097))];
    const options = { dir: stateFolder(), clock: Date.now, region: "us-east-1", account: "000000000000" };
    expect(() => openSsm({ ...options, parameters })).toThrow("maximum parameter value of 4096 characters");
  });
});

describe("PutParameter", () => {
  test("counts versions and keeps each one readable", async () => {
    const { client } = await start(stateFolder());
    const put = (Value: string) =>
      client.send(new PutParameterCommand({ Name: "/a/b", Value, Type: "String", Overwrite: true }));
    expect(await put("one")).toMatchObject({ Version: 1, Tier: "Standard" });
    expect(await put("two")).toMatchObject({ Version: 2 });
    const { Parameter } = await client.send(new GetParameterCommand({ Name: "/a/b:1" }));
    expect(Parameter).toMatchObject({ Name: "/a/b", Value: "one", Version: 1, Selector: ":1" });
    expect(await valueOf(client, "arn:aws:ssm:us-east-1:000000000000:parameter/a/b")).toBe("two");
    await expect(valueOf(client, "/a/b:7")).rejects.toMatchObject({
      name: "ParameterVersionNotFound",
      message: "Systems Manager could not find version 7 of /a/b. Verify the version and try again.",
    });
  });

  test("leaves description and pattern as they were when it does not name them", async () => {
    const { client } = await start(stateFolder());
    const input = { Name: "/a", Type: "String" as const, Overwrite: true };
    await client.send(
      new PutParameterCommand({ ...input, Value: "1", Description: "count", AllowedPattern: "^\\d+$" }),
    );
    await client.send(new PutParameterCommand({ ...input, Value: "2" }));
    const { Parameters } = await client.send(new DescribeParametersCommand({}));
    expect(Parameters).toMatchObject([{ Version: 2, Description: "count", AllowedPattern: "^\\d+$" }]);
    await expect(client.send(new PutParameterCommand({ ...input, Value: "x" }))).rejects.toMatchObject({
      name: "ParameterPatternMismatchException",
    });
  });

  test("without Overwrite an existing parameter is not touched", async () => {
    const { client } = await start(stateFolder(), [motto("Hello")]);
    await expect(
      client.send(new PutParameterCommand({ Name: MOTTO, Value: "x", Type: "String" })),
    ).rejects.toMatchObject({
      name: "ParameterAlreadyExists",
      message:
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    });
    expect(await valueOf(client, MOTTO)).toBe("Hello");
  });

  test.each([
    ["4,097 bytes", { Value: "x".repeat(4097) }, "ValidationException"],
    ["no type for a new parameter", { Type: undefined }, "ValidationException"],
    ["a name below aws", { Name: "/aws/x" }, "ValidationException"],
    ["a name with a space inside", { Name: "/a b" }, "ValidationException"],
    ["a path without its first slash", { Name: "a/b" }, "ValidationException"],
    ["sixteen levels", { Name: "/x".repeat(16) }, "HierarchyLevelLimitExceededException"],
    ["a nested parameter", { Value: "{{ssm:/other}}" }, "ValidationException"],
    ["a value against its pattern", { AllowedPattern: "^\\d+$" }, "ParameterPatternMismatchException"],
    ["a pattern that is none", { AllowedPattern: "(" }, "InvalidAllowedPatternException"],
    ["an empty value", { Value: "" }, "ValidationException"],
    ["a secret", { Type: "SecureString" as const }, "NotImplementedException"],
    ["tags", { Tags: [{ Key: "a", Value: "b" }] }, "NotImplementedException"],
  ])("refuses %s", async (_, change, name) => {
    const { client } = await start(stateFolder());
    const input = { Name: "/a", Value: "text", Type: "String" as const, ...change };
    await expect(client.send(new PutParameterCommand(input))).rejects.toMatchObject({ name });
    expect((await client.send(new DescribeParametersCommand({}))).Parameters).toEqual([]);
  });

  test("an advanced parameter takes 8 KB and cannot be made standard again", async () => {
    const { client } = await start(stateFolder());
    const put = (Tier: "Advanced" | "Standard" | "Intelligent-Tiering", Value: string) =>
      client.send(new PutParameterCommand({ Name: "/a", Value, Type: "String", Tier, Overwrite: true }));
    expect(await put("Intelligent-Tiering", "x".repeat(8192))).toMatchObject({ Tier: "Advanced" });
    await expect(put("Standard", "x")).rejects.toThrow("can't downgrade a parameter");
    await expect(put("Advanced", "x".repeat(8193))).rejects.toThrow("8192 characters");
  });

  test("a refused member is named", async () => {
    const { client } = await start(stateFolder());
    await expect(
      client.send(new PutParameterCommand({ Name: "/a", Value: "b", Type: "String", Policies: "[]" })),
    ).rejects.toThrow("AmazonSSM.PutParameter with policies is not served by the local runtime");
    await expect(
      client.send(new LabelParameterVersionCommand({ Name: "/a", Labels: ["x"] })),
    ).rejects.toThrow("AmazonSSM.LabelParameterVersion is not served by the local runtime");
  });
});

describe("reading", () => {
  async function withLanguages() {
    const started = await start(stateFolder());
    for (const name of ["/g/en", "/g/de", "/g/fr", "/g/x/deep", "/gg/no", "plain"]) {
      await started.client.send(new PutParameterCommand({ Name: name, Value: name, Type: "String" }));
    }
    return started.client;
  }

  test("GetParameters tells what it found from what it did not", async () => {
    const client = await withLanguages();
    const { Parameters, InvalidParameters } = await client.send(
      new GetParametersCommand({ Names: ["/g/en", "/none", "/g/de:9"] }),
    );
    expect(Parameters?.map(({ Name }) => Name)).toEqual(["/g/en"]);
    expect(InvalidParameters).toEqual(["/none", "/g/de:9"]);
  });

  test("a path lists what lies directly below it, and all below it when recursive", async () => {
    const client = await withLanguages();
    const below = async (Path: string, Recursive: boolean) =>
      (await client.send(new GetParametersByPathCommand({ Path, Recursive }))).Parameters?.map(
        ({ Name }) => Name,
      );
    expect(await below("/g", false)).toEqual(["/g/de", "/g/en", "/g/fr"]);
    expect(await below("/g/", true)).toEqual(["/g/de", "/g/en", "/g/fr", "/g/x/deep"]);
    expect(await below("/", true)).toHaveLength(5);
    await expect(below("g", false)).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("a path is listed in pages, and a token fits only its own query", async () => {
    const client = await withLanguages();
    const page = (Path: string, NextToken?: string) =>
      client.send(new GetParametersByPathCommand({ Path, MaxResults: 2, NextToken }));
    const first = await page("/g");
    expect(first.Parameters).toHaveLength(2);
    const second = await page("/g", first.NextToken);
    expect(second.Parameters?.map(({ Name }) => Name)).toEqual(["/g/fr"]);
    expect(second.NextToken).toBeUndefined();
    await expect(page("/gg", first.NextToken)).rejects.toMatchObject({ name: "InvalidNextToken" });
    await expect(
      client.send(new GetParametersByPathCommand({ Path: "/g", MaxResults: 11 })),
    ).rejects.toMatchObject({
      name: "ValidationException",
      message:
        "1 validation error detected: Value '11' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10",
    });
  });

  test.each([
    [{ Key: "Name", Option: "BeginsWith", Values: ["/g/"] }, 4],
    [{ Key: "Name", Values: ["/g/en", "plain"] }, 2],
    [{ Key: "Name", Option: "Contains", Values: ["e"] }, 3],
    [{ Key: "Path", Option: "Recursive", Values: ["/g"] }, 4],
    [{ Key: "Type", Values: ["StringList"] }, 0],
  ])("DescribeParameters filters by %o", async (filter, count) => {
    const client = await withLanguages();
    const { Parameters } = await client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
    expect(Parameters).toHaveLength(count);
  });

  test("a path that is none is told at once", async () => {
    const { client } = await start(stateFolder());
    const startedAt = performance.now();
    await expect(
      client.send(new GetParametersByPathCommand({ Path: `/${"a".repeat(27)}!` })),
    ).rejects.toMatchObject({ name: "ValidationException" });
    expect(performance.now() - startedAt).toBeLessThan(1000 * slowness());
  });

  test("a filter that is not served is named", async () => {
    const client = await withLanguages();
    await expect(
      client.send(new DescribeParametersCommand({ ParameterFilters: [{ Key: "tag:x", Values: ["y"] }] })),
    ).rejects.toThrow("a parameter filter by tag:x is not served");
  });

  test("the history has every version with its value, in pages", async () => {
    const { client } = await start(stateFolder());
    for (const Value of ["one", "two", "three"]) {
      await client.send(
        new PutParameterCommand({ Name: "/h", Value, Type: "String", Description: "d", Overwrite: true }),
      );
    }
    const first = await client.send(new GetParameterHistoryCommand({ Name: "/h", MaxResults: 2 }));
    expect(first.Parameters?.map(({ Value, Version }) => [Version, Value])).toEqual([
      [1, "one"],
      [2, "two"],
    ]);
    const second = await client.send(
      new GetParameterHistoryCommand({ Name: "/h", MaxResults: 2, NextToken: first.NextToken }),
    );
    expect(second.Parameters).toMatchObject([{ Value: "three", Description: "d", Tier: "Standard" }]);
  });

  test("deleting says what was there", async () => {
    const client = await withLanguages();
    expect(await client.send(new DeleteParametersCommand({ Names: ["/g/en", "/none"] }))).toMatchObject({
      DeletedParameters: ["/g/en"],
      InvalidParameters: ["/none"],
    });
    await expect(client.send(new DeleteParameterCommand({ Name: "/g/en" }))).rejects.toMatchObject({
      name: "ParameterNotFound",
    });
  });
});

describe("durability", () => {
  test("H11 a torn last line is dropped, all that was acknowledged is there", async () => {
    const dir = stateFolder();
    const first = await start(dir, [motto("Hello")]);
    await first.client.send(new PutParameterCommand({ Name: "/a", Value: "kept", Type: "String" }));
    appendFileSync(join(dir, "parameters.jsonl"), '{"put":"/a","version":{"val');

    const second = await start(dir, [motto("Hello")]);
    expect(await valueOf(second.client, "/a")).toBe("kept");
    expect(await valueOf(second.client, MOTTO)).toBe("Hello");
  });

  test("H11 on a full disk a put is an error, and the old value is in force before and after a restart", async () => {
    const dir = stateFolder();
    const { client, errors } = await start(dir, [motto("Hello")]);
    const put = new PutParameterCommand({ Name: MOTTO, Value: "lost", Overwrite: true });
    const free = fillDisk();
    const refused = { name: "InternalServerError", $metadata: { httpStatusCode: 500 } };
    await expect(client.send(put)).rejects.toMatchObject(refused);
    expect(errors).toEqual([]);
    expect(await valueOf(client, MOTTO)).toBe("Hello");
    free();
    const after = new PutParameterCommand({ Name: "/after", Value: "fits", Type: "String" });
    await expect(client.send(after)).rejects.toMatchObject(refused);

    const second = await start(dir, [motto("Hello")]);
    await second.client.send(after);
    expect(await valueOf(second.client, MOTTO)).toBe("Hello");
    expect(await valueOf(second.client, "/after")).toBe("fits");
  });

  test("a long history is compacted at the next start and nothing in force is lost", async () => {
    const dir = stateFolder();
    const { ssm, client } = await start(dir);
    for (let i = 0; i < 1100; i++) {
      ssm.json.operations["PutParameter"]?.(
        { Name: "/a", Value: String(i), Type: "String", Overwrite: true } as never,
        {} as never,
      );
    }
    await client.send(new PutParameterCommand({ Name: "/gone", Value: "x", Type: "String" }));
    await client.send(new DeleteParameterCommand({ Name: "/gone" }));
    ssm.close();
    const path = join(dir, "parameters.jsonl");
    const before = readFileSync(path, "utf8").split("\n").length;

    const second = await start(dir);
    expect(readFileSync(path, "utf8").split("\n").length).toBeLessThan(before / 2);
    expect(await valueOf(second.client, "/a")).toBe("1099");
    expect(await valueOf(second.client, "/a:1050")).toBe("1049");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
