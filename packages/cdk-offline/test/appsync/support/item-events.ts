// An API about items, whose mutations tell subscribers of them, and what its subscribers get.

import { afterAll, beforeAll, expect } from "vitest";
import { openApi, returning, type ApiSpec, type TestApi } from "./api.ts";
import { connect, type Message, type RealtimeClient, type StartOptions } from "./realtime.ts";

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

const SPEC: ApiSpec = {
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
};

/** What `save` selects unless told otherwise. */
export const ALL = "id name owner size flag tags sizes color data place { address { country } }";

export interface ItemEvents {
  readonly api: Pick<TestApi, "query" | "data">;
  /** A connection of its own. */
  readonly open: () => Promise<RealtimeClient>;
  /** A connection on which the subscription `it` has begun. */
  readonly subscribed: (query: string, options?: StartOptions) => Promise<RealtimeClient>;
  /** Saves an item; gives the errors of the answer. */
  readonly save: (
    item: unknown,
    selection?: string,
  ) => Promise<Awaited<ReturnType<TestApi["query"]>>["errors"]>;
  /** The payloads that came to a client for `it`: a mark, which comes after them, tells that there are no more. */
  readonly eventsOf: (client: RealtimeClient) => Promise<unknown[]>;
}

/** The API of a test file, and its connections. */
export function itemEvents(): ItemEvents {
  let api: TestApi;
  const clients: RealtimeClient[] = [];
  let marks = 0;

  beforeAll(async () => {
    api = await openApi(SPEC);
  });
  afterAll(async () => {
    for (const { socket } of clients) socket.terminate();
    await api.close();
  });

  async function open(): Promise<RealtimeClient> {
    const client = await connect(api);
    clients.push(client);
    return client;
  }
  return {
    api: {
      query: (...request) => api.query(...request),
      data: (...request) => api.data(...request),
    },
    open,
    async subscribed(query, options = {}) {
      const client = await open();
      await client.subscribe("it", query, options);
      return client;
    },
    async save(item, selection = ALL) {
      const { errors } = await api.query(`mutation($item: AWSJSON) { save(item: $item) { ${selection} } }`, {
        item: JSON.stringify(item),
      });
      return errors;
    },
    async eventsOf(client) {
      const name = `mark ${String((marks += 1))}`;
      if (!client.received.some(({ id }) => id === "mark")) {
        client.start("mark", "subscription { onMark { name } }");
        expect(await nextOf(client, "start_ack")).toMatchObject({ id: "mark" });
      }
      await api.data("mutation($name: String) { mark(name: $name) { name } }", { name });
      const isMark = (message: Message) => JSON.stringify(message).includes(name);
      await expect.poll(() => client.received.some(isMark), { interval: 5 }).toBe(true);
      return client.received
        .filter(({ type, id }) => type === "data" && id === "it")
        .map(({ payload }) => payload);
    },
  };
}

/** The next message of this type. */
export async function nextOf(client: RealtimeClient, type: string): Promise<Message> {
  for (;;) {
    const message = await client.next();
    if (message["type"] === type) return message;
  }
}
