// A running distribution looked at and changed through CloudFront's API, by the SDK.

import {
  CloudFrontClient,
  GetDistributionCommand,
  GetDistributionConfigCommand,
  ListDistributionsCommand,
  UpdateDistributionCommand,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { afterEach, describe, expect, test } from "vitest";
import { listenOnLoopback } from "../../src/http/loopback-server.ts";
import { clientConfig } from "../serving.ts";
import { serveDistribution, type TestDistribution } from "./distribution-of.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(options: TestDistribution = {}) {
  const served = await serveDistribution(options);
  closing.push(() => served.close());
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 1024 * 1024,
    handler: served.api,
    onError: () => undefined,
  });
  closing.push(() => server.close());
  const client = new CloudFrontClient(clientConfig(`http://127.0.0.1:${server.port}`));
  const Id = served.distributionId;
  const read = async () => {
    const { ETag, DistributionConfig } = await client.send(new GetDistributionConfigCommand({ Id }));
    return { Id, IfMatch: ETag, DistributionConfig: DistributionConfig as DistributionConfig };
  };
  const update = async (config: DistributionConfig) =>
    client.send(new UpdateDistributionCommand({ ...(await read()), DistributionConfig: config }));
  const header = async () => {
    await fetch(`${served.url}/auth/login`);
    return served.apiRequests.at(-1)?.request.headers["x-ll-origin"];
  };
  return { client, Id, read, update, header, served };
}

function withHeader(config: DistributionConfig, value: string, originId = "api"): DistributionConfig {
  const Items = config.Origins?.Items?.map((origin) =>
    origin.Id === originId
      ? {
          ...origin,
          CustomHeaders: { Quantity: 1, Items: [{ HeaderName: "x-ll-origin", HeaderValue: value }] },
        }
      : origin,
  );
  return { ...config, Origins: { Quantity: 2, Items } };
}

describe("GetDistribution", () => {
  test("says what is served, and that it is deployed", async () => {
    const { client, Id, served } = await start({ responseHeaders: {}, viewerFunction: "" });
    const { Distribution, ETag } = await client.send(new GetDistributionCommand({ Id }));
    expect(ETag).toMatch(/^E[0-9A-F]{13}$/);
    expect(Distribution).toMatchObject({
      Id,
      ARN: `arn:aws:cloudfront::000000000000:distribution/${Id}`,
      Status: "Deployed",
      DomainName: served.domainName,
      DistributionConfig: {
        DefaultRootObject: "index.html",
        Enabled: true,
        DefaultCacheBehavior: { TargetOriginId: "bucket", ViewerProtocolPolicy: "redirect-to-https" },
        CacheBehaviors: { Quantity: 2, Items: [{ PathPattern: "/auth/*" }, { PathPattern: "/logins" }] },
        Origins: {
          Quantity: 2,
          Items: [
            { Id: "bucket", CustomHeaders: { Quantity: 0 } },
            {
              Id: "api",
              OriginPath: "/v1",
              CustomHeaders: { Items: [{ HeaderName: "x-ll-origin", HeaderValue: "guid" }] },
            },
          ],
        },
      },
    });
  });

  test("of another distribution is NoSuchDistribution", async () => {
    const { client } = await start();
    await expect(client.send(new GetDistributionCommand({ Id: "EOTHER" }))).rejects.toMatchObject({
      name: "NoSuchDistribution",
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe("UpdateDistribution", () => {
  test("changes what an origin is sent from the next request on, and the version", async () => {
    const { read, update, header } = await start({ responseHeaders: {}, viewerFunction: "" });
    expect(await header()).toBe("guid");
    const before = await read();
    await update(withHeader(before.DistributionConfig, 'second & "last" <one>'));
    expect(await header()).toBe('second & "last" <one>');
    const after = await read();
    expect(after.IfMatch).not.toBe(before.IfMatch);
    await update({
      ...after.DistributionConfig,
      Origins: {
        Quantity: 2,
        Items: after.DistributionConfig.Origins?.Items?.map((origin) => ({
          ...origin,
          CustomHeaders: { Quantity: 0 },
        })),
      },
    });
    expect(await header()).toBeUndefined();
  });

  test("of a version that is no longer the latest changes nothing", async () => {
    const { client, read, update, header } = await start();
    const stale = await read();
    await update(withHeader(stale.DistributionConfig, "second"));
    const late = { ...stale, DistributionConfig: withHeader(stale.DistributionConfig, "third") };
    await expect(client.send(new UpdateDistributionCommand(late))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(
      client.send(new UpdateDistributionCommand({ ...late, IfMatch: undefined })),
    ).rejects.toMatchObject({ name: "InvalidIfMatchVersion" });
    expect(await header()).toBe("second");
  });

  test.each<[string, (config: DistributionConfig) => DistributionConfig]>([
    ["another root object", (config) => ({ ...config, DefaultRootObject: "other.html" })],
    ["a distribution turned off", (config) => ({ ...config, Enabled: false })],
    ["an origin less", (config) => ({ ...config, Origins: { Quantity: 0, Items: [] } })],
    ["a header for a bucket", (config) => withHeader(config, "x", "bucket")],
  ])("with %s is refused by name", async (_, change) => {
    const { read, update, header } = await start();
    await expect(update(change((await read()).DistributionConfig))).rejects.toMatchObject({
      name: "NotImplementedException",
      $metadata: { httpStatusCode: 501 },
    });
    expect(await header()).toBe("guid");
  });

  test("that is no XML is MalformedXML", async () => {
    const { Id, read, served } = await start();
    const { IfMatch = "" } = await read();
    const answer = await served.api({
      method: "PUT",
      url: new URL(`http://127.0.0.1/2020-05-31/distribution/${Id}/config`),
      target: `/2020-05-31/distribution/${Id}/config`,
      headers: { "if-match": IfMatch },
      rawHeaders: [],
      body: Buffer.from("<DistributionConfig>"),
      peer: { address: "127.0.0.1", port: 1 },
    });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining("MalformedXML")]);
  });
});

test("an operation that is not served is refused by name", async () => {
  const { client } = await start();
  await expect(client.send(new ListDistributionsCommand({}))).rejects.toMatchObject({
    name: "NotImplementedException",
    $metadata: { httpStatusCode: 501 },
  });
});
