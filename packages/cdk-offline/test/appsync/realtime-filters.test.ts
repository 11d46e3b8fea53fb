// Which events pass: arguments, enhanced filters and their limits, invalidation.

import { describe, expect, it } from "vitest";
import { itemEvents, nextOf } from "./support/item-events.ts";

const { api, open, subscribed, save, eventsOf } = itemEvents();

describe("arguments of a subscription", () => {
  const item = { id: "1", owner: "ada", size: 3, tags: ["a", "b"] };
  const ownerless = { id: "2", size: 3 };
  it.each<[string, string, readonly unknown[], Record<string, unknown>?]>([
    ["left out let everything through", "onSave", [item, ownerless]],
    ["filter by equality", 'onSave(owner: "ada")', [item]],
    ["filter case-sensitively", 'onSave(owner: "Ada")', []],
    ["all have to hold", 'onSave(owner: "ada", size: 4)', []],
    ["of null match what has no value", "onSave(owner: null)", [ownerless]],
    ["compare identifiers as texts", "onSave(id: 2)", [ownerless]],
    ["compare lists as a whole", 'onSave(tags: ["a", "b"])', [item]],
    ["may be variables", "onSave(owner: $owner)", [item], { owner: "ada" }],
    [
      "that are variables of null match what has no value",
      "onSave(owner: $owner)",
      [ownerless],
      { owner: null },
    ],
    ["whose variables are left out let everything through", "onSave(owner: $owner)", [item, ownerless], {}],
  ])("%s", async (_, field, expected, variables) => {
    const declared = variables === undefined ? "" : "($owner: String)";
    const client = await subscribed(`subscription${declared} { onSave: ${field} { id } }`, {
      variables: variables ?? {},
    });
    await save(item);
    await save(ownerless);
    const ids = (expected as { id: string }[]).map(({ id }) => ({ data: { onSave: { id } } }));
    expect(await eventsOf(client)).toEqual(ids);
  });

  it("on a field that the mutation did not select match null only", async () => {
    const one = await subscribed('subscription { onSave(owner: "ada") { id } }');
    const none = await subscribed("subscription { onSave(owner: null) { id } }");
    await save(item, "id");
    expect(await eventsOf(one)).toEqual([]);
    expect(await eventsOf(none)).toHaveLength(1);
  });
});

type Rule = readonly [fieldName: string, operator: string, value: unknown];
const group = (...groups: readonly (readonly Rule[])[]) => ({
  filterGroup: groups.map((rules) => ({
    filters: rules.map(([fieldName, operator, value]) => ({ fieldName, operator, value })),
  })),
});

describe("an enhanced filter", () => {
  const event = {
    id: "1",
    name: "AWS AppSync",
    owner: null,
    size: 3,
    flag: false,
    tags: ["admin", "ops"],
    sizes: [10, 11],
    color: "RED",
    place: {
      address: { country: "CH", metadata: { continent: { name: "Europe", largest: { city: "Moscow" } } } },
    },
  };
  const selection =
    "id name owner size flag tags sizes color " +
    "place { address { country metadata { continent { name largest { city } } } } }";

  const holds: Rule[] = [
    ["name", "eq", "AWS AppSync"],
    ["size", "eq", 3],
    ["flag", "eq", false],
    ["color", "eq", "RED"],
    ["name", "ne", "AWS"],
    ["size", "le", 3],
    ["size", "lt", 4],
    ["name", "lt", "AWT"],
    ["size", "ge", 3],
    ["size", "gt", 2.5],
    ["name", "contains", "App"],
    ["tags", "contains", "ops"],
    ["sizes", "contains", 10],
    ["size", "contains", 3],
    ["name", "notContains", "app"],
    ["tags", "notContains", "op"],
    ["name", "beginsWith", "AWS"],
    ["size", "in", [1, 2, 3]],
    ["name", "in", ["x", "AWS AppSync"]],
    ["size", "notIn", [1, 2]],
    ["size", "between", [1, 5]],
    ["name", "between", ["A", "B"]],
    ["sizes", "containsAny", [10, 15]],
    ["tags", "containsAny", ["users", "admin"]],
    ["place.address.country", "eq", "CH"],
    ["place.address.metadata.continent.name", "eq", "Europe"],
  ];
  const failing: Rule[] = [
    ["name", "eq", "aws appsync"],
    ["size", "eq", "3"],
    ["id", "eq", 1],
    ["name", "ne", "AWS AppSync"],
    ["size", "le", 2],
    ["size", "lt", 3],
    ["size", "lt", "4"],
    ["name", "ge", "B"],
    ["size", "gt", 3],
    ["name", "contains", "app"],
    ["sizes", "contains", 1],
    ["name", "notContains", "App"],
    ["tags", "notContains", "ops"],
    ["name", "beginsWith", "AppSync"],
    ["size", "beginsWith", "3"],
    ["size", "in", [1, 2]],
    ["size", "notIn", [3]],
    ["size", "between", [3, 5]],
    ["size", "between", [1, 3]],
    ["sizes", "containsAny", [1]],
    ["size", "containsAny", [3]],
    ["owner", "ne", "ada"],
    ["owner", "notIn", ["ada"]],
    ["missing", "notContains", "x"],
    ["place.address.country", "eq", "DE"],
    ["place.address.metadata.continent.largest.city", "eq", "Moscow"],
    ["__proto__.constructor", "ne", "x"],
  ];
  const query = "subscription($f: String) { onFiltered(filter: $f) { id } }";
  const withFilter = (filter: unknown) => ({ variables: { f: JSON.stringify(filter) } });

  it.each([
    ["passes what its operator says", holds, holds.length],
    ["stops what its operator says not", failing, 0],
  ])("%s", async (_, rules, expected) => {
    const client = await open();
    for (const rule of rules) await client.subscribe(JSON.stringify(rule), query, withFilter(group([rule])));
    await save(event, selection);
    await eventsOf(client);
    const passed = client.received.filter(({ type, id }) => type === "data" && id !== "mark");
    expect(passed.map(({ id }) => id)).toEqual(rules.slice(0, expected).map((rule) => JSON.stringify(rule)));
  });

  it.each<[string, readonly Rule[][], number]>([
    [
      "the rules of a group all have to hold",
      [
        [
          ["size", "eq", 3],
          ["name", "eq", "x"],
        ],
      ],
      0,
    ],
    [
      "one group that holds is enough",
      [
        [["name", "eq", "x"]],
        [
          ["size", "eq", 3],
          ["flag", "eq", false],
        ],
      ],
      1,
    ],
    ["no group lets nothing through", [], 0],
    ["a group without rules lets everything through", [[]], 1],
  ])("%s", async (_, groups, expected) => {
    const client = await subscribed(query, withFilter(group(...groups)));
    await save(event, selection);
    expect(await eventsOf(client)).toHaveLength(expected);
  });

  it("takes the place of filtering by arguments; without one arguments filter", async () => {
    const filtered = await subscribed(query, withFilter(group([["size", "eq", 3]])));
    const unfiltered = await subscribed(query);
    await save(event);
    expect(await eventsOf(filtered)).toHaveLength(1);
    expect(await eventsOf(unfiltered)).toHaveLength(1);
  });

  const text257 = "x".repeat(257);
  it.each<[string, unknown, string]>([
    [
      "more than five values of in",
      group([["size", "in", [1, 2, 3, 4, 5, 6]]]),
      "subscription exceeds maximum value limit 5 for operator `in`.",
    ],
    [
      "more than twenty values of containsAny",
      group([["sizes", "containsAny", Array.from({ length: 21 }, (_, i) => i)]]),
      "subscription exceeds maximum value limit 20 for operator `containsAny`.",
    ],
    [
      "no value of containsAny",
      group([["tags", "containsAny", []]]),
      "subscription filter has invalid filter value for operator `containsAny`.",
    ],
    [
      "null",
      group([["owner", "eq", null]]),
      "subscription filter has invalid filter value for operator `eq`.",
    ],
    [
      "three values of between",
      group([["size", "between", [1, 2, 3]]]),
      "subscription filter has invalid filter value for operator `between`.",
    ],
    [
      "text over 256 characters",
      group([["name", "eq", text257]]),
      "subscription filter has invalid filter value for operator `eq`.",
    ],
    [
      "an unknown operator",
      group([["name", "like", "x"]]),
      "subscription filter has invalid operator `like`.",
    ],
    [
      "an inherited operator",
      group([["name", "toString", "x"]]),
      "subscription filter has invalid operator `toString`.",
    ],
    [
      "more than five fields in a group",
      group(["a", "b", "c", "d", "e", "f"].map((name) => [name, "eq", 1])),
      "Filters exceed maximum attributes limit 5 for subscription.",
    ],
    [
      "more than ten groups",
      group(...Array.from({ length: 11 }, () => [["size", "eq", 1] as const])),
      "Filters combination exceed maximum limit 10 for subscription.",
    ],
    [
      "in, which counts for each of its values, with others",
      group([
        ["size", "in", [1, 2, 3, 4, 5]],
        ["name", "in", ["a", "b", "c"]],
      ]),
      "Filters combination exceed maximum limit 10 for subscription.",
    ],
  ])("with %s is refused", async (_, filter, message) => {
    const client = await open();
    client.start("it", query, withFilter(filter));
    expect(await client.next()).toEqual({
      type: "error",
      id: "it",
      payload: { errors: [{ message, errorCode: 400 }] },
    });
  });
});

describe("invalidateSubscriptions", () => {
  it("ends the subscriptions whose filter matches its payload, with their connections, and no others", async () => {
    const query = "subscription($u: String, $g: String) { onGroup(user: $u, group: $g) { id } }";
    const expelled = await subscribed(query, { variables: { u: "ada", g: "a" } });
    const stays = await subscribed(query, { variables: { u: "bob", g: "a" } });
    const elsewhere = await subscribed("subscription { onSave { id } }");
    await api.data('mutation { expel(user: "ada", group: "a") { id } }');
    expect(await nextOf(expelled, "complete")).toEqual({ type: "complete", id: "it" });
    expect(await expelled.closed).toBe(1000);
    await save({ id: "1", owner: "a" });
    expect(await eventsOf(stays)).toEqual([{ data: { onGroup: { id: "1" } } }]);
    expect(await eventsOf(elsewhere)).toHaveLength(1);
  });

  it("may be called five times with different arguments in a request, however many its mutations are", async () => {
    const query = 'subscription($g: String) { onGroup(user: "ada", group: $g) { id } }';
    const fifth = await subscribed(query, { variables: { g: "g5" } });
    const sixth = await subscribed(query, { variables: { g: "g6" } });
    const five =
      "a: expelThree(first: 1) { id } b: expelThree(first: 3) { id } again: expelThree(first: 2) { id }";
    const { data, errors } = await api.query(`mutation { ${five} tooMany: expelThree(first: 4) { id } }`);
    const done = { id: "invalidated" };
    expect(data).toEqual({ a: done, b: done, again: done, tooMany: null });
    expect(errors).toMatchObject([
      {
        path: ["tooMany"],
        errorType: "Code",
        message: "extensions.invalidateSubscriptions takes at most 5 different calls in a request",
      },
    ]);
    expect(await fifth.closed).toBe(1000);
    await save({ id: "1", owner: "g6" });
    expect(await eventsOf(sixth)).toHaveLength(1);
  });
});
