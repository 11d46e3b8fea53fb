// What is shown while the system starts: one line a step, with the time it took.

import { styleText } from "node:util";

export interface Progress {
  /** Shows a step while it runs and when it is done. `outcome` says in a few words how it ended. */
  step<Result>(
    name: string,
    work: () => Promise<Result>,
    outcome?: (result: Result) => string,
  ): Promise<Result>;
}

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream;
  readonly clock: () => number;
}

export function createProgress({ stream, clock }: ProgressOptions): Progress {
  return {
    async step(name, work, outcome) {
      const startedAt = clock();
      if (stream.isTTY) stream.write(`  ${paint(stream, "dim", "…")} ${name}`);
      const clear = stream.isTTY ? "\r\u001b[K" : "";
      try {
        const result = await work();
        const seconds = `${((clock() - startedAt) / 1000).toFixed(1)} s`;
        const how = outcome === undefined ? "" : ` ${outcome(result)}`;
        stream.write(
          `${clear}  ${paint(stream, "green", "✓")} ${name}${how} ${paint(stream, "dim", seconds)}\n`,
        );
        return result;
      } catch (error) {
        stream.write(`${clear}  ${paint(stream, "red", "✗")} ${name}\n`);
        throw error;
      }
    },
  };
}

/** Styles a text where the stream is a terminal that wants colour (https://no-color.org). */
export function paint(
  stream: NodeJS.WriteStream,
  style: "dim" | "green" | "red" | "bold" | "cyan",
  text: string,
): string {
  return stream.isTTY && !process.env["NO_COLOR"] ? styleText(style, text) : text;
}
