// Amazon CloudWatch Logs on one machine.

import type { Resource } from "../assembly/resource.ts";
import type { JsonService } from "../aws/json-protocol.ts";
import type { Clock } from "../clock.ts";
import { filterLogEvents } from "./filter-log-events.ts";
import { getLogEvents } from "./get-log-events.ts";
import {
  createLogGroup,
  createLogStream,
  describeLogGroups,
  describeLogStreams,
} from "./groups-and-streams.ts";
import type { NewEvent } from "./log-group.ts";
import { openLogStore } from "./log-store.ts";
import { putLogEvents } from "./put-log-events.ts";
import type { LogGroupProperties } from "./resources.ts";
import type { Tell } from "../state/write-guard.ts";

export interface LogsOptions {
  /** The service's own folder; made when it does not exist. */
  readonly dir: string;
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  readonly groups: readonly Resource<LogGroupProperties>[];
  /** Takes a line about storage that fails or has lost something. Default is standard error. */
  readonly tell?: Tell | undefined;
}

export interface Logs {
  readonly json: JsonService;
  /**
   * Writes events without a request, making group and stream when they are not there, as services of AWS do for
   * their own logs. Throws when they could not be stored.
   */
  put(logGroup: string, logStream: string, events: readonly NewEvent[]): void;
  close(): void;
}

export function openLogs({ dir, clock, region, account, groups, tell }: LogsOptions): Logs {
  const declared = groups.map(({ ref, properties }) => ({
    name: ref,
    retentionInDays: properties.RetentionInDays,
  }));
  const store = openLogStore({ dir, clock, declared, tell });
  const context = { store, owner: { region, account } };
  return {
    json: {
      target: "Logs_20140328",
      version: "1.1",
      internalError: "ServiceUnavailableException",
      operations: {
        CreateLogGroup: (input: unknown) => createLogGroup(context, input),
        CreateLogStream: (input: unknown) => createLogStream(context, input),
        DescribeLogGroups: (input: unknown) => describeLogGroups(context, input),
        DescribeLogStreams: (input: unknown) => describeLogStreams(context, input),
        PutLogEvents: (input: unknown) => putLogEvents(context, clock, input),
        GetLogEvents: (input: unknown) => getLogEvents(context, input),
        FilterLogEvents: (input: unknown) => filterLogEvents(context, input),
      },
    },
    put: (logGroup, logStream, events) => {
      (store.get(logGroup) ?? store.create(logGroup)).put(logStream, events);
    },
    close: () => {
      store.close();
    },
  };
}
