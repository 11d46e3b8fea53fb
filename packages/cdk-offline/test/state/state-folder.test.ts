import fs, { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { DamagedState, StartError } from "../../src/errors.ts";
import { openStateFolder } from "../../src/state/state-folder.ts";
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

  test("is emptied by fresh once the new state begins, and not before", () => {
    const path = join(folder, "fresh");
    openStateFolder(path, { fresh: false }).release();
    writeFileSync(join(path, "old"), "x");
    const marker = readFileSync(join(path, "state.json"), "utf8");
    const broken = openStateFolder(path, { fresh: true });
    broken.note();
    broken.release();
    expect([broken.isNew, existsSync(join(path, "old"))]).toEqual([true, true]);
    expect(readFileSync(join(path, "state.json"), "utf8")).toBe(marker);
    const again = openStateFolder(path, { fresh: true });
    again.begin();
    expect([again.isNew, existsSync(join(path, "old"))]).toEqual([true, false]);
    again.release();
  });

  test("has one process at a time; the lock of one that was killed is taken over", () => {
    const path = join(folder, "locked");
    openStateFolder(path, { fresh: false }).release();
    writeFileSync(join(path, "lock"), "1"); // the init process lives as long as the machine
    expect(() => openStateFolder(path, { fresh: false })).toThrow(`${path} is in use by process 1`);
    writeFileSync(join(path, "lock"), "999999999");
    openStateFolder(path, { fresh: false }).release();
  });

  test("of another version is refused, and can be taken by the next process after that", () => {
    const path = join(folder, "version");
    mkdirSync(path);
    for (const version of [1, 99]) {
      writeFileSync(join(path, "state.json"), JSON.stringify({ version }));
      expect(() => openStateFolder(path, { fresh: false })).toThrow(
        new RegExp(`version ${version}.*--fresh`),
      );
    }
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

describe("a state folder of which a start was killed", () => {
  test("before it had set its marker is taken by the next one", () => {
    const path = join(folder, "only-a-lock");
    mkdirSync(path);
    writeFileSync(join(path, "lock"), "999999999");
    const next = openStateFolder(path, { fresh: false });
    expect(next.isNew).toBe(true);
    next.release();
    expect(readdirSync(path)).toEqual(["state.json"]);
  });

  test("while it threw the state away is emptied by the next one, which goes on with nothing", () => {
    const path = join(folder, "half-emptied");
    openStateFolder(path, { fresh: false }).release();
    mkdirSync(join(path, "services"));
    const { rmSync } = fs;
    replaceInFs({
      rmSync: (name: string, options: object) => {
        if (name.endsWith("services")) throw new Error("killed");
        rmSync(name, options);
      },
    });
    const killed = openStateFolder(path, { fresh: true });
    expect(() => {
      killed.begin();
    }).toThrow("killed");
    killed.release();
    replaceInFs({ rmSync });
    const next = openStateFolder(path, { fresh: false });
    expect([next.isNew, existsSync(join(path, "services"))]).toEqual([true, false]);
    next.release();
  });

  test("goes to one of two that find its lock at the same time", () => {
    const path = join(folder, "two-heirs");
    openStateFolder(path, { fresh: false }).release();
    const lock = join(path, "lock");
    writeFileSync(lock, "999999999");
    const { readFileSync: read } = fs;
    replaceInFs({
      readFileSync: (...args: Parameters<typeof read>) => {
        const content = read(...args);
        // Between the look at the lock and what is done about it the other one takes it over.
        if (content === "999999999") writeFileSync(lock, "1");
        return content;
      },
    });
    expect(() => openStateFolder(path, { fresh: false })).toThrow(`${path} is in use by process 1`);
    expect(readFileSync(lock, "utf8")).toBe("1");
  });
});

describe("is refused in a sentence: a state folder", () => {
  const refusal = (path: string) => {
    try {
      openStateFolder(path, { fresh: false }).release();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  test("whose marker is damaged", () => {
    const path = join(folder, "damaged");
    mkdirSync(path);
    writeFileSync(join(path, "state.json"), '{"vers');
    expect(refusal(path)).toEqual(new DamagedState(join(path, "state.json"), "is not valid JSON"));
    openStateFolder(path, { fresh: true }).release();
  });

  test("that is a file", () => {
    const path = join(folder, "a-file");
    writeFileSync(path, "x");
    const error = refusal(path);
    expect(error).toBeInstanceOf(StartError);
    expect(String(error)).toMatch(/a-file cannot be used as state folder \(EEXIST.*choose another/);
  });
});

/** Until the test's end these functions stand in the place of the file system's own. */
function replaceInFs(functions: Partial<Record<"readFileSync" | "rmSync", unknown>>): void {
  const { readFileSync: read, rmSync: remove } = fs;
  const put = (replacements: object) => {
    Object.assign(fs, replacements);
    syncBuiltinESMExports();
  };
  onTestFinished(() => {
    put({ readFileSync: read, rmSync: remove });
  });
  put(functions);
}
