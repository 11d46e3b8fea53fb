// How events get to listeners whose faults, slowness and ends are in the hands of a test.

import { parse, type OperationDefinitionNode } from "graphql";
import { beforeEach, expect, it } from "vitest";
import { buildApiSchema } from "../../src/appsync/graphql/schema.ts";
import { openBroadcast, type Broadcast, type Listener } from "../../src/appsync/realtime/broadcast.ts";
import type { Payload } from "../../src/appsync/realtime/protocol.ts";

const schema = buildApiSchema(`
  type Query { a: Int } type Mutation { save: Int }
  type Subscription { onSave: Int @aws_subscribe(mutations: ["save"]) }`);

let broadcast: Broadcast;
let failures: unknown[];
let delivered: unknown[];
beforeEach(() => {
  failures = [];
  delivered = [];
  broadcast = openBroadcast({ schema, onFailure: (error) => failures.push(error) });
});

interface Behaviour {
  readonly matches?: () => boolean;
  readonly payloadOf?: (event: unknown) => Promise<Payload>;
  readonly deliver?: Listener["deliver"];
}

function listen({
  matches = () => true,
  payloadOf = (event) => Promise.resolve({ data: event }),
  deliver = ({ data }) => delivered.push(data),
}: Behaviour = {}): Listener {
  const subscription = { fieldName: "onSave", matches, payloadOf, isInvalidatedBy: () => false };
  const listener = { subscription, deliver, invalidate: () => undefined };
  broadcast.add(listener);
  return listener;
}

function publish(value: number): void {
  const operation = parse("mutation { save }").definitions[0] as OperationDefinitionNode;
  const scope = { schema, fragments: new Map(), variables: new Map() };
  broadcast.publish({ scope, operation, data: { save: value }, invalidations: [] });
}

/** A promise, and the function that keeps it. */
function promised(): { readonly kept: Promise<void>; readonly keep: () => void } {
  let keep = () => {};
  const kept = new Promise<void>((resolve) => {
    keep = resolve;
  });
  return { kept, keep };
}

it("E7: an exception in the delivery to one subscriber reaches neither the publisher nor another subscriber", async () => {
  const fail = () => {
    throw new Error("lost");
  };
  listen({ matches: fail, deliver: fail });
  listen({ deliver: fail });
  listen();
  publish(1);
  for (let turns = 0; turns < 50; turns += 1) await Promise.resolve();
  expect(delivered, "nothing is delivered before the mutation is answered").toEqual([]);
  await expect.poll(() => delivered).toEqual([1]);
  expect(failures).toEqual([new Error("lost"), new Error("lost")]);
});

it("an event that takes long to prepare is not overtaken by the next one", async () => {
  const asked = promised();
  const first = promised();
  listen({
    async payloadOf(event) {
      asked.keep();
      if (event === 1) await first.kept;
      return { data: event };
    },
  });
  publish(1);
  publish(2);
  await asked.kept;
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(delivered).toEqual([]);
  first.keep();
  await expect.poll(() => delivered).toEqual([1, 2]);
});

it("an event that is being prepared when its subscription ends is not delivered", async () => {
  const asked = promised();
  const first = promised();
  const ended = listen({
    async payloadOf(event) {
      asked.keep();
      await first.kept;
      return { data: `to the one that has ended: ${String(event)}` };
    },
  });
  listen();
  publish(1);
  await asked.kept;
  broadcast.remove(ended);
  first.keep();
  publish(2);
  await expect.poll(() => delivered).toEqual([1, 2]);
});
