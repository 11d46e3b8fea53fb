import type { ApolloClient } from "@apollo/client";
import { CombinedGraphQLErrors, ServerError } from "@apollo/client/errors";
import { afterEach, beforeEach, describe, expect, expectTypeOf, onTestFinished, test } from "vitest";
import { hasErrorType } from "../../client/errors.ts";
import {
  GreetingDocument,
  LoginsOfDocument,
  MyLoginsDocument,
  RecordLoginDocument,
  type LoginsOfQueryVariables,
  type MyLoginsQueryVariables,
} from "../../client/generated/operations.ts";
import { createLedgerClient, type LedgerClientOptions } from "../../client/ledger-client.ts";
import { openSession, type Session } from "../../client/session.ts";
import { fieldError, madeLogins, startLedgerStub, type LedgerStub } from "./ledger-stub.ts";

let stub: LedgerStub;
let session: Session;
let client: ApolloClient;
beforeEach(async () => {
  stub = await startLedgerStub();
  const opened = await openSession(stub.origin);
  if (opened === null) throw new Error("the stub has a session");
  session = opened;
  client = createLedgerClient(session);
});
afterEach(async () => {
  client.stop();
  await stub.close();
});

const callsOf = (name: string) => stub.calls.filter((call) => call === name).length;

describe("a request", () => {
  test("carries the access token as it is, no cookie, and nothing that AppSync does not know", async () => {
    await client.query({ query: GreetingDocument, variables: { locale: "de-CH" } });
    const [request] = stub.graphqlRequests;
    expect(request?.headers).toMatchObject({ authorization: "token-1", "content-type": "application/json" });
    expect(request?.headers["cookie"]).toBeUndefined();
    expect(Object.keys(request?.body as object).sort()).toEqual(["operationName", "query", "variables"]);
  });

  test("asks for the token each time, so that one which is about to expire is not used", async () => {
    await client.query({ query: GreetingDocument });
    await session.renew();
    await client.query({ query: MyLoginsDocument });
    expect(stub.graphqlRequests.map(({ headers }) => headers["authorization"])).toEqual([
      "token-1",
      "token-2",
    ]);
  });

  test("is made with the fetch that was given", async () => {
    const urls: string[] = [];
    const own = createLedgerClient({
      graphqlUrl: stub.graphqlUrl,
      accessToken: () => "token-1",
      renew: () => Promise.reject(new Error("not needed")),
      fetch: (input, init) => {
        urls.push(input instanceof Request ? input.url : input.toString());
        return fetch(input, init);
      },
    });
    await own.query({ query: GreetingDocument });
    expect(urls).toEqual([stub.graphqlUrl]);
  });
});

describe("a token that the API refuses", () => {
  test("is renewed once for parallel requests, and each of them is sent once more", async () => {
    stub.refuseTokens();
    let renewals = 0;
    const counting = createLedgerClient({
      ...session,
      renew: () => {
        renewals += 1;
        return session.renew();
      },
    });
    const [greeting, logins, record] = await Promise.all([
      counting.query({ query: GreetingDocument }),
      counting.query({ query: MyLoginsDocument, variables: { limit: 5 } }),
      counting.mutate({ mutation: RecordLoginDocument }),
    ]);
    expect(renewals).toBe(1);
    expect(greeting.data?.greeting?.message).toBe("Hello, ada");
    expect(logins.data?.myLogins?.items).toHaveLength(3);
    expect(record.data?.recordLogin?.username).toBe("ada");
    expect(callsOf("/auth/session")).toBe(2);
    expect(stub.graphqlRequests).toHaveLength(6);
  });

  test("is not renewed again for a request whose refusal arrives after the renewal", async () => {
    stub.refuseTokens();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const late = createLedgerClient({
      ...session,
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (response.status === 401) await held;
        return response;
      },
    });
    const slow = late.query({ query: GreetingDocument });
    await expect.poll(() => callsOf("Greeting")).toBe(1);
    await client.query({ query: MyLoginsDocument });
    release();
    expect((await slow).data?.greeting?.message).toBe("Hello, ada");
    expect(callsOf("/auth/session")).toBe(2);
  });

  test("is renewed again the next time one is refused", async () => {
    stub.refuseTokens();
    await client.query({ query: GreetingDocument });
    stub.refuseTokens();
    await client.query({ query: MyLoginsDocument });
    expect(callsOf("/auth/session")).toBe(3);
  });

  test("fails the request with the reason why it could not be renewed", async () => {
    stub.refuseTokens();
    stub.state.isSignedIn = false;
    await expect(client.query({ query: GreetingDocument })).rejects.toMatchObject({ code: "session_lost" });
    expect(callsOf("Greeting")).toBe(1);
  });

  test("fails the request when the fresh one is refused as well, after one retry", async () => {
    const stubborn = createLedgerClient({
      graphqlUrl: stub.graphqlUrl,
      accessToken: () => "token-0",
      renew: () => Promise.resolve(),
    });
    const error: unknown = await stubborn
      .query({ query: GreetingDocument })
      .catch((reason: unknown) => reason);
    expect(ServerError.is(error) && error.statusCode).toBe(401);
    expect(callsOf("Greeting")).toBe(2);
  });

  test("other failures are not repeated", async () => {
    stub.state.intercept = () => ({
      status: 500,
      body: "{}",
      headers: { "access-control-allow-origin": "*" },
    });
    await expect(client.query({ query: GreetingDocument })).rejects.toMatchObject({ statusCode: 500 });
    expect(callsOf("Greeting")).toBe(1);
  });
});

describe("a field that fails", () => {
  test("is an error that can be asked for its type", async () => {
    stub.state.intercept = (call) =>
      call === "RecordLogin" ? fieldError("recordLogin", "RecordPending") : undefined;
    const error: unknown = await client
      .mutate({ mutation: RecordLoginDocument })
      .catch((reason: unknown) => reason);
    expect(CombinedGraphQLErrors.is(error)).toBe(true);
    expect(hasErrorType(error, "RecordPending", "Throttled")).toBe(true);
    expect(hasErrorType(error, "BadToken")).toBe(false);
    expect(hasErrorType(new Error("RecordPending"), "RecordPending")).toBe(false);
  });
});

describe("the cache", () => {
  beforeEach(() => {
    stub.state.logins = madeLogins(25);
  });

  const ids = (from: number, to: number) => stub.state.logins.slice(from, to).map(({ id }) => id);

  /** The first ten of the list, as a page shows them: `shown` answers the ids in their order. */
  async function watchedList() {
    const list = client.watchQuery({ query: MyLoginsDocument, variables: { limit: 10 } });
    const subscription = list.subscribe({});
    onTestFinished(() => {
      subscription.unsubscribe();
    });
    const shown = () => list.getCurrentResult().data?.myLogins?.items?.map(({ id }) => id);
    await expect.poll(shown).toEqual(ids(0, 10));
    return { list, shown };
  }

  test("puts the pages of a list together, to the last one", async () => {
    const { list, shown } = await watchedList();
    await list.fetchMore({ variables: { nextToken: "after-10" } });
    await list.fetchMore({ variables: { nextToken: "after-20" } });
    await expect.poll(shown).toEqual(ids(0, 25));
    expect(list.getCurrentResult().data?.myLogins?.nextToken).toBeNull();
  });

  test("adds a page once, however often it arrives", async () => {
    const { list, shown } = await watchedList();
    const more = () => list.fetchMore({ variables: { nextToken: "after-10" } });
    await Promise.all([more(), more()]);
    await expect.poll(shown).toEqual(ids(0, 20));
    await list.fetchMore({ variables: { nextToken: "after-20" } });
    await expect.poll(shown).toEqual(ids(0, 25));
  });

  test("starts a list anew when it is fetched without a token", async () => {
    const { list, shown } = await watchedList();
    await list.fetchMore({ variables: { nextToken: "after-10" } });
    await expect.poll(shown).toEqual(ids(0, 20));
    await list.refetch();
    await expect.poll(shown).toEqual(ids(0, 10));
  });

  test("keeps lists with other bounds and of other users apart", async () => {
    await client.query({ query: MyLoginsDocument, variables: { limit: 2 } });
    await client.query({ query: MyLoginsDocument, variables: { limit: 1, from: "2026-01-01T00:00:00Z" } });
    await client.query({ query: LoginsOfDocument, variables: { username: "bob", limit: 3 } });
    await client.query({ query: LoginsOfDocument, variables: { username: "eve", limit: 4 } });
    const { ROOT_QUERY: lists } = client.cache.extract() as Record<string, object>;
    const lengths = Object.entries(lists ?? {})
      .filter(([name]) => name.startsWith("myLogins") || name.startsWith("loginsOf"))
      .map(([, page]: [string, { items: unknown[] }]) => page.items.length);
    expect(lengths).toEqual([2, 1, 3, 4]);
  });

  test("holds one sign-in once, wherever it was read", async () => {
    await client.mutate({ mutation: RecordLoginDocument });
    await client.query({ query: GreetingDocument });
    await client.query({ query: MyLoginsDocument, variables: { limit: 10 } });
    const cached = Object.keys(client.cache.extract() as object).filter((key) => key.startsWith("Login:"));
    expect(cached).toHaveLength(10);
  });
});

test("documents, variables and answers are typed", async () => {
  const { data } = await client.query({ query: MyLoginsDocument, variables: { limit: 1 } });
  expectTypeOf(data?.myLogins?.items[0]?.loggedInAt).toEqualTypeOf<string | undefined>();
  expectTypeOf(data?.myLogins?.items[0]?.address).toEqualTypeOf<string | null | undefined>();
  expectTypeOf<{ limit: string }>().not.toExtend<MyLoginsQueryVariables>();
  expectTypeOf<{ from: string }>().not.toExtend<LoginsOfQueryVariables>();
  expectTypeOf<Omit<LedgerClientOptions, "renew">>().not.toExtend<LedgerClientOptions>();
  expectTypeOf<Session>().toExtend<LedgerClientOptions>();
});
