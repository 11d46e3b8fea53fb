// One log group with its streams, kept in a journal of its own.

import type { Clock } from "../clock.ts";
import { DamagedState } from "../errors.ts";
import { openCompactedJournal } from "../state/compacted-journal.ts";
import type { Tell } from "../state/write-guard.ts";
import {
  eventBytes,
  firstIndex,
  idBefore,
  insertEvent,
  type LogEvent,
  type LogStream,
} from "./log-stream.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface NewEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

export interface LogGroup {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** `undefined` keeps events for ever. */
  readonly retentionInDays: number | undefined;
  /** Events of an earlier time have expired: no reader sees them. */
  expiry(): number;
  storedBytes(): number;
  stream(name: string): LogStream | undefined;
  streams(): readonly LogStream[];
  createStream(name: string): void;
  /** Stores the events in one line of the journal, making the stream if need be. Throws when it cannot be written. */
  put(stream: string, events: readonly NewEvent[]): void;
  close(): void;
}

type StoredEvent = readonly [sequence: number, timestamp: number, message: string];

type Entry =
  | { readonly group: string; readonly at: number }
  | { readonly stream: string; readonly at: number }
  | { readonly to: string; readonly at: number; readonly events: readonly StoredEvent[] };

export interface LogGroupOptions {
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
  readonly path: string;
  readonly clock: Clock;
  /** The name of a group that may have to be made; left out for one whose journal is there. */
  readonly name?: string;
  readonly retentionInDays?: number | undefined;
}

/** Opens the journal of a group. Expired events leave it when it is compacted. */
export function openLogGroup({ path, clock, name, retentionInDays, tell }: LogGroupOptions): LogGroup {
  let group: { name: string; createdAt: number } | undefined;
  const streams = new Map<string, LogStream>();
  let nextSequence = 1;

  const expiry = (): number => (retentionInDays === undefined ? 0 : clock() - retentionInDays * DAY_MS);

  const apply = (entry: Entry): void => {
    if ("group" in entry) {
      group = { name: entry.group, createdAt: entry.at };
    } else if ("stream" in entry) {
      streams.set(entry.stream, { name: entry.stream, createdAt: entry.at, events: [] });
    } else {
      const stream = streams.get(entry.to);
      if (stream === undefined) return;
      for (const [sequence, timestamp, message] of entry.events) {
        insertEvent(stream, { timestamp, message, ingestedAt: entry.at, sequence });
        nextSequence = Math.max(nextSequence, sequence + 1);
      }
    }
  };

  const snapshot = (): Entry[] => [
    ...(group === undefined ? [] : [{ group: group.name, at: group.createdAt }]),
    ...[...streams.values()].flatMap((stream): Entry[] => [
      { stream: stream.name, at: stream.createdAt },
      ...byIngestion(stream.events.slice(firstIndex(stream, idBefore(expiry())))).map(([at, events]) => ({
        to: stream.name,
        at,
        events,
      })),
    ]),
  ];

  const journal = openCompactedJournal<Entry>({ path, replay: apply, snapshot, tell });
  const commit = (entry: Entry): void => {
    journal.append(entry);
    apply(entry);
  };

  if (group === undefined) {
    if (name === undefined) throw new DamagedState(path, "names no log group");
    group = { name, createdAt: clock() };
    commit({ group: group.name, at: group.createdAt });
  }

  const createStream = (stream: string): void => {
    commit({ stream, at: clock() });
  };

  return {
    ...group,
    retentionInDays,
    expiry,
    storedBytes: () => {
      const events = [...streams.values()].flatMap((stream) => stream.events);
      return events.reduce((bytes, { message }) => bytes + eventBytes(message), 0);
    },
    stream: (streamName) => streams.get(streamName),
    streams: () => [...streams.values()],
    createStream,
    put: (streamName, events) => {
      if (!streams.has(streamName)) createStream(streamName);
      if (events.length === 0) return;
      const stored = events.map(({ timestamp, message }, index): StoredEvent => [
        nextSequence + index,
        timestamp,
        message,
      ]);
      commit({ to: streamName, at: clock(), events: stored });
      dropBefore(streams.get(streamName), expiry());
    },
    close: () => {
      journal.close();
    },
  };
}

/** Frees the memory of what no reader sees any more. */
function dropBefore(stream: LogStream | undefined, time: number): void {
  const oldest = stream?.events[0];
  if (stream === undefined || oldest === undefined || oldest.timestamp >= time) return;
  stream.events.splice(0, firstIndex(stream, idBefore(time)));
}

/** Events that came in together, so that they can share a line again. */
function byIngestion(events: readonly LogEvent[]): [at: number, events: StoredEvent[]][] {
  const groups = new Map<number, StoredEvent[]>();
  for (const { ingestedAt, sequence, timestamp, message } of events) {
    const group = groups.get(ingestedAt) ?? [];
    group.push([sequence, timestamp, message]);
    groups.set(ingestedAt, group);
  }
  return [...groups];
}
