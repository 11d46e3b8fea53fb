// What a dynalite action sees of the store during one operation: it makes each write atomic and contains its faults.

import { Stream } from "node:stream";
import {
  type BatchOperation,
  type Callback,
  type Item,
  type LevelDb,
  type Range,
  type TableDescription,
} from "./dynalite.ts";
import type { KeyedLock } from "./keyed-lock.ts";
import { indexPrefix, itemPrefix, within } from "./keys.ts";

export interface StoreViewOptions {
  readonly level: LevelDb;
  readonly lock: KeyedLock;
  readonly options: object;
  readonly tables: ReadonlyMap<string, TableDescription>;
  /** Writes an item and its index entries, all or none. */
  readonly write: (changes: readonly BatchOperation[]) => Promise<void>;
  /** Told of what dynalite throws inside a callback, where nobody else could catch it. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Dynalite writes the index entries of an item first and the item last, one by one. Here the entries are held back and
 * written together with the item in one batch, so that a process that dies leaves both or neither.
 *
 * Dynalite's code runs in callbacks; every one of them passes through this object, which catches what it throws and
 * gives back the locks it holds then.
 */
export class StoreView {
  readonly options: object;
  readonly #with: StoreViewOptions;
  readonly #held = new Set<() => void>();
  #indexChanges: BatchOperation[] = [];
  #lastRead: Item | undefined;

  constructor(options: StoreViewOptions) {
    this.options = options.options;
    this.#with = options;
  }

  /** The item that the action read last: in a write, the one that its condition was checked against. */
  get lastRead(): Item | undefined {
    return this.#lastRead;
  }

  getTable(name: string, checkStatus: boolean | Callback, callback?: Callback): void {
    const done = typeof checkStatus === "function" ? checkStatus : callback;
    const table = this.#with.tables.get(name);
    this.#guard(() => done?.(table === undefined ? tableNotFound(name, checkStatus === false) : null, table));
  }

  getItemDb(tableName: string) {
    const prefix = itemPrefix(tableName);
    return {
      lock: (key: string, work: (release: Release) => void) => {
        this.#lock(prefix + key, work);
      },
      get: (key: string, callback: Callback) => {
        this.#settle(this.#with.level.get(prefix + key), (error, item) => {
          this.#lastRead = item as Item | undefined;
          callback(error, item);
        });
      },
      put: (key: string, value: unknown, callback: Callback) => {
        this.#commit({ type: "put", key: prefix + key, value }, callback);
      },
      del: (key: string, callback: Callback) => {
        this.#commit({ type: "del", key: prefix + key }, callback);
      },
      createValueStream: (range: Range) => this.#stream(within(prefix, range)),
    };
  }

  getIndexDb(_type: string, tableName: string, indexName: string) {
    const prefix = indexPrefix(tableName, indexName);
    const hold = (operation: BatchOperation, callback: Callback) => {
      this.#indexChanges.push(operation);
      callback(null);
    };
    return {
      put: (key: string, value: unknown, callback: Callback) => {
        hold({ type: "put", key: prefix + key, value }, callback);
      },
      del: (key: string, callback: Callback) => {
        hold({ type: "del", key: prefix + key }, callback);
      },
      createValueStream: (range: Range) => this.#stream(within(prefix, range)),
    };
  }

  #commit(itemChange: BatchOperation, callback: Callback): void {
    const changes = [...this.#indexChanges, itemChange];
    this.#indexChanges = [];
    this.#settle(this.#with.write(changes), callback);
  }

  #lock(key: string, work: (release: Release) => void): void {
    this.#with.lock(key, (unlock) => {
      const free = () => {
        if (this.#held.delete(free)) unlock();
      };
      this.#held.add(free);
      this.#guard(() => {
        work((done) => (...results) => {
          free();
          done(...results);
        });
      });
    });
  }

  #stream(range: Range): RangeStream {
    return new RangeStream(this.#with.level, range, (step) => {
      this.#guard(step);
    });
  }

  #settle(promise: Promise<unknown>, callback: Callback): void {
    promise.then(
      (value) => {
        this.#guard(() => {
          callback(null, value);
        });
      },
      (error: unknown) => {
        this.#guard(() => {
          callback(error);
        });
      },
    );
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      for (const free of this.#held) free();
      this.#with.onFault(error);
    }
  }
}

/** As the package `lock` hands it out: wraps a callback so that the lock is given back before it is called. */
type Release = (done: Callback) => Callback;

/**
 * The values of a range as the kind of stream that dynalite's lists are built on. They take a `Stream` that emits
 * "data" and "end" and is destroyed when enough has come.
 */
class RangeStream extends Stream {
  #isDone = false;

  constructor(level: LevelDb, range: Range, guard: (step: () => void) => void) {
    super();
    void this.#pump(level, range, guard);
  }

  destroy(): void {
    this.#isDone = true;
  }

  async #pump(level: LevelDb, range: Range, guard: (step: () => void) => void): Promise<void> {
    const emit = (event: string, value?: unknown) => {
      guard(() => {
        this.emit(event, value);
      });
    };
    try {
      const iterator = level.values(range);
      try {
        for (;;) {
          const values = await iterator.nextv(64);
          for (const value of values) {
            if (!this.#isDone) emit("data", value);
          }
          if (this.#isDone) break;
          if (values.length === 0) {
            emit("end");
            break;
          }
        }
      } finally {
        await iterator.close();
      }
    } catch (error) {
      emit("error", error);
    }
  }
}

function tableNotFound(name: string, namesTable: boolean): Error {
  const message = `Requested resource not found${namesTable ? `: Table: ${name} not found` : ""}`;
  const body = { __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", message };
  return Object.assign(new Error(message), { name: "NotFoundError", statusCode: 400, body });
}
