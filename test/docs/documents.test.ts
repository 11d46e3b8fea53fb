// What the documents say of the code is still so.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_KINDS } from "../../functions/auth/errors.ts";
import { STATUS } from "../../functions/logins/errors.ts";

/** The tables of a Markdown file: rows of cells, under the heading they stand below. */
function tablesOf(path: string): ReadonlyMap<string, readonly (readonly string[])[]> {
  const tables = new Map<string, string[][]>();
  let heading = "";
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line.startsWith("#")) heading = line.replace(/^#+ /, "").replaceAll("`", "");
    if (!line.startsWith("|") || /^\|[\s|-]+$/.test(line)) continue;
    const cells = line.split("|").slice(1, -1);
    const rows = tables.get(heading) ?? [];
    tables.set(heading, [...rows, cells.map((cell) => cell.trim().replaceAll("`", ""))]);
  }
  return new Map([...tables].map(([name, rows]) => [name, rows.slice(1)]));
}

/** The sources below a folder. */
function sourcesOf(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.includes("generated"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}

describe("docs/errors.md", () => {
  const tables = tablesOf("docs/errors.md");

  test("lists the codes of /auth with status and level, all of them and no others", () => {
    expect(tables.get("/auth/*")?.map(([code, status, level]) => [code, status, level])).toEqual(
      Object.entries(ERROR_KINDS).map(([code, { status, level }]) => [code, String(status), level]),
    );
  });

  test("lists the codes of POST /logins", () => {
    expect(tables.get("POST /logins")?.map(([code, status]) => [code, status])).toEqual(
      Object.entries(STATUS).map(([code, status]) => [code, String(status)]),
    );
  });

  test("lists the error types that resolvers raise", () => {
    const raised = sourcesOf("resolvers").matchAll(/util\.error\([\s\S]*?,\s*"(\w+)",?\s*\)/g);
    const types = new Set([...raised].map(([, type = ""]) => type));
    types.add("Unauthorized"); // util.unauthorized()
    expect(types.size).toBeGreaterThan(5);
    expect(
      tables
        .get("GraphQL")
        ?.map(([type]) => type)
        .sort(),
    ).toEqual([...types].sort());
  });

  test("lists the events that functions log", () => {
    const logged = sourcesOf("functions").matchAll(/(?:log\.\w+|log\[[^\]]*\])\(\s*"(\w+)"/g);
    const events = new Set([...logged].map(([, event = ""]) => event));
    expect(
      tables
        .get("Lines of the functions' logs")
        ?.map(([event]) => event)
        .sort(),
    ).toEqual([...events].sort());
  });
});

describe("docs/threats.md", () => {
  const rows = [...tablesOf("docs/threats.md").values()].flat();

  test.each(rows.map((row) => [row[0] ?? "", row.at(-1) ?? ""]))(
    "%s: points at tests that exist",
    (_, tests) => {
      const links = [...tests.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
      expect(links.length).toBeGreaterThan(0);
      for (const [, name = "", target = ""] of links) {
        const path = join("docs", target);
        expect(existsSync(path), path).toBe(true);
        expect(readFileSync(path, "utf8"), `${path} has no test of the name ${name}`).toContain(name);
      }
    },
  );

  test("says what is left in every line", () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      expect(row).toHaveLength(4);
      expect(row.every((cell) => cell !== "")).toBe(true);
    }
  });
});
