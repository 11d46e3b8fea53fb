// How an error of the file system is told from one of our own, and whose fault it is.

import { relative } from "node:path";
import { StorageFault, WriteRefused } from "../errors.ts";

/** What Node calls the system calls behind `node:fs`, but those of processes and sockets, which fail with the same codes. */
const OF_FILES =
  /^(?:access|chmod|close|copyfile|fdatasync|fsync|ftruncate|link|lstat|mkdir|open|opendir|read|readlink|rename|rm|rmdir|scandir|stat|symlink|unlink|write)$/;

/** Whether a system call on a file failed, such as for a full disk (`ENOSPC`) or a missing permission (`EACCES`). */
function isFileSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && OF_FILES.test(String(error.syscall));
}

/**
 * What to throw for an error that came up while a state folder was opened or begun: a `StorageFault` for one of the file system,
 * anything else as it is. A write has no path; a path that is neither in the folder nor leads to it is no fault of it.
 */
export function orStorageFault(directory: string, error: unknown): unknown {
  if (error instanceof WriteRefused) return new StorageFault(directory, error);
  if (!isFileSystemError(error)) return error;
  const { path } = error;
  const concerns = path === undefined || isWithin(directory, path) || isWithin(path, directory);
  return concerns ? new StorageFault(directory, error) : error;
}

function isWithin(directory: string, path: string): boolean {
  return !relative(directory, path).startsWith("..");
}
