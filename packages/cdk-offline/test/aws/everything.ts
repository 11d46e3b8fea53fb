// AWS's one address with services behind it, for tests of what is let through to them.

import { join } from "node:path";
import { openAppSync } from "../../src/appsync/service.ts";
import { awsEndpoint } from "../../src/aws/endpoint.ts";
import { openCognito } from "../../src/cognito/service.ts";
import type { HttpHandler } from "../../src/http/exchange.ts";
import { listenOnLoopback } from "../../src/http/loopback-server.ts";
import { openS3 } from "../../src/s3/service.ts";
import { openSqs } from "../../src/sqs/service.ts";
import { openSsm } from "../../src/ssm/service.ts";
import { openToAll, readToken, resourcesOf } from "../appsync/support/api.ts";
import { noFunctions, template } from "../cognito/template.ts";
import { openFunctions, temporaryFolder } from "../lambda/functions.ts";
import { resource } from "../serving.ts";

export const BUCKET = "files-of-the-test";
export const QUEUE_PATH = "/000000000000/letters";
export const FUNCTION = "counter";
/** The page that is not foreign, besides those of the address itself. */
export const APP_ORIGIN = "http://localhost:4000";

/** Opens the services on a folder of their own, with a function that prints its event. */
export async function serveEverything() {
  const folder = temporaryFolder();
  const place = { clock: Date.now, region: "us-east-1", account: "000000000000" };
  let handler: HttpHandler = () => Promise.resolve({ status: 503 });
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["127.0.0.1"],
    maxBodyBytes: 1_000_000,
    handler: (request) => handler(request),
    onError: (error) => {
      throw error;
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const dir = (name: string) => join(folder.dir, name);

  const parameters = openSsm({ ...place, dir: dir("ssm"), parameters: [] });
  const buckets = openS3({ ...place, dir: dir("s3"), buckets: [resource(BUCKET, {})] });
  const queueUrl = `https://sqs.us-east-1.amazonaws.com${QUEUE_PATH}`;
  const queues = openSqs({ ...place, dir: dir("sqs"), queues: [resource(queueUrl, {})] });
  const userPools = await openCognito({
    ...place,
    ...template(new Map(), {}),
    dir: dir("cognito"),
    origin: url,
    mail: () => undefined,
    lambda: noFunctions,
  });
  const functions = await openFunctions(folder.dir, {
    [FUNCTION]: { code: "exports.handler = async (event) => { console.log(event); return event; };" },
  });
  const graphql = await openAppSync({
    ...place,
    ...resourcesOf({ schema: "type Query { a: Int }" }),
    gate: openToAll,
    dynamodb: { call: () => Promise.reject(new Error("there is no table")) },
    lambda: functions,
    verifyToken: readToken,
  });
  handler = awsEndpoint({
    jsonServices: [parameters.json, queues.json, userPools.json],
    signedServices: { appsync: graphql.signedHandler, lambda: functions.handler, s3: buckets.handler },
    pathServices: [graphql, userPools],
    ownOrigins: [APP_ORIGIN, url],
  });
  return {
    url,
    /** What the function printed. */
    invocations: () => functions.logged.filter(({ message }) => message.includes("INFO")).length,
    async close() {
      await server.close();
      await graphql.close();
      await functions.close();
      userPools.close();
      queues.close();
      buckets.close();
      parameters.close();
      folder.remove();
    },
  };
}
