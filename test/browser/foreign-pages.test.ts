// What pages of other origins can do, in a real browser, to the system that runs on the same machine.

import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import { browserTest, NoBrowserError } from "browser-test";
import type { Page } from "playwright-core";
import { describe, expect } from "vitest";
import { clientConfig } from "../../operate/stack.ts";
import { logs, outputs, s3, ssm, userPools } from "../flow/stack.ts";
import { HOSTILE_HOSTS, serveHostilePage, tryOut, type Attempt } from "./hostile-page.ts";

const {
  AppUrl,
  AwsEndpoint = "",
  BucketName,
  DeadLetterQueueUrl,
  TableName,
  UserPoolId,
  WebClientId,
} = outputs;
const dynamodb = new DynamoDBClient(clientConfig(outputs));

const test = browserTest.extend<{
  /** Opens a page on another port of a host of this machine. */
  readonly hostilePage: (host: (typeof HOSTILE_HOSTS)[number]) => Promise<Page>;
}>({
  hostilePage: async ({ launched, skip }, use) => {
    if (outputs.AwsEndpoint === undefined) return skip("on AWS it takes real credentials to call an API");
    if (launched instanceof NoBrowserError) return skip(launched.message);
    const context = await launched.newContext();
    await use(async (host) => {
      const page = await context.newPage();
      await page.goto(await serveHostilePage(host));
      return page;
    });
    await context.close();
  },
});

const scopeOf = (service: string) => `local/20261201/us-east-1/${service}/aws4_request`;
const credentialsOf = (service: string) =>
  `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scopeOf(service))}`;
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${scopeOf(service)}, SignedHeaders=host, Signature=0`,
});

/** Operations that leave something behind, by their target; all of it has `hostile` in its name. */
const OPERATIONS: Readonly<Record<string, object>> = {
  "AmazonSSM.PutParameter": { Name: "/hostile", Value: "x", Type: "String" },
  "DynamoDB_20120810.PutItem": {
    TableName,
    Item: { id: { S: "hostile" } },
  },
  "AmazonSQS.SendMessage": { QueueUrl: DeadLetterQueueUrl, MessageBody: "hostile" },
  "Logs_20140328.CreateLogGroup": { logGroupName: "/hostile" },
  "AWSCognitoIdentityProviderService.AdminCreateUser": { UserPoolId, Username: "hostile" },
};

/** Whatever of the endpoint answers to browsers, or to nobody. */
const PATHS = [
  "/",
  "/graphql",
  "/graphql/realtime",
  "/oauth2/token",
  `/${UserPoolId}/.well-known/jwks.json`,
  "/login",
  "/_local/ready",
  "/_local/outbox",
  "/_local/execute-api/x/y/",
];

/** Ways of sending a body that no browser asks leave for. */
const SIMPLE = ["fetch", "fetch without CORS", "beacon", "form of plain text"] as const;
/** Ways of making a GET that no browser asks leave for. */
const GETS = ["fetch", "fetch without CORS", "form", "image", "script", "style", "frame", "window"] as const;

const isInFrame = (by: string) => by === "form" || by === "frame";
/** What Chromium shows in the place of a page that must not be in a frame. */
const NOT_SHOWN = "chrome-error://chromewebdata/";

function operationAttempts(): Attempt[] {
  return Object.entries(OPERATIONS).flatMap(([target, input]) => {
    const body = JSON.stringify({ ...input, a: "=" });
    const [service = ""] = target.toLowerCase().split(/[._]/);
    return [
      ...PATHS.map((path): Attempt => {
        const headers = { "x-amz-target": target };
        return { by: "fetch", url: AwsEndpoint + path, method: "POST", headers, body: JSON.stringify(input) };
      }),
      ...SIMPLE.map((by): Attempt => {
        const query = `${credentialsOf(service)}&X-Amz-Target=${target}&x-amz-target=${target}`;
        return { by, url: `${AwsEndpoint}/?${query}`, method: "POST", body };
      }),
    ];
  });
}

function restAttempts(service: string, path: string, body: string): Attempt[] {
  const url = `${AwsEndpoint}${path}`;
  const presigned = `${url}?${credentialsOf(service)}`;
  return [
    { by: "fetch", url, method: "POST", headers: signedFor(service), body },
    { by: "fetch", url: presigned, method: "POST", headers: { "content-type": "application/json" }, body },
    ...SIMPLE.map((by): Attempt => ({ by, url: presigned, method: "POST", body })),
    ...GETS.map((by): Attempt => ({ by, url: presigned })),
  ];
}

function objectAttempts(): Attempt[] {
  const bucket = `${AwsEndpoint}/${BucketName}`;
  const key = `${bucket}/hostile.txt`;
  const query = credentialsOf("s3");
  const deletion = "<Delete a='='><Object><Key>hostile.txt</Key></Object></Delete>";
  return [
    { by: "fetch", url: key, method: "PUT", headers: signedFor("s3"), body: "x" },
    { by: "fetch", url: `${key}?${query}`, method: "PUT", body: "x" },
    { by: "fetch", url: `${key}?${query}`, method: "DELETE" },
    { by: "fetch", url: bucket, headers: signedFor("s3") },
    ...SIMPLE.map((by): Attempt => ({
      by,
      url: `${bucket}?delete&${query}`,
      method: "POST",
      body: deletion,
    })),
    ...GETS.map((by): Attempt => ({ by, url: `${bucket}?list-type=2&${query}` })),
    ...GETS.map((by): Attempt => ({ by, url: `${AwsEndpoint}/?${query}` })),
    { by: "event source", url: `${bucket}?list-type=2&${query}` },
  ];
}

/** Everything of the attempts' making that is there. */
async function traces() {
  const [parameters, items, groups, users, versions, queue] = await Promise.all([
    ssm.send(new GetParametersCommand({ Names: ["/hostile"] })),
    dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: "hostile" } } })),
    logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/hostile" })),
    userPools.send(new ListUsersCommand({ UserPoolId, Filter: 'username = "hostile"' })),
    s3.send(new ListObjectVersionsCommand({ Bucket: BucketName, Prefix: "hostile" })),
    lettersInQueue(),
  ]);
  return {
    parameters: parameters.Parameters,
    item: items.Item,
    logGroups: groups.logGroups,
    users: users.Users,
    objects: [...(versions.Versions ?? []), ...(versions.DeleteMarkers ?? [])],
    queue,
  };
}

async function lettersInQueue(): Promise<unknown> {
  const answer = await fetch(AwsEndpoint, {
    method: "POST",
    headers: { "x-amz-target": "AmazonSQS.GetQueueAttributes" },
    body: JSON.stringify({ QueueUrl: DeadLetterQueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  });
  return answer.json();
}

const NO_TRACES = {
  parameters: [],
  item: undefined,
  logGroups: [],
  users: [],
  objects: [],
  queue: { Attributes: { ApproximateNumberOfMessages: "0" } },
};

const EVALUATED = {
  code: "export function request() { return 'evaluated'; }\nexport function response() {}",
  context: "{}",
  function: "request",
  runtime: { name: "APPSYNC_JS", runtimeVersion: "1.0.0" },
};

for (const host of HOSTILE_HOSTS) {
  describe(`L1: a page on another port of ${host}`, () => {
    test("writes, reads, calls and evaluates nothing by AWS's APIs", async ({ hostilePage }) => {
      const page = await hostilePage(host);
      const harmful: unknown[] = [];
      for (const attempt of [
        ...operationAttempts(),
        ...restAttempts("lambda", "/2015-03-31/functions/any/invocations", '{"a":"="}'),
        ...restAttempts("appsync", "/v1/dataplane-evaluatecode", JSON.stringify(EVALUATED)),
        ...objectAttempts(),
      ]) {
        const { statuses, read } = await tryOut(page, attempt);
        // Refused before anything was looked at: it did not even learn that there is no such function.
        if (read !== null || statuses.some((status) => status !== 403)) {
          harmful.push({ ...attempt, statuses, read });
        }
      }
      expect({ harmful, ...(await traces()) }).toEqual({ harmful: [], ...NO_TRACES });
    });

    test("has the outbox with its codes neither to read nor in a frame", async ({ hostilePage }) => {
      const page = await hostilePage(host);
      const url = `${AwsEndpoint}/_local/outbox`;
      for (const by of [...GETS, "event source"] as const) {
        expect([by, (await tryOut(page, { by, url })).read]).toEqual([by, null]);
      }
      const frames = page.frames().filter((frame) => frame !== page.mainFrame());
      expect(frames.map((frame) => frame.url())).toEqual(GETS.filter(isInFrame).map(() => NOT_SHOWN));
    });

    test("signs nobody out of the pool behind their back", async ({ hostilePage }) => {
      const page = await hostilePage(host);
      const url = `${AwsEndpoint}/logout?${new URLSearchParams({ client_id: WebClientId, logout_uri: `${AppUrl}/` }).toString()}`;
      for (const by of ["fetch", "fetch without CORS", "image", "script", "style"] as const) {
        const { statuses, read } = await tryOut(page, { by, url });
        expect([by, read, statuses.filter((status) => status !== 403)]).toEqual([by, null, []]);
      }
    });

    test("gets no further by GraphQL than its token, by HTTP and by socket", async ({ hostilePage }) => {
      const page = await hostilePage(host);
      const url = `${AwsEndpoint}/graphql`;
      const body = '{"query":"mutation { recordLogin { id } }"}';
      for (const headers of [{}, { "content-type": "application/json" }]) {
        const { read } = await tryOut(page, { by: "fetch", url, method: "POST", headers, body });
        expect(read).toMatch(/^401 .*UnauthorizedException/s);
      }
      const { read } = await tryOut(page, { by: "socket", url: `${url}/realtime` });
      expect(read).toContain("connection_error");
      for (const path of ["/", "/graphql", `/${BucketName}`]) {
        expect((await tryOut(page, { by: "socket", url: AwsEndpoint + path })).read).toBeNull();
      }
    });
  });
}
