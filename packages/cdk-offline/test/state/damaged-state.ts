// A state folder with something of every service in it, and what the runtime says to each way of damaging one of its files.

import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { serve, StartError } from "../../src/serve.ts";
import { everyStore, everyStoreAssembly } from "./every-store.ts";

/** What holds no state: LevelDB's own notes, and what is made anew at each start. */
const NO_STATE = /(?:\/LOG|\/LOG\.old|\/LOCK|function\.mjs)$/;

export interface DamagedState {
  /** By their paths in the folder. */
  readonly files: readonly string[];
  bytes(file: string): number;
  /** Starts on a copy with one file damaged; what is said, and `undefined` when the start succeeds in silence. */
  startWith(file: string, damage: (path: string) => void): Promise<string | undefined>;
  /** What was told besides at that start. */
  lines(): readonly string[];
  /** As it was left. */
  startAgain(): Promise<string | undefined>;
  /** The names in LevelDB's folder. */
  tableFiles(which: "whole" | "damaged"): readonly string[];
}

export async function someState(folder: string): Promise<DamagedState> {
  const assembly = everyStoreAssembly(join(folder, "assembly"));
  const whole = join(folder, "whole");
  const first = await serve(assembly, { state: whole, log: () => undefined });
  const stores = everyStore(assembly, first.endpoints.aws, first.outputs["Stack"] ?? {});
  for (const store of stores) for (const number of [0, 1, 2, 3]) await store.write(number);
  await first.close();
  // A second start puts what the log of LevelDB holds into a table file; what comes then is in its log.
  const second = await serve(assembly, { state: whole, log: () => undefined });
  const table = everyStore(assembly, second.endpoints.aws, second.outputs["Stack"] ?? {}).find(
    ({ name }) => name === "table",
  );
  for (let number = 4; number < 20; number += 1) await table?.write(number);
  await second.close();
  const files = readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(whole, join(entry.parentPath, entry.name)))
    .filter((file) => !NO_STATE.test(file));
  const damaged = join(folder, "damaged");
  const lines: string[] = [];
  const saidAtStart = async (): Promise<string | undefined> => {
    try {
      const served = await serve(assembly, { state: damaged, log: (line) => lines.push(line) });
      await served.close();
      return undefined;
    } catch (error) {
      if (error instanceof StartError) return error.message;
      throw error;
    }
  };
  return {
    files,
    bytes: (file) => readFileSync(join(whole, file)).length,
    async startWith(file, damage) {
      rmSync(damaged, { recursive: true, force: true });
      cpSync(whole, damaged, { recursive: true });
      damage(join(damaged, file));
      lines.length = 0;
      return await saidAtStart();
    },
    lines: () => lines,
    startAgain: saidAtStart,
    tableFiles: (which) => readdirSync(join(folder, which, "services/dynamodb/level")).sort(),
  };
}

export const flip =
  (position: number, mask = 0x01) =>
  (path: string): void => {
    const content = readFileSync(path);
    content.writeUInt8(content.readUInt8(position) ^ mask, position);
    writeFileSync(path, content);
  };

export const cutTo =
  (bytes: number) =>
  (path: string): void => {
    truncateSync(path, bytes);
  };

/** Half of an entry, as a write leaves it that did not come to its end. */
export const tear = (path: string): void => {
  appendFileSync(path, "0123");
};

export const remove = (path: string): void => {
  rmSync(path);
};
