// The errors of fields, whole, as AppSync's answers to the same mistakes were recorded.

import { afterAll, beforeAll, expect, it } from "vitest";
import { AwsError } from "../../src/aws/errors.ts";
import { CLAIMS, openApi, returning, type TestApi } from "./support/api.ts";

const onError = (request: string) => `
  import { util } from "@aws-appsync/utils";
  export function request(ctx) { return ${request}; }
  export function response(ctx) {
    if (ctx.error) { util.error(ctx.error.message, ctx.error.type); }
    return ctx.result;
  }`;
const condition = `condition: { expression: "attribute_not_exists(id)" }`;
const put = `({ operation: "PutItem", key: { id: { S: "1" } }, attributeValues: {}, ${condition} })`;
const table = { table: "Table" };

let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: `
      type Query {
        getPicturesByOwner(id: ID!): [Picture] @aws_cognito_user_pools(cognito_groups: ["owners"])
        listTradesByMainAccount: AWSJSON
        searchPosts: [Picture]
        posts: [Picture]
      }
      type Mutation { importDomain: AWSJSON  save: AWSJSON  deleteImplicitChild: ImplicitChild }
      type Picture { id: ID }
      type ImplicitChild { parent: CompositePKParent! }
      type CompositePKParent { id: ID }`,
    resolvers: {
      "Query.getPicturesByOwner": returning("[]"),
      "Query.listTradesByMainAccount": { source: table, code: onError(`({ operation: "Scan", limit: 0 })`) },
      "Query.searchPosts": { source: table, code: onError("({ payload: 1 })") },
      "Query.posts": returning("({ id: 1 })"),
      "Mutation.importDomain": { source: "lambda", code: onError(`({ operation: "Invoke" })`) },
      "Mutation.save": { source: table, code: onError(put) },
      "Mutation.deleteImplicitChild": returning("({ parent: null })"),
    },
    dynamodb: {
      call(operation) {
        if (operation === "GetItem") return Promise.resolve({ Item: { id: { S: "1" }, other: { S: "x" } } });
        return Promise.reject(
          operation === "Scan"
            ? new AwsError("ValidationException", "One or more parameter values were invalid")
            : new AwsError("ConditionalCheckFailedException", "The conditional request failed"),
        );
      },
    },
    lambda: {
      invoke: () =>
        Promise.resolve({
          functionError: "Unhandled",
          payload: '{"errorType":"DomainError","errorMessage":"Domain is already imported"}',
        }),
    },
  });
});
afterAll(() => api.close());

const place = (line: number, column: number) => [{ line, column, sourceName: null }];
const bodyOf = async (query: string) => JSON.parse((await api.query(query, {}, CLAIMS)).text) as unknown;

it("field-unauthorized", async () => {
  expect(
    await bodyOf('query GetPicturesByOwner {\n        getPicturesByOwner(id:"nadia") {\n id } }'),
  ).toEqual({
    data: { getPicturesByOwner: null },
    errors: [
      {
        path: ["getPicturesByOwner"],
        data: null,
        errorType: "Unauthorized",
        errorInfo: null,
        locations: place(2, 9),
        message: "Not Authorized to access getPicturesByOwner on type Query",
      },
    ],
  });
});

it("lambda-unhandled", async () => {
  expect(await bodyOf("mutation {\n\n\n\n\n\n\n  importDomain\n}")).toEqual({
    data: { importDomain: null },
    errors: [
      {
        path: ["importDomain"],
        data: null,
        errorType: "Lambda:Unhandled",
        errorInfo: null,
        locations: place(8, 3),
        message: "Domain is already imported",
      },
    ],
  });
});

it("dynamodb-condition", async () => {
  expect(await bodyOf("mutation {\n  save\n}")).toEqual({
    data: { save: null },
    errors: [
      {
        path: ["save"],
        data: null,
        errorType: "DynamoDB:ConditionalCheckFailedException",
        errorInfo: null,
        locations: place(2, 3),
        message: expect.stringMatching(
          /^The conditional request failed \(Service: DynamoDb, Status Code: 400, Request ID: [A-Z0-9]{52}\) \(SDK Attempt Count: 1\)$/,
        ) as unknown,
      },
    ],
  });
});

it("dynamodb-generic", async () => {
  expect(await bodyOf("query {\n  listTradesByMainAccount\n}")).toEqual({
    data: { listTradesByMainAccount: null },
    errors: [
      {
        path: ["listTradesByMainAccount"],
        data: null,
        errorType: "DynamoDB:DynamoDbException",
        errorInfo: null,
        locations: place(2, 3),
        message: expect.stringMatching(
          /\(Service: DynamoDb, Status Code: 400, Request ID: [A-Z0-9]{52}\)/,
        ) as unknown,
      },
    ],
  });
});

it("no-operation", async () => {
  expect(await bodyOf("query {\n  searchPosts { id }\n}")).toEqual({
    data: { searchPosts: null },
    errors: [
      {
        path: ["searchPosts"],
        data: null,
        errorType: "MappingTemplate",
        errorInfo: null,
        locations: place(2, 3),
        message: "Value for field '$[operation]' not found.",
      },
    ],
  });
});

it("type-mismatch", async () => {
  expect(await bodyOf("{ posts { id } }")).toEqual({
    data: { posts: null },
    errors: [
      {
        path: ["posts"],
        locations: null,
        message: "Can't resolve value (/posts) : type mismatch error, expected type LIST, got OBJECT",
      },
    ],
  });
});

it("non-null", async () => {
  expect(await bodyOf("mutation { deleteImplicitChild { parent { id } } }")).toEqual({
    data: { deleteImplicitChild: null },
    errors: [
      {
        path: ["deleteImplicitChild", "parent"],
        locations: null,
        message:
          "Cannot return null for non-nullable type: 'CompositePKParent' within parent 'ImplicitChild' (/deleteImplicitChild/parent)",
      },
    ],
  });
});
