// Fields of an API whose data sources are two tables: each sends one request and answers the result and the error.

import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { LambdaPort } from "../../../src/appsync/data-sources/lambda.ts";
import { CLAIMS, openApi, type TestApi } from "./api.ts";
import { openTables, type TestTables } from "./tables.ts";

export const TABLE = "Notes";
export const OTHER = "Other";

interface Outcome {
  readonly result: unknown;
  readonly error: { readonly message: string; readonly type: string } | null;
}

export interface TableFields {
  /** Names a field whose request handler returns the expression over `ctx` and `a`, the argument. */
  readonly field: (request: string, table?: string) => string;
  /** A field's outcome; an answer with errors fails the test. */
  readonly run: (name: string, argument?: unknown, sub?: string) => Promise<Outcome>;
  /** The first error of an answer. */
  readonly failure: (name: string) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** The operations called since the last look, or since the test began. */
  readonly calls: TestTables["calls"];
  /** Until the test ends, the tables fail with this error, or answer this, whatever is asked. */
  readonly answerInstead: (answer: Error | Readonly<Record<string, unknown>>) => void;
  readonly put: string;
  readonly get: string;
  readonly update: string;
  readonly remove: string;
}

/** The tables and the API of a test file, which names its fields while it is loaded. Each test finds empty tables. */
export function tableFields(lambda: Partial<LambdaPort> = {}): TableFields {
  const fields = new Map<string, { readonly request: string; readonly table: string }>();
  let tables: TestTables;
  let api: TestApi;
  let instead: Error | Readonly<Record<string, unknown>> | undefined;

  function field(request: string, table = TABLE): string {
    const name = `f${String(fields.size)}`;
    fields.set(name, { request, table });
    return name;
  }

  beforeAll(async () => {
    tables = await openTables(TABLE, OTHER);
    const code = (request: string) => `
      import { util } from "@aws-appsync/utils";
      import * as ddb from "@aws-appsync/utils/dynamodb";
      import { operations as ops } from "@aws-appsync/utils/dynamodb";
      export function request(ctx) { const a = ctx.args.a; return ${request}; }
      export function response(ctx) { return { result: ctx.result, error: ctx.error }; }`;
    api = await openApi({
      schema: `type Query { ${[...fields.keys()].map((name) => `${name}(a: AWSJSON): AWSJSON`).join(" ")} }`,
      resolvers: Object.fromEntries(
        [...fields].map(([name, { request, table }]) => [
          `Query.${name}`,
          { source: { table }, code: code(request) },
        ]),
      ),
      dynamodb: {
        call(operation, input) {
          if (instead instanceof Error) return Promise.reject(instead);
          return instead === undefined ? tables.call(operation, input) : Promise.resolve(instead);
        },
      },
      lambda,
    });
  });
  afterAll(async () => {
    await api.close();
    await tables.close();
  });

  beforeEach(async () => {
    instead = undefined;
    for (const TableName of [TABLE, OTHER]) {
      const { Items } = await tables.call("Scan", { TableName });
      for (const { id } of Items as { id: unknown }[]) {
        await tables.call("DeleteItem", { TableName, Key: { id } });
      }
    }
    tables.calls();
  });

  const ask = (name: string, argument: unknown = null, sub: string = CLAIMS.sub) =>
    api.query(`query ($a: AWSJSON) { ${name}(a: $a) }`, { a: JSON.stringify(argument) }, { ...CLAIMS, sub });
  return {
    field,
    async run(name, argument, sub) {
      const { data, errors } = await ask(name, argument, sub);
      expect(errors).toEqual([]);
      return JSON.parse(String(data?.[name])) as Outcome;
    },
    failure: async (name) => (await ask(name)).errors[0],
    calls: () => tables.calls(),
    answerInstead(answer) {
      instead = answer;
    },
    put: field("ddb.put({ key: { id: a.id }, item: a.item, condition: a.condition })"),
    get: field("ddb.get({ key: { id: a }, consistentRead: true })"),
    update: field("ddb.update({ key: { id: a.id }, update: a.update, condition: a.condition })"),
    remove: field("ddb.remove({ key: { id: a.id }, condition: a.condition })"),
  };
}
