// DynamoDB on one machine: the tables of the template on LevelDB, behind the JSON API and for services in this process.

import { join } from "node:path";
import { AwsError, notServed } from "../aws/errors.ts";
import type { JsonService } from "../aws/json-protocol.ts";
import type { Clock } from "../clock.ts";
import { NotServed } from "../errors.ts";
import { makeFolder } from "../state/make-folder.ts";
import { asCreateTableInput, defineTable, type TableDefinition, type TableResource } from "./definition.ts";
import type { TableDescription } from "./dynalite.ts";
import { Engine, type Output } from "./engine.ts";
import { openStore } from "./level-store.ts";
import { deployTable, storedTables } from "./tables.ts";
import { removeExpired } from "./time-to-live.ts";
import { forgetTokens, transactGetItems, transactWriteItems } from "./transactions.ts";
import type { Tell } from "../state/write-guard.ts";

export interface DynamoDbOptions {
  /** The state folder; made when it is not there. */
  readonly dir: string;
  readonly clock: Clock;
  readonly tables: readonly TableResource[];
  /** Pause between two sweeps for expired items, in milliseconds. Default is five minutes. */
  readonly sweepIntervalMs?: number;
  /** Told of faults of the engine that the caller sees as InternalServerError. Default writes them to stderr. */
  readonly onFault?: (error: unknown) => void;
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
}

export interface DynamoDb {
  /** Carries out one operation; input and output in the JSON form of the API. Rejects with `AwsError`. */
  call(operation: string, input: object): Promise<Output>;
  readonly json: JsonService;
  close(): Promise<void>;
}

type Operation = (input: object) => Output | Promise<Output>;

/**
 * Opens the store and brings its tables into the form the template wants. Rejects with a sentence when another process
 * has it open or when the template changes what cannot be changed.
 */
export async function openDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const onFault = options.onFault ?? console.error;
  makeFolder(options.dir);
  const { level, engineOptions } = await openStore(join(options.dir, "level"), options.tell);
  const tables = await storedTables(level);
  const engine = new Engine({ level, options: engineOptions, tables, onFault });
  const definitions = options.tables.map(defineTable);
  try {
    for (const definition of definitions) {
      checkDefinition(engine, definition);
      const name = definition.description.TableName;
      tables.set(name, await deployTable(level, definition, tables.get(name), options.clock()));
    }
  } catch (error) {
    await level.close();
    throw error;
  }

  const operations = serve(engine, tables, definitions, options.clock);
  const call = async (name: string, input: object) => {
    const operation = operations.get(name);
    if (operation === undefined) throw notServed(`DynamoDB ${name}`);
    return await operation(input);
  };
  const sweeper = startSweeper(engine, call, definitions, options, onFault);
  return {
    call,
    json: { target: "DynamoDB_20120810", version: "1.0", operations: Object.fromEntries(operations) },
    async close() {
      await sweeper.stop();
      await level.close();
    },
  };
}

export function checkDefinition(engine: Engine, definition: TableDefinition): void {
  try {
    engine.check("CreateTable", asCreateTableInput(definition));
  } catch (error) {
    // What DynamoDB itself would answer to such a table; a fault of the engine is none of it.
    if (!(error instanceof AwsError) || error.status >= 500) throw error;
    const { logicalId } = definition;
    throw new NotServed({ code: "not-deployable", logicalId, reason: error.message }, { cause: error });
  }
}

function serve(
  engine: Engine,
  tables: ReadonlyMap<string, TableDescription>,
  definitions: readonly TableDefinition[],
  clock: Clock,
): ReadonlyMap<string, Operation> {
  const ofEngine = ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"];
  const tableNamed = (input: { readonly TableName?: string }) => {
    const table = tables.get(input.TableName ?? "");
    if (table !== undefined) return table;
    const message = `Requested resource not found: Table: ${String(input.TableName)} not found`;
    throw new AwsError("ResourceNotFoundException", message);
  };
  return new Map<string, Operation>([
    ...ofEngine.map((name): [string, Operation] => [name, (input) => engine.run(name, input)]),
    ["BatchWriteItem", (input) => engine.runBatchWrite(input)],
    ["TransactGetItems", (input) => transactGetItems(engine, input)],
    ["TransactWriteItems", (input) => transactWriteItems(engine, input, clock())],
    [
      "DescribeTable",
      (input) => ({ Table: structuredClone(tableNamed(engine.check("DescribeTable", input))) }),
    ],
    [
      "DescribeTimeToLive",
      (input) => {
        const { TableName: name } = tableNamed(engine.check("DescribeTimeToLive", input));
        const definition = definitions.find(({ description }) => description.TableName === name);
        return { TimeToLiveDescription: describeTimeToLive(definition?.timeToLiveAttribute) };
      },
    ],
    ["ListTables", (input) => listTables(engine.check("ListTables", input), tables)],
  ]);
}

function describeTimeToLive(attribute: string | undefined) {
  if (attribute === undefined) return { TimeToLiveStatus: "DISABLED" };
  return { TimeToLiveStatus: "ENABLED", AttributeName: attribute };
}

function listTables(
  input: { readonly Limit?: number; readonly ExclusiveStartTableName?: string },
  tables: ReadonlyMap<string, unknown>,
): Output {
  const after = input.ExclusiveStartTableName ?? "";
  const names = [...tables.keys()].sort().filter((name) => name > after);
  const page = names.slice(0, input.Limit ?? 100);
  const last = page.at(-1);
  return {
    TableNames: page,
    ...(page.length < names.length && last !== undefined ? { LastEvaluatedTableName: last } : {}),
  };
}

function startSweeper(
  engine: Engine,
  call: DynamoDb["call"],
  definitions: readonly TableDefinition[],
  options: DynamoDbOptions,
  onFault: (error: unknown) => void,
) {
  let running = Promise.resolve();
  const sweep = async () => {
    await forgetTokens(engine, options.clock());
    for (const { description, timeToLiveAttribute } of definitions) {
      const table = engine.tables.get(description.TableName);
      if (table === undefined || timeToLiveAttribute === undefined) continue;
      await removeExpired(call, table, timeToLiveAttribute, options.clock);
    }
  };
  const run = () => {
    running = running.then(sweep).catch(onFault);
  };
  run();
  const timer = setInterval(run, options.sweepIntervalMs ?? 5 * 60 * 1000).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
