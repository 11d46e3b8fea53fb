// The disk gets full in the middle of writes, and there is space again: for every service that keeps state, with the real
// command and a real full disk.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { runCommand, type RunningCommand } from "../command/running-command.ts";
import { everyStore, everyStoreAssembly, type Store } from "./every-store.ts";
import { KINDS, smallDisk, type Kind } from "./small-disk.ts";

let runs = 0;

interface Serving {
  readonly command: RunningCommand;
  readonly stores: readonly Store[];
}

async function start(folder: string, assembly: string, state: string): Promise<Serving> {
  const outputs = join(folder, `outputs-${(runs += 1)}.json`);
  const ports = ["--app-port", "0", "--aws-port", "0"];
  const command = runCommand(assembly, "--state", state, "--outputs", outputs, ...ports);
  onTestFinished(async () => {
    await command.end("SIGKILL");
  });
  await command.ready;
  const endpoint = /AWS_ENDPOINT_URL=(\S+)/.exec(command.said())?.[1] ?? "";
  const { Stack = {} } = JSON.parse(readFileSync(outputs, "utf8")) as Record<string, Record<string, string>>;
  return { command, stores: everyStore(assembly, endpoint, Stack) };
}

/** Writes until a write is refused, and answers with what; the numbers that were acknowledged are added to the set. */
async function writeUntilRefused(store: Store, acknowledged: Set<number>): Promise<unknown> {
  for (let number = acknowledged.size; number < 300; number += 1) {
    try {
      await store.write(number);
    } catch (error) {
      return error;
    }
    acknowledged.add(number);
  }
  throw new Error(`${store.name}: nothing was refused`);
}

/**
 * Fills the disk under a served stack, frees it, ends the process with the signal and starts it again: every store refuses
 * writes from the first failed one on, can be read, says so in one line, and has everything acknowledged at the next start.
 * Where a disk of this kind is not to be had it is one of the other kind.
 */
export async function expectNothingLost(folder: string, kind: Kind, signal: NodeJS.Signals): Promise<void> {
  const other = KINDS.find((one) => one !== kind) ?? kind;
  const at = join(folder, `disk-${(runs += 1)}`);
  const disk = (await smallDisk(kind, at)) ?? (await smallDisk(other, at));
  if (disk === undefined) throw new Error("neither a file system nor a limit can be set here");
  const assembly = everyStoreAssembly(join(folder, `assembly-${(runs += 1)}`));
  const state = join(disk.folder, "state");
  const { command, stores } = await start(folder, assembly, state);
  const acknowledged = new Map(stores.map(({ name }) => [name, new Set<number>()]));
  const of = ({ name }: Store) => acknowledged.get(name) ?? new Set<number>();
  for (const store of stores) {
    for (const number of [0, 1, 2]) {
      await store.write(number);
      of(store).add(number);
    }
  }

  await disk.fill(command.pid);
  const refused = (store: Store) => ({
    store: store.name,
    error: expect.objectContaining({ name: store.refusal }) as unknown,
  });
  for (const store of stores) {
    const error = await writeUntilRefused(store, of(store));
    expect({ store: store.name, error }).toEqual(refused(store));
  }
  await disk.free(command.pid);
  for (const store of stores) {
    const error: unknown = await store.write(999).catch((thrown: unknown) => thrown);
    expect({ store: store.name, error }).toEqual(refused(store));
    await store.read();
  }
  const lines = command
    .said()
    .split("\n")
    .filter((line) => line.includes("takes no more writes"));
  const files = lines.map((line) => line.replace(/ takes no more writes .*/, ""));
  expect(new Set(files).size).toBe(files.length);
  for (const line of lines)
    expect(line).toMatch(/\((?:ENOSPC|EFBIG|IO error).*\): .*make room .* start it again$/);
  expect(files.join("\n")).toMatch(/parameters\.jsonl/);
  expect(files.join("\n")).toMatch(/dynamodb\/level/);
  expect(command.said()).not.toMatch(/\n\s+at /); // no stack of an error that has been told
  await command.end(signal);

  const again = await start(folder, assembly, state);
  for (const store of again.stores) {
    await expect
      .poll(async () => {
        const stored = new Set(await store.stored());
        return { store: store.name, missing: [...of(store)].filter((number) => !stored.has(number)) };
      })
      .toEqual({ store: store.name, missing: [] });
    await store.write(1000);
  }
  await again.command.end("SIGTERM");
}
