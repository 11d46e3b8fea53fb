// The resolvers of one GraphQL request: how many run at once, and what of theirs goes to a function as one list.

import type { SendBatch, SourceAnswer } from "../data-sources/data-source.ts";

/**
 * What is sent at once unless the resolver says otherwise. AppSync's people name this number for resolvers without a
 * size of their own (aws-cdk#20467).
 */
const DEFAULT_BATCH_SIZE = 5;

interface Waiting {
  readonly payload: unknown;
  readonly answered: (answer: SourceAnswer) => void;
  readonly failed: (error: unknown) => void;
}

interface Batch {
  readonly size: number;
  readonly send: SendBatch;
  readonly waiting: Waiting[];
}

/** How much memory the contexts of one request may take, roughly: each holds what the request has sent. */
const CONTEXT_BYTES = 16 * 1024 * 1024;

/** However large a request is, this many of its resolvers run at once. */
const LEAST_AT_ONCE = 4;

/**
 * The resolvers of one GraphQL request that are under way, and the batches of `BatchInvoke`. A batch goes out when it is
 * full, or when nothing of the request is under way any more that could still join one.
 */
export class Batches {
  readonly #open = new Map<unknown, Map<string, Batch>>();
  readonly #mostAtOnce: number;
  /** Resolvers that wait for their turn. */
  readonly #queue: (() => void)[] = [];
  #underWay = 0;

  /** @param requestBytes length of the request's body: many fields of a large one would not fit into memory together */
  constructor(requestBytes: number) {
    this.#mostAtOnce = Math.max(LEAST_AT_ONCE, Math.floor(CONTEXT_BYTES / (requestBytes + 1)));
  }

  /** Runs a resolver when its turn has come. */
  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#underWay < this.#mostAtOnce) this.#underWay += 1;
    else {
      await new Promise<void>((resolve) => {
        this.#queue.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /**
   * Waits for the answer to a payload.
   * @param step which resolver or function sends it, and `kind` how: only the like go together
   * @param size most payloads of one batch; 0 = the default
   */
  async join(
    step: unknown,
    kind: string,
    size: number,
    payload: unknown,
    send: SendBatch,
  ): Promise<SourceAnswer> {
    const ofStep = this.#open.get(step) ?? new Map<string, Batch>();
    this.#open.set(step, ofStep);
    const batch = ofStep.get(kind) ?? { size: size === 0 ? DEFAULT_BATCH_SIZE : size, send, waiting: [] };
    ofStep.set(kind, batch);
    const answer = new Promise<SourceAnswer>((answered, failed) => {
      batch.waiting.push({ payload, answered, failed });
    });
    if (batch.waiting.length >= batch.size) {
      ofStep.delete(kind);
      void sendOut(batch);
    }
    this.#leave();
    try {
      return await answer;
    } finally {
      this.#underWay += 1;
    }
  }

  /** Hands over to the next in the queue, or has one less under way. */
  #leave(): void {
    const next = this.#queue.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#underWay -= 1;
    // The fields below one that has just been resolved begin first.
    if (this.#underWay === 0) {
      setImmediate(() => {
        this.#sendAll();
      });
    }
  }

  #sendAll(): void {
    if (this.#underWay > 0) return;
    const batches = [...this.#open.values()].flatMap((ofStep) => [...ofStep.values()]);
    this.#open.clear();
    for (const batch of batches) void sendOut(batch);
  }
}

async function sendOut({ send, waiting }: Batch): Promise<void> {
  try {
    const answers = await send(waiting.map(({ payload }) => payload));
    waiting.forEach(({ answered }, index) => {
      answered(answers[index] ?? { result: null });
    });
  } catch (error) {
    for (const { failed } of waiting) failed(error);
  }
}
