// The language gate around its rules: where it runs, what it remembers, and what it does to an API that is opened. The
// rules themselves are tested by the programs that EvaluateCode refuses and takes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openChecker } from "../../src/appsync/gate/checker.ts";
import { openGate, type Gate } from "../../src/appsync/gate/gate.ts";
import { openVerdicts } from "../../src/appsync/gate/verdicts.ts";
import { readCheckedFile, writeCheckedFile } from "../../src/state/atomic-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openService, returning } from "./support/api.ts";
import { moduleOf } from "./support/evaluate-code.ts";

const folder = temporaryFolder();
const dir = join(folder, "appsync");
const path = join(dir, "code-verdicts.json");

let gate: Gate;
beforeAll(() => {
  gate = openGate({ dir });
});
afterAll(() => gate.close());

const legal = moduleOf("return 1;");
const illegal = moduleOf("return util.time.epochSecondsToISO8601(1);");

describe("findings", () => {
  it("say what and where, and are none for code that is taken", async () => {
    const found = await gate.check([legal, illegal]);
    expect(found.get(legal)).toEqual([]);
    expect(found.get(illegal)).toEqual([
      {
        errorType: "PARSE_ERROR",
        message:
          "code.js(5,20): error TS2551: Property 'epochSecondsToISO8601' does not exist on type 'TimeUtils'. Did you mean 'epochMilliSecondsToISO8601'?",
        line: 5,
        column: 20,
        span: 21,
      },
    ]);
  });

  it("come in the order of the service's steps: types, linter, translation", async () => {
    const code = moduleOf("throw 1;\n  let a = 1; a++;\n  return zzz;");
    const findings = (await gate.check([code])).get(code);
    expect(findings?.map(({ errorType, line }) => [errorType, line])).toEqual([
      ["PARSE_ERROR", 7],
      ["LINT_ERROR", 6],
      ["UNSUPPORTED_SYNTAX_TYPE", 5],
    ]);
  });

  it("name the limit for code over 32 KB, counted in bytes", async () => {
    const code = moduleOf(`return "${"ä".repeat(16_384)}";`);
    const [finding] = (await gate.check([code])).get(code) ?? [];
    expect(finding).toMatchObject({ message: "the code is larger than 32768 bytes", line: 1, column: 1 });
  });

  it("are given for code that is nested too deeply to be looked at", async () => {
    const code = moduleOf(`return ${"(".repeat(15_000)}1${")".repeat(15_000)};`);
    expect((await gate.check([code])).get(code)).toMatchObject([
      { message: "the code is nested too deeply" },
    ]);
    expect((await gate.check([legal])).get(legal)).toEqual([]);
  });

  it("have a place even where only the linter finds the code nested too deeply", async () => {
    const depths = [250, 500, 1000, 2000];
    const codes = depths.map((depth) => moduleOf(`return ${"[".repeat(depth)}${"]".repeat(depth)};`));
    const found = await gate.check(codes);
    const messages = codes.map((code) =>
      found.get(code)?.map(({ message, line }) => `${String(line)} ${message}`),
    );
    expect(messages[0]).toEqual([]);
    expect(messages.at(-1)).toEqual(["1 the code is nested too deeply"]);
    expect(messages.flat().join()).not.toContain("undefined");
  });
});

describe("verdicts", () => {
  it("are kept by the hash of the code, readable by their owner only, and asked instead of a process", async () => {
    const found = await gate.check([legal, illegal]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).not.toContain("export function");

    const reopened = openGate({ dir });
    await reopened.close(); // it could start no process any more
    expect(await reopened.check([legal, illegal])).toEqual(found);
  });

  it("are believed as long as the rules are the same; others, and files that are none, are dropped", () => {
    const finding = { errorType: "LINT_ERROR", message: "m", line: 1, column: 2, span: 3 } as const;
    const verdicts = openVerdicts(folder);
    verdicts.set(legal, [finding]);
    verdicts.save();
    const file = join(folder, "code-verdicts.json");
    const text = readFileSync(file, "utf8");
    expect(openVerdicts(folder).get(legal)).toEqual([finding]);
    writeCheckedFile(file, { ...(readCheckedFile(file) as object), version: "0" });
    expect(openVerdicts(folder).get(legal)).toBeUndefined();
    for (const damaged of [text.replace('"m"', '"n"'), '{"version":', "[]"]) {
      writeFileSync(file, damaged);
      expect(openVerdicts(folder).get(legal)).toBeUndefined();
    }
  });

  it("are five hundred at most: the oldest go", () => {
    const verdicts = openVerdicts(undefined);
    for (let n = 0; n < 501; n++) verdicts.set(String(n), []);
    expect([verdicts.get("0"), verdicts.get("1"), verdicts.get("500")]).toEqual([undefined, [], []]);
  });
});

describe("the process that checks", () => {
  /** Runs a module that begins with a gate whose process waits for so long, and gives the values that it prints. */
  async function run(idleMs: number, source: string): Promise<unknown[]> {
    const text = `
      import { execFileSync } from "node:child_process";
      import { openGate } from "./packages/cdk-offline/src/appsync/gate/gate.ts";
      const gate = openGate({ dir: undefined, idleMs: ${String(idleMs)} });
      const code = (n) => "export function request() { return " + n + "; } export function response() {}";
      const print = (value) => console.log(JSON.stringify(value));
      const children = () =>
        execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" })
          .split("\\n")
          .filter((line) => line.includes("checkResolverCode"))
          .map((line) => Number.parseInt(line, 10));
      ${source}`;
    const node = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", text], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    node.stdout.setEncoding("utf8").on("data", (part: string) => (said += part));
    expect(await once(node, "close")).toEqual([0, null]);
    const lines = said.trim().split("\n");
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  it("serves a series of checks, ends when it has been idle, is started again, and ends when the gate is closed", async () => {
    const [first, second, third, fourth, refusal] = await run(
      300,
      `
      await gate.check([code(1)]);
      print(children());
      await gate.check([code(2)]);
      print(children());
      while (children().length > 0) await new Promise((done) => setTimeout(done, 25));
      await gate.check([code(3)]);
      print(children());
      await gate.close();
      print(children());
      await gate.check([code(4)]).catch((error) => print(error.message));`,
    );
    expect(first).toEqual([expect.any(Number)]);
    expect(second).toEqual(first);
    expect(third).toEqual([expect.any(Number)]);
    expect(third).not.toEqual(first);
    expect(fourth).toEqual([]);
    expect(refusal).toBe("resolver code could not be checked: the gate is closed");
  });

  it("is ended when it takes longer than allowed", async () => {
    const checker = openChecker({ idleMs: 1000, timeLimitMs: 1 });
    await expect(checker.check(legal)).rejects.toThrow("could not be checked: it takes longer than 1 ms");
    await checker.close();
  });

  it("keeps Node from nothing while it waits", async () => {
    expect(await run(60_000, `print((await gate.check([code(1)])).size);`)).toEqual([1]);
  });

  it("is the only one that loads the compiler and the linter", async () => {
    const { metafile } = await build({
      entryPoints: ["packages/cdk-offline/src/services.ts"],
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toContain("packages/cdk-offline/src/appsync/gate/gate.ts");
    expect(inputs).not.toContain("packages/cdk-offline/src/appsync/gate/check-resolver-code.ts");
    const packages = Object.values(metafile.inputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external).map(({ path }) => path),
    );
    expect(
      packages.filter((name) => /^(typescript|eslint|@typescript-eslint|@aws-appsync)/.test(name)),
    ).toEqual([]);
  });
});

describe("an API with code that AppSync refuses", () => {
  const schema = "type Query { a: Int b: Int }";
  const bad = moduleOf("let a = 1; a++;\n  return String(a);");
  const open = (resolvers: Parameters<typeof openService>[0]["resolvers"]) =>
    openService({
      schema,
      gate: { check: (codes) => gate.check(codes), close: () => Promise.resolve() },
      ...(resolvers && { resolvers }),
    });

  it("is not opened: the error names the resource, its Code, and the findings with their places", async () => {
    await expect(open({ "Query.a": returning("1"), "Query.b": bad })).rejects.toMatchObject({
      name: "NotServed",
      message: [
        "QuerybResolver: Code: The code contains one or more errors.",
        "  5:14 LINT_ERROR code.js(5,14): error @aws-appsync/no-disallowed-unary-operators: The operator ++ is not supported",
        "  6:10 INVALID_FUNCTION_INVOCATION Invalid function: String",
      ].join("\n"),
    });
  });

  it("undeclared-name, let-narrowing: what CloudFormation is recorded to fail for is refused", async () => {
    const narrowed = moduleOf("let SK = { ge: 'a' }; if (ctx.args.x) { SK = { eq: 'a' }; } return SK;");
    await expect(open({ "Query.a": moduleOf("return nextToken;") })).rejects.toThrow("error TS2304");
    await expect(open({ "Query.a": narrowed })).rejects.toThrow("error TS2741");
  });

  it("is not opened for the code of a function of a pipeline either", async () => {
    const pipeline = { code: returning("1"), functions: [{ code: returning("1") }, { code: bad }] };
    await expect(open({ "Query.a": pipeline })).rejects.toThrow(
      "Query_a_1: Code: The code contains one or more errors.",
    );
  });

  it("names the first findings and how many more there are", async () => {
    const lines = Array.from({ length: 8 }, (_, index) => `ctx.stash.a${String(index)} = String(1);`);
    await expect(open({ "Query.a": moduleOf(lines.join("\n")) })).rejects.toThrow(
      /(\n {2}\d+:\d+ .*){5}\n {2}and 3 more$/,
    );
  });

  it("is not opened for code over 32 KB, nor for a pipeline of more than ten functions", async () => {
    const long = moduleOf(`return "${"ä".repeat(16_384)}";`);
    await expect(open({ "Query.a": long })).rejects.toThrow("the code is larger than 32768 bytes");
    const functions = Array.from({ length: 11 }, () => ({ code: returning("1") }));
    expect(() => open({ "Query.a": { code: returning("1"), functions } })).toThrow(/Invalid length.*10.*11/);
  });
});
