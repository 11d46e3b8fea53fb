// Asynchronous invocation: takes events at once, delivers them with retries, and hands over those it gives up.

import { setTimeout as delay } from "node:timers/promises";
import { AwsError } from "../aws/errors.ts";
import type { Clock } from "../clock.ts";
import { WriteRefused } from "../errors.ts";
import { destinationRecord, type GiveUpCondition } from "./destination-record.ts";
import { openEventJournal, type EventJournal, type QueuedEvent } from "./event-journal.ts";
import type { FunctionConfig } from "./function-config.ts";
import type { Outcome } from "./invocation.ts";
import type { Tell } from "../state/write-guard.ts";

/** The port to SQS. */
export interface Queue {
  send(queueArn: string, body: string, attributes: Readonly<Record<string, string>>): Promise<void>;
}

export interface AsyncQueueOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly functions: ReadonlyMap<string, FunctionConfig>;
  readonly invoke: (functionName: string, requestId: string, payload: string) => Promise<Outcome>;
  readonly queue: Queue;
  /** Milliseconds before the first and before the second retry. */
  readonly retryDelaysMs: readonly [number, number];
  /** How many events of one function are delivered at once. */
  readonly deliveriesAtOnce: number;
  /** Told when the journal or a failure destination fails; the event is kept, unless the destination refuses it. */
  readonly onFault: (error: unknown) => void;
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
}

/** How long `close` waits for deliveries that are under way. */
const graceMs = 2000;

/**
 * The queue in front of the functions. An event is delivered at least once; one that was not when the process died is
 * taken up by the next one. An event of a function that has left the template stays in the journal.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncQueue {
  readonly #with: AsyncQueueOptions;
  readonly #journal: EventJournal;
  readonly #lanes = new Map<string, Lane>();
  readonly #stopping = new AbortController();
  #isClosed = false;

  constructor(options: AsyncQueueOptions) {
    this.#with = options;
    for (const name of options.functions.keys()) {
      this.#lanes.set(name, new Lane(options.deliveriesAtOnce, (event) => this.#deliver(event)));
    }
    this.#journal = openEventJournal(options.dir, options.tell);
  }

  /** Takes up the events that an earlier process left. */
  resume(): void {
    for (const event of this.#journal.unfinished) this.#lanes.get(event.functionName)?.add(event);
  }

  /** Returns when the event is stored. Throws `ServiceException` when it cannot be, as with a full disk. */
  enqueue(functionName: string, requestId: string, payload: string): void {
    const enqueuedAt = this.#with.clock();
    const event = { id: requestId, functionName, payload, enqueuedAt, failures: 0 };
    try {
      this.#journal.queued(event);
    } catch (error) {
      this.#with.onFault(error);
      throw new AwsError("ServiceException", "the event could not be stored", 500);
    }
    this.#lanes.get(functionName)?.add(event);
  }

  /** Stops delivering; what is not done then is taken up at the next start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    const underWay = [...this.#lanes.values()].map((lane) => lane.stop());
    await Promise.race([Promise.all(underWay), delay(graceMs, undefined, { ref: false })]);
    this.#isClosed = true;
    this.#journal.close();
  }

  /** One attempt. Never rejects. */
  async #deliver(event: QueuedEvent): Promise<void> {
    const config = this.#with.functions.get(event.functionName);
    if (config === undefined) return;
    const { maximumEventAgeMs, maximumRetryAttempts } = config.asynchronous;
    try {
      if (this.#with.clock() - event.enqueuedAt > maximumEventAgeMs) {
        await this.#giveUp(config, event, "EventAgeExceeded", undefined);
        return;
      }
      const outcome = await this.#with.invoke(event.functionName, event.id, event.payload);
      if (this.#isClosed) return;
      if (outcome.status === "success") {
        this.#journal.done(event.id);
        return;
      }
      this.#journal.failed(event.id);
      const failed = { ...event, failures: event.failures + 1 };
      if (failed.failures > maximumRetryAttempts) {
        await this.#giveUp(config, failed, "RetriesExhausted", outcome);
      } else {
        this.#later(failed.failures === 1 ? 0 : 1, failed);
      }
    } catch (error) {
      if (this.#isClosed) return;
      if (!isThrottling(error)) this.#with.onFault(error);
      // What came of the attempt cannot be written down: another one now would not be the last either.
      if (error instanceof WriteRefused) return;
      this.#later(1, event);
    }
  }

  async #giveUp(
    config: FunctionConfig,
    event: QueuedEvent,
    condition: GiveUpCondition,
    outcome: Outcome | undefined,
  ): Promise<void> {
    const { failureQueueArn } = config.asynchronous;
    if (failureQueueArn !== undefined) {
      const record = destinationRecord(config.arn, event, condition, outcome, this.#with.clock());
      try {
        await this.#with.queue.send(failureQueueArn, JSON.stringify(record), {});
      } catch (error) {
        if (!isRefusal(error)) throw error;
        // What the queue refuses, such as a record over its size, it would refuse again: it is lost, as on AWS.
        this.#with.onFault(error);
      }
    }
    if (!this.#isClosed) this.#journal.done(event.id);
  }

  #later(retry: 0 | 1, event: QueuedEvent): void {
    const wait = delay(this.#with.retryDelaysMs[retry], undefined, {
      ref: false,
      signal: this.#stopping.signal,
    });
    wait.then(
      () => this.#lanes.get(event.functionName)?.add(event),
      () => undefined, // stopped: the journal has it
    );
  }
}

/** The events of one function that are due, a few of them under way. */
class Lane {
  readonly #limit: number;
  readonly #work: (event: QueuedEvent) => Promise<void>;
  readonly #due: QueuedEvent[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #isStopped = false;

  constructor(limit: number, work: (event: QueuedEvent) => Promise<void>) {
    this.#limit = limit;
    this.#work = work;
  }

  add(event: QueuedEvent): void {
    this.#due.push(event);
    this.#next();
  }

  /** Begins nothing more and waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#underWay);
  }

  #next(): void {
    if (this.#isStopped || this.#underWay.size >= this.#limit) return;
    const event = this.#due.shift();
    if (event === undefined) return;
    const work = this.#work(event).finally(() => {
      this.#underWay.delete(work);
      this.#next();
    });
    this.#underWay.add(work);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof AwsError && error.status < 500;
}

function isThrottling(error: unknown): boolean {
  return error instanceof AwsError && error.code === "TooManyRequestsException";
}
