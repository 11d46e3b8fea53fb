import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openStateFolder } from "../../../local/start/state-folder.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();

describe("a state folder", () => {
  test("is new once, and keeps what is put into it", () => {
    const path = join(folder, "one");
    const first = openStateFolder(path, { fresh: false });
    expect(first.isNew).toBe(true);
    writeFileSync(join(path, "kept"), "x");
    first.release();
    const second = openStateFolder(path, { fresh: false });
    expect(second.isNew).toBe(false);
    expect(readFileSync(join(path, "kept"), "utf8")).toBe("x");
    second.release();
  });

  test("is emptied by fresh", () => {
    const path = join(folder, "fresh");
    openStateFolder(path, { fresh: false }).release();
    writeFileSync(join(path, "old"), "x");
    const again = openStateFolder(path, { fresh: true });
    expect([again.isNew, existsSync(join(path, "old"))]).toEqual([true, false]);
    again.release();
  });

  test("has one process at a time; the lock of one that was killed is taken over", () => {
    const path = join(folder, "locked");
    mkdirSync(path);
    writeFileSync(join(path, "state.json"), '{"version":1}');
    writeFileSync(join(path, "lock"), "1"); // the init process lives as long as the machine
    expect(() => openStateFolder(path, { fresh: false })).toThrow(`${path} is in use by process 1`);
    writeFileSync(join(path, "lock"), "999999999");
    openStateFolder(path, { fresh: false }).release();
  });

  test("of another version is refused, and can be taken by the next process after that", () => {
    const path = join(folder, "version");
    mkdirSync(path);
    writeFileSync(join(path, "state.json"), '{"version":99}');
    expect(() => openStateFolder(path, { fresh: false })).toThrow(/version 99.*--fresh/);
    openStateFolder(path, { fresh: true }).release();
  });

  test("is never a folder that holds something else, not even with fresh", () => {
    const path = join(folder, "precious");
    mkdirSync(path);
    writeFileSync(join(path, "photo.jpg"), "x");
    expect(() => openStateFolder(path, { fresh: true })).toThrow(`${path} is not a state folder`);
    expect(existsSync(join(path, "photo.jpg"))).toBe(true);
  });
});
