// Every member that AWS's type package declares is either there or refused by name: nothing is missing in silence.

import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "./support/evaluator.ts";

let test: TestEvaluator;
beforeAll(async () => {
  test = await openTestEvaluator();
});
afterAll(() => test.close());

const PACKAGE = "@aws-appsync/utils";
const fileOf = (name: string) =>
  fileURLToPath(new URL(`../../../../node_modules/${PACKAGE}/${name}`, import.meta.url));
const FILES = ["lib/index.d.ts", "dynamodb.d.ts", "rds.d.ts", "ai.d.ts"].map(fileOf);
const program = ts.createProgram(FILES, {});
const checker = program.getTypeChecker();

/** Values that a file of the package exports, by name. */
function exportsOf(name: string): ts.Symbol[] {
  const source = program.getSourceFile(fileOf(name));
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${name} is no module`);
  const values = checker.getExportsOfModule(module).map((symbol) => {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  });
  return values.filter(({ flags }) => (flags & ts.SymbolFlags.Value) !== 0);
}

/** Paths of the functions below a symbol, such as `util.time.nowISO8601`. */
function pathsBelow(symbol: ts.Symbol, path: string): string[] {
  const type = checker.getTypeOfSymbol(symbol);
  if (type.getCallSignatures().length > 0) return [path];
  return type.getProperties().flatMap((member) => pathsBelow(member, `${path}.${member.name}`));
}

const globals = exportsOf("lib/index.d.ts").flatMap((symbol) => pathsBelow(symbol, symbol.name));
const dynamodb = exportsOf("dynamodb.d.ts").flatMap((symbol) => pathsBelow(symbol, `ddb.${symbol.name}`));
const REFUSED = /^util\.(rds|http|xml)\./;

describe("the type package", () => {
  it("declares what this test takes it to declare", () => {
    expect(globals.filter((path) => !REFUSED.test(path)).length).toBeGreaterThanOrEqual(51);
    expect(globals).toContain("util.time.epochMilliSecondsToFormatted");
    expect(globals).toContain("extensions.invalidateSubscriptions");
    expect(dynamodb).toContain("ddb.operations.updateListItem");
    expect(dynamodb.length).toBeGreaterThanOrEqual(23);
  });

  it.each([...globals, ...dynamodb].filter((path) => !REFUSED.test(path)))("%s is served", async (path) => {
    expect(await test.value(`typeof ${path}`)).toBe("function");
  });

  it.each(globals.filter((path) => REFUSED.test(path)))("%s is refused by name", async (path) => {
    const { report } = await test.call(`return ${path}();`);
    expect(report.ending).toEqual({
      kind: "notServed",
      message: `${path.split(".").slice(0, 2).join(".")} is not served by the local runtime`,
    });
  });

  const others = ["rds", "ai"].flatMap((name) =>
    exportsOf(`${name}.d.ts`).map((symbol) => [`${PACKAGE}/${name}`, symbol.name] as const),
  );
  it("declares other modules with members", () => {
    expect(new Set(others.map(([module]) => module)).size).toBe(2);
  });

  it.each(others)(
    "%s may be imported; %s is refused by name as soon as it is used",
    async (module, member) => {
      const message = `${member} of the module ${module} is not served by the local runtime`;
      const uses = ["it()", "it({})", "it.x", "it`x`", "`${it}`", "Object.keys(it)", "it"];
      for (const [imports, it] of [
        [`{ ${member} as it }`, "it"],
        ["* as all", `all.${member}`],
      ] as const) {
        const code = await test.evaluator.load(`
        import ${imports} from "${module}";
        const list = [${uses.map((use) => `() => ${use.replace("it", it)}`).join(", ")}];
        export const request = (ctx) => list[ctx.arguments.use]();
        export const response = () => typeof ${it};`);
        for (const use of uses.keys()) {
          const { report } = await code.call("request", JSON.stringify({ arguments: { use } }));
          expect(report.ending, uses[use]).toEqual({ kind: "notServed", message });
        }
        expect((await code.call("response", "{}")).report.ending.kind).toBe("returned");
      }
    },
  );
});
