// The documented examples of util.transform.toSubscriptionFilter, asked of a listening API.

import { afterAll, beforeAll, expect, it } from "vitest";
import { openApi, returning, type TestApi } from "./support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: "type Query { filter(given: AWSJSON, ignored: [String]): AWSJSON }",
    resolvers: {
      "Query.filter": returning(
        "util.transform.toSubscriptionFilter(ctx.args.given, ctx.args.ignored ? ctx.args.ignored : [])",
      ),
    },
  });
});
afterAll(() => api.close());

const given = (downvotes: number) => ({
  percentageUp: { lte: 50, gte: 20 },
  and: [{ title: { ne: "Book1" } }, { downvotes: { gt: downvotes } }],
  or: [{ author: { eq: "Admin" } }, { isPublished: { eq: false } }],
});
const rule = (fieldName: string, operator: string, value: unknown) => ({ fieldName, operator, value });
const common = (downvotes: number) => [rule("title", "ne", "Book1"), rule("downvotes", "gt", downvotes)];
const percentages = [rule("percentageUp", "lte", 50), rule("percentageUp", "gte", 20)];
const admin = rule("author", "eq", "Admin");
const unpublished = rule("isPublished", "eq", false);

it.each([
  [
    "toSubscriptionFilter-1",
    { given: JSON.stringify(given(2000)) },
    percentages.flatMap((percentage) =>
      [admin, unpublished].map((alternative) => [percentage, ...common(2000), alternative]),
    ),
  ],
  [
    "toSubscriptionFilter-2",
    { given: JSON.stringify(given(20)), ignored: ["percentageUp", "author"] },
    [[...common(20), unpublished]],
  ],
])("%s", async (_id, variables, groups) => {
  const { filter } = await api.data(
    "query ($given: AWSJSON, $ignored: [String]) { filter(given: $given, ignored: $ignored) }",
    variables,
  );
  expect(JSON.parse(String(filter))).toEqual({ filterGroup: groups.map((filters) => ({ filters })) });
});
