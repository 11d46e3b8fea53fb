// Numbers out of DynamoDB, on their whole way from the data source to the client.

import { afterAll, beforeAll, expect, it } from "vitest";
import { openApi, type TestApi } from "./support/api.ts";

const response = `export function response(ctx) { return [ctx.result.n + "", ctx.result.n + 0 + "", ctx.result.n]; }`;
let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: "type Query { table: AWSJSON none: AWSJSON }",
    resolvers: {
      "Query.table": {
        source: { table: "Notes" },
        code: `export const request = () => ({ operation: "GetItem", key: { id: { S: "a" } } }); ${response}`,
      },
      "Query.none": {
        source: "none",
        code: `export const request = () => ({ payload: { n: 100 } }); ${response}`,
      },
    },
    dynamodb: { call: () => Promise.resolve({ Item: { id: { S: "a" }, n: { N: "100" } } }) },
  });
});
afterAll(() => api.close());

it('put before a text they give "null", after a calculation they do not (aws-appsync-community#308)', async () => {
  expect(await api.data("{ table none }")).toEqual({
    table: '["null","100",100]',
    none: '["100","100",100]',
  });
});
