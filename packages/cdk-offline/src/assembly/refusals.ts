// Gathers what is refused of a template, so that all of it is told at once.

import { NotServed, TemplateError } from "../errors.ts";

export class Refusals {
  /** By what is said, so that nothing is told twice. */
  readonly #found = new Map<string, NotServed>();

  add(...refusals: readonly NotServed[]): void {
    for (const refusal of refusals) this.#found.set(refusal.message, refusal);
  }

  /** What `work` gives; `undefined` when it refuses, which is kept. Any other error goes on. */
  attempt<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#take(error);
      return undefined;
    }
  }

  /** As `attempt`, for work that takes its time. */
  async attemptLater<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#take(error);
      return undefined;
    }
  }

  #take(error: unknown): void {
    if (error instanceof TemplateError) this.add(...error.refusals);
    else if (error instanceof NotServed) this.add(error);
    else throw error;
  }

  /** In the order in which they were found. */
  all(): readonly NotServed[] {
    return [...this.#found.values()];
  }

  /** Throws them, if there are any: a single one as it is. */
  throwAny(): void {
    const [first, ...others] = this.all();
    if (first === undefined) return;
    throw others.length === 0 ? first : new TemplateError([first, ...others]);
  }
}

/** What is refused when each of these steps is tried. */
export function refusalsOf(steps: Iterable<() => unknown>): readonly NotServed[] {
  const refusals = new Refusals();
  for (const step of steps) refusals.attempt(step);
  return refusals.all();
}
