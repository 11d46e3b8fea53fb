// Writes the file and the log line of a sign-in: each at least once, whatever fails in between.

import { KnownError } from "../shared/known-error.ts";
import type { Log } from "../shared/log.ts";
import { canonicalDigest } from "./canonical-json.ts";
import type { LedgerItem, LoginFileEvent } from "./event.ts";
import type { Files, FoundFile, LoginFile } from "./files.ts";
import { parseEvent } from "./parse-event.ts";

/**
 * `file_mismatch`: a file is there that is not the one of this sign-in; item or file has been tampered with.
 * `file_unreadable`: S3 says that it is there, and does not give it.
 */
class LoginFileError extends KnownError<"file_mismatch" | "file_unreadable"> {}

export interface LoginFileDependencies {
  readonly files: Files;
  readonly log: Log;
}

/**
 * Makes the function. Lambda calls it again with the same event when it rejects or is killed, and a redrive may call it
 * years later, so each order of events must come out right:
 *
 * - The first hand-over (`repeat: false`) writes the file, then the line. Killed in between, it comes again, finds its own
 *   file and writes the line.
 * - A repeat finds the file there, as it nearly always does, and leaves the line to whoever wrote the file. If the first
 *   hand-over was lost there is no file: then the line comes before the file, so that a file never stands without the
 *   line of a repeat that was killed in between.
 *
 * So every file has a line; a second line for one sign-in, after a crash or a race, has the same `id`.
 */
export function createLoginFile({
  files,
  log,
}: LoginFileDependencies): (event: LoginFileEvent) => Promise<void> {
  return async (event) => {
    const { record, repeat } = parseEvent(event);
    const wanted = fileOf(record);
    if (repeat) {
      const found = await files.get(wanted.key);
      if (found !== undefined) {
        requireSame(found, wanted, record, log);
        return;
      }
      writeLine(record, repeat, log);
      await put(wanted, record, { files, log });
    } else {
      await put(wanted, record, { files, log });
      writeLine(record, repeat, log);
    }
  };
}

function fileOf(record: LedgerItem): LoginFile {
  return { key: record.file, body: `${record.loggedInAt}\n`, digest: canonicalDigest(record) };
}

async function put(
  wanted: LoginFile,
  record: LedgerItem,
  { files, log }: LoginFileDependencies,
): Promise<void> {
  if (await files.create(wanted)) return;
  const found = await files.get(wanted.key);
  if (found === undefined) {
    throw new LoginFileError(
      "file_unreadable",
      "the file is there and cannot be read; check the function's role",
    );
  }
  requireSame(found, wanted, record, log);
}

function requireSame(found: FoundFile, wanted: LoginFile, { id }: LedgerItem, log: Log): void {
  if (found.body === wanted.body && found.digest === wanted.digest) return;
  log.error("file_mismatch", { id, file: wanted.key, expected: wanted.digest, found: found.digest });
  throw new LoginFileError(
    "file_mismatch",
    "the file of this sign-in differs from its item; compare item and file versions before anything else",
  );
}

function writeLine(record: LedgerItem, repeat: boolean, log: Log): void {
  const { kind, id, userId, username, usernameKey, loggedInAt, recordedAt, day, position } = record;
  const { clientId, file, writeId, address, userAgent, methods, expiresAt } = record;
  log.info("login", {
    ...{
      kind,
      id,
      userId,
      username,
      usernameKey,
      loggedInAt,
      recordedAt,
      day,
      position,
      clientId,
      file,
      writeId,
    },
    ...{ address, userAgent, methods, expiresAt, repeat },
  });
}
