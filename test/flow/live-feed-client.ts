// Listens to `onLogin` with the unmodified client of AWS: Apollo Client and aws-appsync-subscription-link.

import { ApolloClient, InMemoryCache } from "@apollo/client";
import { AUTH_TYPE } from "aws-appsync-auth-link";
import { createSubscriptionHandshakeLink } from "aws-appsync-subscription-link";
import { parse } from "graphql";
import { expect } from "vitest";
import { WebSocket, type ClientOptions } from "ws";
import { outputs } from "./stack.ts";

/** What the link has sent and received on one socket. */
class ObservedWebSocket extends WebSocket {
  readonly offered: readonly string[];
  /** Messages received, in one text. */
  heard = "";

  constructor(url: string, protocols: string[], options?: ClientOptions) {
    super(url, protocols, options);
    this.offered = protocols;
    this.on("message", (data) => (this.heard += (data as Buffer).toString("utf8")));
    opened.push(this);
  }
}
const opened: ObservedWebSocket[] = [];
// The link takes WebSocket from where browsers have it; Node 20 has none.
Object.assign(globalThis, { WebSocket: ObservedWebSocket });

export const ON_LOGIN = `subscription OnLogin {
  onLogin { id userId username loggedInAt recordedAt clientId address userAgent methods file alreadyRecorded }
}`;

interface SignIn {
  readonly id: string;
  readonly userId: string;
  readonly username: string;
  readonly alreadyRecorded: boolean;
}

export interface Feed {
  /** What came so far. */
  readonly events: readonly SignIn[];
  readonly errors: readonly unknown[];
  /** The socket it listens on. */
  readonly socket: ObservedWebSocket;
  stop(): void;
}

interface Result {
  readonly data?: { readonly onLogin?: SignIn } | null;
}

/** Listens with a token; resolves when the subscription has been acknowledged or refused. */
export async function listen(accessToken: string, query: string = ON_LOGIN): Promise<Feed> {
  const link = createSubscriptionHandshakeLink({
    url: outputs.GraphQLUrl,
    region: outputs.Region,
    auth: { type: AUTH_TYPE.AMAZON_COGNITO_USER_POOLS, jwtToken: () => accessToken },
  });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const events: SignIn[] = [];
  const errors: unknown[] = [];
  const sockets = opened.length;
  const subscription = client.subscribe({ query: parse(query), fetchPolicy: "no-cache" }).subscribe({
    next(result) {
      const { data } = result as Result;
      if (data?.onLogin !== undefined) events.push(data.onLogin);
      if (result.error !== undefined) errors.push(result.error);
    },
    error: (error: unknown) => errors.push(error),
  });
  const isAnswered = () =>
    errors.length > 0 || opened.slice(sockets).some(({ heard }) => heard.includes('"start_ack"'));
  await expect.poll(isAnswered).toBe(true);
  const socket = opened.at(-1);
  if (socket === undefined) throw new Error("the link has opened no socket");
  return {
    events,
    errors,
    socket,
    stop() {
      subscription.unsubscribe();
    },
  };
}
