import { expect, test } from "vitest";
import { localAddresses } from "../../src/assembly/addresses.ts";

const localize = localAddresses({
  appUrl: "http://localhost:4000",
  awsEndpoint: "http://127.0.0.1:4001",
  region: "us-east-1",
});

test.each([
  ["https://d1234abcd.cloudfront.net/auth/callback", "http://localhost:4000/auth/callback"],
  ["https://my-pool-0.auth.us-east-1.amazoncognito.com", "http://127.0.0.1:4001"],
  [
    "https://my-pool-0.auth.us-east-1.amazoncognito.com/oauth2/authorize",
    "http://127.0.0.1:4001/oauth2/authorize",
  ],
  ["https://abc.appsync-api.us-east-1.amazonaws.com/graphql", "http://127.0.0.1:4001/graphql"],
  ["wss://abc.appsync-realtime-api.us-east-1.amazonaws.com/graphql", "ws://127.0.0.1:4001/graphql/realtime"],
  ["https://abc.execute-api.us-east-1.amazonaws.com/v1/", "http://127.0.0.1:4001/_local/execute-api/abc/v1/"],
  ["https://sqs.us-east-1.amazonaws.com/000000000000/q", "http://127.0.0.1:4001/000000000000/q"],
  [
    "connect-src https://*.appsync-api.us-east-1.amazonaws.com wss://*.appsync-realtime-api.us-east-1.amazonaws.com",
    "connect-src http://127.0.0.1:4001 ws://127.0.0.1:4001",
  ],
])("%s becomes %s", (aws, local) => {
  expect(localize({ deep: [aws] })).toEqual({ deep: [local] });
});

test.each([
  "https://my-pool-0.auth.us-east-1.amazoncognito.com/oauth2/token",
  "https://my-pool-0.auth.us-east-1.amazoncognito.com/oauth2/revoke",
  "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc",
  "https://abc.appsync-api.eu-west-1.amazonaws.com/graphql",
  "https://abc.appsync-apiXus-east-1.amazonaws.com/graphql",
])("%s, which only a function calls or which is not ours, stays", (address) => {
  expect(localize(address)).toBe(address);
});

test("values that are no text stay as they are", () => {
  expect(localize({ a: 1, b: null, c: [true] })).toEqual({ a: 1, b: null, c: [true] });
});
