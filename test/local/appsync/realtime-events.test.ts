// What subscribers get of mutations: filters, selections, limits, invalidation.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLAIMS, openApi, returning, type TestApi } from "./support/api.ts";
import { connect, type Message, type RealtimeClient, type StartOptions } from "./support/realtime.ts";

const subscribing = (statements: string) => `
  import { extensions, util } from "@aws-appsync/utils";
  export function request(ctx) { return { payload: null }; }
  export function response(ctx) { ${statements} return null; }`;

const INVALIDATING = `
  import { extensions } from "@aws-appsync/utils";
  export function request(ctx) { return { payload: null }; }
  export function response(ctx) {
    extensions.invalidateSubscriptions({ subscriptionField: "onGroup", payload: ctx.args });
    return { id: "invalidated" };
  }`;

const INVALIDATING_THREE = `
  import { extensions } from "@aws-appsync/utils";
  export function request(ctx) { return { payload: null }; }
  export function response(ctx) {
    [0, 1, 2].forEach((n) => {
      const group = "g" + (ctx.args.first + n);
      extensions.invalidateSubscriptions({ subscriptionField: "onGroup", payload: { group, user: "ada" } });
    });
    return { id: "invalidated" };
  }`;

const FAILING = `
  import { util } from "@aws-appsync/utils";
  export function request(ctx) { return { payload: null }; }
  export function response(ctx) { util.error("no such item", "Missing"); }`;

let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: `
      schema { query: Query mutation: Mutation subscription: Subscription }
      type Query { a: Int }
      type Mutation {
        save(item: AWSJSON): Item
        replace(item: AWSJSON): Item
        saveAll(items: AWSJSON): [Item]
        fail: Item
        mark(name: String): Mark
        found(thing: AWSJSON): Thing
        expel(user: String, group: String): Item
        expelThree(first: Int): Item
      }
      type Subscription {
        onSave(id: ID, owner: String, size: Int, tags: [String]): Item @aws_subscribe(mutations: ["save", "fail"])
        onSaveOrReplace: Item @aws_subscribe(mutations: ["save", "replace"])
        onFiltered(filter: String): Item @aws_subscribe(mutations: ["save"])
        onSaveAll(id: ID): [Item] @aws_subscribe(mutations: ["saveAll"])
        onSaveAllFiltered: [Item] @aws_subscribe(mutations: ["saveAll"])
        onMark: Mark @aws_subscribe(mutations: ["mark"])
        onFound: Thing @aws_subscribe(mutations: ["found"])
        onGroup(user: String, group: String): Item @aws_subscribe(mutations: ["save"])
        onNothing: Item
      }
      type Item {
        id: ID! name: String owner: String size: Float flag: Boolean tags: [String] sizes: [Int]
        place: Place color: Color data: AWSJSON computed: String
        secret: String @aws_cognito_user_pools(cognito_groups: ["staff"])
      }
      type Place { address: Address items: [Item] }
      type Address { country: String metadata: Metadata }
      type Metadata { continent: Continent }
      type Continent { name: String largest: Largest }
      type Largest { city: String }
      type Mark { name: String }
      enum Color { RED BLUE }
      interface Thing { id: ID! }
      type Book implements Thing { id: ID! pages: Int }
      type Film implements Thing { id: ID! minutes: Int }`,
    resolvers: {
      "Mutation.save": returning("ctx.args.item"),
      "Mutation.replace": returning("ctx.args.item"),
      "Mutation.saveAll": returning("ctx.args.items"),
      "Mutation.fail": FAILING,
      "Mutation.mark": returning("ctx.args"),
      "Mutation.found": returning("ctx.args.thing"),
      "Mutation.expel": INVALIDATING,
      "Mutation.expelThree": INVALIDATING_THREE,
      "Item.computed": returning("`computed for ${ctx.source.id}`"),
      "Subscription.onFiltered": subscribing(
        "if (ctx.args.filter) { extensions.setSubscriptionFilter(JSON.parse(ctx.args.filter)); }",
      ),
      "Subscription.onSaveAllFiltered": subscribing(
        'extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ id: { ne: "none" } }));',
      ),
      "Subscription.onGroup": subscribing(`
        extensions.setSubscriptionFilter(util.transform.toSubscriptionFilter({ owner: { eq: ctx.args.group } }));
        extensions.setSubscriptionInvalidationFilter(util.transform.toSubscriptionFilter(
          { group: { eq: ctx.args.group }, user: { eq: ctx.args.user } }));`),
    },
  });
});
const clients: RealtimeClient[] = [];
afterAll(async () => {
  for (const { socket } of clients) socket.terminate();
  await api.close();
});

async function open(): Promise<RealtimeClient> {
  const client = await connect(api);
  clients.push(client);
  return client;
}

async function subscribed(query: string, options: StartOptions = {}): Promise<RealtimeClient> {
  const client = await open();
  await client.subscribe("it", query, options);
  return client;
}

const ALL = "id name owner size flag tags sizes color data place { address { country } }";

async function save(item: unknown, selection = ALL) {
  const { errors } = await api.query(`mutation($item: AWSJSON) { save(item: $item) { ${selection} } }`, {
    item: JSON.stringify(item),
  });
  return errors;
}

let marks = 0;
/** The payloads that came to a client: a mark, which comes after them, tells that there are no more. */
async function eventsOf(client: RealtimeClient): Promise<unknown[]> {
  const name = `mark ${String((marks += 1))}`;
  if (marks === 1 || !client.received.some(({ id }) => id === "mark")) {
    client.start("mark", "subscription { onMark { name } }");
    expect(await nextOf(client, "start_ack")).toMatchObject({ id: "mark" });
  }
  await api.data("mutation($name: String) { mark(name: $name) { name } }", { name });
  const isMark = (message: Message) => JSON.stringify(message).includes(name);
  await expect.poll(() => client.received.some(isMark), { interval: 5, timeout: 4000 }).toBe(true);
  return client.received
    .filter(({ type, id }) => type === "data" && id === "it")
    .map(({ payload }) => payload);
}

async function nextOf(client: RealtimeClient, type: string): Promise<Message> {
  for (;;) {
    const message = await client.next();
    if (message["type"] === type) return message;
  }
}

describe("a subscription without a filter", () => {
  it("gets the events of every mutation in its @aws_subscribe, and of no other", async () => {
    const both = await subscribed("subscription { onSaveOrReplace { id } }");
    const one = await subscribed("subscription { onSave { id } }");
    await save({ id: "1" });
    await api.data('mutation { replace(item: "{\\"id\\":\\"2\\"}") { id } }');
    expect(await eventsOf(both)).toEqual([
      { data: { onSaveOrReplace: { id: "1" } } },
      { data: { onSaveOrReplace: { id: "2" } } },
    ]);
    expect(await eventsOf(one)).toEqual([{ data: { onSave: { id: "1" } } }]);
  });

  it("on a field without @aws_subscribe is let in and gets nothing", async () => {
    const client = await subscribed("subscription { onNothing { id } }");
    await save({ id: "1" });
    expect(await eventsOf(client)).toEqual([]);
  });

  it("gets the events of one request in its order, one for each root field", async () => {
    const client = await subscribed("subscription { onSave { id } }");
    await api.data(
      `mutation { first: save(item: "{\\"id\\":\\"1\\"}") { id } other: mark(name: "x") { name }
        second: save(item: "{\\"id\\":\\"2\\"}") { id } }`,
    );
    expect(await eventsOf(client)).toEqual([
      { data: { onSave: { id: "1" } } },
      { data: { onSave: { id: "2" } } },
    ]);
  });

  it("gets what a mutation gave although there were errors beside it", async () => {
    const client = await subscribed("subscription { onSave { id size } }");
    expect(await save({ id: "1", size: "no number" })).toHaveLength(1);
    expect(await eventsOf(client)).toEqual([{ data: { onSave: { id: "1", size: null } } }]);
  });

  it("gets nothing of a mutation that failed or gave null", async () => {
    const client = await subscribed("subscription { onSave { id } }");
    expect((await api.query("mutation { fail { id } }")).errors).toHaveLength(1);
    await api.data("mutation { save { id } }");
    expect(await eventsOf(client)).toEqual([]);
  });

  it("gets nothing of a query", async () => {
    const client = await subscribed("subscription { onSave { id } }");
    await api.data("{ a }");
    expect(await eventsOf(client)).toEqual([]);
  });

  it("is not told of an event over 240 KB, nor is anyone else, and hears of the next one", async () => {
    const client = await subscribed("subscription { onSave { id name } }");
    expect(await save({ id: "large", name: "x".repeat(240 * 1024) })).toEqual([]);
    await save({ id: "small", name: "x".repeat(239 * 1024) });
    const events = (await eventsOf(client)) as { data: { onSave: { id: string } } }[];
    expect(events.map(({ data }) => data.onSave.id)).toEqual(["small"]);
  });
});

describe("of an event", () => {
  it("each subscriber gets the fields it asked for, under its own names", async () => {
    const one = await subscribed("subscription { onSave { id } }");
    const other = await subscribed("subscription { saved: onSave { label: name __typename } }");
    await save({ id: "1", name: "one" });
    expect(await eventsOf(one)).toEqual([{ data: { onSave: { id: "1" } } }]);
    expect(await eventsOf(other)).toEqual([{ data: { saved: { label: "one", __typename: "Item" } } }]);
  });

  it("what the mutation did not select is null", async () => {
    const client = await subscribed("subscription { onSave { id name place { address { country } } } }");
    await save({ id: "1", name: "one", place: { address: { country: "CH" } } }, "id");
    expect(await eventsOf(client)).toEqual([{ data: { onSave: { id: "1", name: null, place: null } } }]);
  });

  it("what the mutation did not select and may not be null leaves an error in the place of the event", async () => {
    const client = await subscribed("subscription { onSave { id name } }");
    await save({ id: "1", name: "one" }, "name");
    expect(await eventsOf(client)).toEqual([
      {
        data: { onSave: null },
        errors: [
          {
            message: "Cannot return null for non-nullable type: 'ID' within parent 'Item' (/onSave/id)",
            path: ["onSave", "id"],
          },
        ],
      },
    ]);
  });

  it("fields that the mutation gave other names are found by their own", async () => {
    const client = await subscribed(
      'subscription { onSave(owner: "ada") { id owner place { address { country } } } }',
    );
    await save(
      { id: "1", owner: "ada", name: "one", place: { address: { country: "CH" } } },
      "key: id id: name by: owner where: place { a: address { c: country } }",
    );
    expect(await eventsOf(client)).toEqual([
      { data: { onSave: { id: "1", owner: "ada", place: { address: { country: "CH" } } } } },
    ]);
  });

  it("a field that the mutation selected twice counts as it was selected first", async () => {
    const client = await subscribed("subscription { onSave { id place { address { country } } } }");
    const place = { address: { country: "CH", metadata: { continent: null } } };
    await save(
      { id: "1", place },
      "id place { address { country } } p: place { address { metadata { continent { name } } } }",
    );
    expect(await eventsOf(client)).toEqual([
      { data: { onSave: { id: "1", place: { address: { country: "CH" } } } } },
    ]);
  });

  it("variables and directives of the subscription count, and fragments of both", async () => {
    const client = await subscribed(
      `subscription($id: ID, $named: Boolean!) { onSave(id: $id) { ...F } }
       fragment F on Item { id name @include(if: $named) }`,
      { variables: { id: "1", named: true } },
    );
    await save({ id: "2", name: "two" });
    await save({ id: "1", name: "one" }, "...on Item { name } id");
    expect(await eventsOf(client)).toEqual([{ data: { onSave: { id: "1", name: "one" } } }]);
  });

  it("resolvers of nested fields ran for the mutation and run for no subscriber", async () => {
    const client = await subscribed("subscription { onSave { id computed } }");
    await save({ id: "1" }, "id computed");
    await save({ id: "2" }, "id");
    expect(await eventsOf(client)).toEqual([
      { data: { onSave: { id: "1", computed: "computed for 1" } } },
      { data: { onSave: { id: "2", computed: null } } },
    ]);
  });

  it("values stay as the mutation answered them", async () => {
    const client = await subscribed(`subscription { onSave { ${ALL} } }`);
    const item = {
      id: "1",
      name: 'é "x"',
      size: 1.5,
      flag: false,
      tags: ["a", null],
      sizes: [],
      color: "RED",
    };
    await save({ ...item, data: { b: [1] } });
    expect(await eventsOf(client)).toEqual([
      { data: { onSave: { ...item, owner: null, place: null, data: '{"b":[1]}' } } },
    ]);
  });

  it("a field for members of a group reaches them only", async () => {
    const staff = { claims: { ...CLAIMS, "cognito:groups": ["staff"] } };
    const member = await subscribed("subscription { onSave { id secret } }", staff);
    const other = await subscribed("subscription { onSave { id secret } }");
    const query = "mutation($item: AWSJSON) { save(item: $item) { id secret } }";
    await api.query(query, { item: '{"id":"1","secret":"s"}' }, staff.claims);
    expect(await eventsOf(member)).toEqual([{ data: { onSave: { id: "1", secret: "s" } } }]);
    expect(await eventsOf(other)).toEqual([
      {
        data: { onSave: { id: "1", secret: null } },
        errors: [
          {
            errorType: "Unauthorized",
            message: "Not Authorized to access secret on type Item",
            path: ["onSave", "secret"],
          },
        ],
      },
    ]);
  });

  it("an object of one of several types is known by the __typename that the mutation asked for", async () => {
    const client = await subscribed(
      "subscription { onFound { id ... on Book { pages } ... on Film { minutes } } }",
    );
    const found = (thing: unknown, type = "__typename") =>
      api.query(
        `mutation($thing: AWSJSON) { found(thing: $thing) { ${type} id ... on Book { pages } ... on Film { minutes } } }`,
        { thing: JSON.stringify(thing) },
      );
    await found({ __typename: "Book", id: "b", pages: 9 });
    await found({ __typename: "Film", id: "f", minutes: 90 }, "kind: __typename");
    await found({ __typename: "Film", id: "f", minutes: 90 }, "");
    expect(await eventsOf(client)).toMatchObject([
      { data: { onFound: { id: "b", pages: 9 } } },
      { data: { onFound: { id: "f", minutes: 90 } } },
      { data: { onFound: null }, errors: [{ message: expect.stringContaining("exact type") as string }] },
    ]);
  });

  it("a list is delivered as a list", async () => {
    const client = await subscribed("subscription { onSaveAll { name } }");
    const filtered = await subscribed("subscription { onSaveAllFiltered { name } }");
    const byArgument = await subscribed('subscription { onSaveAll(id: "1") { name } }');
    await api.data('mutation { saveAll(items: "[{\\"id\\":\\"1\\",\\"name\\":\\"a\\"}]") { id name } }');
    expect(await eventsOf(client)).toEqual([{ data: { onSaveAll: [{ name: "a" }] } }]);
    expect(await eventsOf(filtered), "lists pass no enhanced filter").toEqual([]);
    expect(await eventsOf(byArgument)).toEqual([]);
  });
});

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
