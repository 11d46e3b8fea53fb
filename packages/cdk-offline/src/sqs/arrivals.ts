// Where long polls wait for a message to come.

import { setTimeout as pause } from "node:timers/promises";
import type { Queue } from "./queue.ts";

/** Resolves after this many milliseconds; rejects at once when the signal is aborted. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<unknown>;

export interface Arrivals {
  /** Whether waiting has been ended for good. */
  readonly closed: boolean;
  /** Resolves to true when a message came (or the service closes) before the time was over. */
  wait(queue: Queue, milliseconds: number): Promise<boolean>;
  /** Ends the waiting of all who wait for this queue. */
  announce(queue: Queue): void;
  /** Ends all waiting. */
  close(): void;
}

const realWait: Wait = (milliseconds, signal) => pause(milliseconds, undefined, { signal });

/** `wait` is there for tests that do not want to wait in earnest. */
export function openArrivals(wait: Wait = realWait): Arrivals {
  const waiting = new Map<Queue, Set<AbortController>>();
  let closed = false;
  const wake = (controllers: Iterable<AbortController>): void => {
    for (const controller of controllers) controller.abort();
  };
  return {
    get closed() {
      return closed;
    },
    async wait(queue, milliseconds) {
      const controller = new AbortController();
      const waiters = waiting.get(queue) ?? new Set();
      waiting.set(queue, waiters.add(controller));
      try {
        await wait(milliseconds, controller.signal);
        return false;
      } catch (error) {
        if (!controller.signal.aborted) throw error;
        return true;
      } finally {
        waiters.delete(controller);
      }
    },
    announce(queue) {
      wake([...(waiting.get(queue) ?? [])]);
    },
    close() {
      closed = true;
      for (const waiters of waiting.values()) wake([...waiters]);
    },
  };
}
