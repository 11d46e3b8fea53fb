// The events of one log stream, in the order of their times.

export interface LogEvent {
  /** Milliseconds since the epoch, as the writer gave it. */
  readonly timestamp: number;
  readonly message: string;
  /** Milliseconds since the epoch at which the service took it. */
  readonly ingestedAt: number;
  /** Number of the event within its log group: it tells events of the same time apart. */
  readonly sequence: number;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  /** In the order of `eventId`. */
  readonly events: LogEvent[];
}

/** What AWS counts for an event beside its message, in bytes. */
const EVENT_OVERHEAD_BYTES = 26;

export function eventBytes(message: string): number {
  return Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES;
}

/** 56 digits, as AWS has it; ids order events by time and then by arrival. */
export function eventId({ timestamp, sequence }: Pick<LogEvent, "timestamp" | "sequence">): string {
  return `${String(timestamp).padStart(20, "0")}${String(sequence).padStart(36, "0")}`;
}

/** Puts an event at its place; nearly always that is the end. */
export function insertEvent({ events }: LogStream, event: LogEvent): void {
  const last = events.at(-1);
  if (last === undefined || last.timestamp <= event.timestamp) events.push(event);
  else events.splice(firstIndex({ events }, eventId(event)), 0, event);
}

/** The index of the first event whose id is not smaller than this one. */
export function firstIndex({ events }: Pick<LogStream, "events">, id: string): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event !== undefined && eventId(event) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The id before all events of a time. */
export function idBefore(timestamp: number): string {
  return eventId({ timestamp: Math.max(0, timestamp), sequence: 0 });
}
