// Flipped bytes and cuts all over every state file.

import { beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { cutTo, flip, remove, someState, type DamagedState } from "./damaged-state.ts";

const folder = temporaryFolder();
let state: DamagedState;
beforeAll(async () => {
  state = await someState(folder);
});

test("L3: whatever byte of a state file is flipped, and wherever it is cut off, the start says so", async () => {
  const silent: string[] = [];
  for (const file of state.files) {
    const bytes = state.bytes(file);
    const positions = Array.from({ length: 8 }, (_, step) => Math.floor((step * bytes) / 8));
    const last = Math.max(0, bytes - 1);
    const damages = [
      ...(bytes === 0 ? [] : [...positions, last]).flatMap((position) =>
        [0x01, 0x80].map((mask) => [`flipped at ${position}`, flip(position, mask)] as const),
      ),
      ...(bytes === 0 ? [] : [...positions, last]).map(
        (length) => [`cut to ${length}`, cutTo(length)] as const,
      ),
      ["removed", remove] as const,
    ];
    for (const [what, damage] of damages) {
      if ((await state.startWith(file, damage)) === undefined) silent.push(`${file} ${what}`);
    }
  }
  expect(silent).toEqual([]);
});
