// The audits of GraphQL over HTTP, by graphql-http: where the endpoint does otherwise, it does as AppSync does.
// https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md

import { serverAudits } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApi, tokenOf, type TestApi } from "./support/api.ts";

const NO_GET = "AppSync takes queries by POST only";
const PARSING_IS_400 =
  "AppSync answers 400 MalformedHttpRequestException to a query that does not parse (graphql-over-http#81)";
const INVALID_IS_200 =
  "AppSync answers 200 to an operation that is not run, whatever media type is accepted (graphql-over-http#81)";
const NO_EXTENSIONS =
  "AppSync has no use for extensions and looks at query, operationName and variables only";

/** The audits that are not passed, by id, with the reason. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  "22EB": "AppSync answers application/json, whatever is accepted",
  "5A70": NO_GET,
  D6D5: NO_GET,
  "6A70": NO_GET,
  "9ABE": "AppSync looks at the body alone: its own examples send application/graphql",
  "58B0": NO_EXTENSIONS,
  "58B1": NO_EXTENSIONS,
  "58B2": NO_EXTENSIONS,
  "58B3": NO_EXTENSIONS,
  "572B": PARSING_IS_400,
  FDE2: PARSING_IS_400,
  "86EE": INVALID_IS_200,
};

let api: TestApi;
beforeAll(async () => {
  api = await openApi({ schema: "type Query { hello: String }" });
});
afterAll(() => api.close());

const audits = serverAudits({
  url: () => api.url,
  fetchFn: (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", tokenOf());
    return fetch(url, { ...init, headers });
  },
});

describe("graphql-http's audit", () => {
  it.each(
    audits.filter(({ id }) => !(id in DEVIATIONS)).map((audit) => [audit.id, audit.name, audit] as const),
  )("%s is passed: the endpoint %s", async (_id, _name, audit) => {
    expect(await audit.fn()).toMatchObject({ status: "ok" });
  });

  it.each(Object.entries(DEVIATIONS))("%s is not passed: %s", async (id) => {
    const audit = audits.find((candidate) => candidate.id === id);
    expect(await audit?.fn()).toMatchObject({
      status: expect.stringMatching(/^(notice|warn|error)$/) as string,
    });
  });
});
