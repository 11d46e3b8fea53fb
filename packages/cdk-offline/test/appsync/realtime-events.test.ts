// What subscribers get of mutations: which events, and which fields of them.

import { describe, expect, it } from "vitest";
import { CLAIMS } from "./support/api.ts";
import { ALL, itemEvents } from "./support/item-events.ts";

const { api, subscribed, save, eventsOf } = itemEvents();

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
