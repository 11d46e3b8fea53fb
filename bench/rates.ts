// How many answers a second each scenario gives, measured so that a noisy machine does not decide: the scenarios take
// turns, and of each one's rounds the 25th percentile counts.

export interface Scenario {
  readonly name: string;
  /** One request; throws when the answer is not the right one, so that failures never count as speed. */
  readonly request: () => Promise<void>;
  /** Requests under way at once. */
  readonly concurrency: number;
}

export interface RateOptions {
  readonly rounds: number;
  /** Length of one scenario's turn. */
  readonly turnMs: number;
}

/** Answers a second of every scenario, in its order. */
export async function measureRates(scenarios: readonly Scenario[], options: RateOptions): Promise<number[]> {
  const rates: number[][] = scenarios.map(() => []);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [index, scenario] of scenarios.entries()) {
      rates[index]?.push(await rateOf(scenario, options.turnMs));
    }
  }
  return rates.map((ofOne) => percentile(ofOne, 0.25));
}

async function rateOf({ request, concurrency }: Scenario, turnMs: number): Promise<number> {
  const startedAt = performance.now();
  const endsAt = startedAt + turnMs;
  let answers = 0;
  const worker = async () => {
    while (performance.now() < endsAt) {
      await request();
      answers += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return answers / ((performance.now() - startedAt) / 1000);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}
