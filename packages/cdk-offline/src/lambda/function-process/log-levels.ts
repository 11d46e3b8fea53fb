// Which of a function's messages are kept at its log level.

const priorities: Readonly<Record<string, number>> = {
  TRACE: 1,
  DEBUG: 2,
  INFO: 3,
  WARN: 4,
  ERROR: 5,
  FATAL: 6,
};

/** Whether a message of `level` is kept when the function's log level is `threshold`. */
export function isKept(level: string, threshold: string): boolean {
  return (priorities[level] ?? 0) >= (priorities[threshold] ?? 0);
}

/**
 * Whether a line that a function wrote to standard output itself is kept. Lambda filters such a line with format JSON,
 * when it is a JSON object with a known `level` and an RFC 3339 `timestamp`. Any other line has no level and is kept.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function isLineKept(
  line: string,
  { logFormat, logLevel }: { readonly logFormat: "JSON" | "Text"; readonly logLevel: string },
): boolean {
  const level = logFormat === "JSON" ? levelOf(line) : undefined;
  return line !== "" && (level === undefined || isKept(level, logLevel));
}

function levelOf(line: string): string | undefined {
  if (!line.startsWith("{")) return undefined;
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof entry !== "object" || entry === null || !("level" in entry) || !("timestamp" in entry))
    return undefined;
  const { level, timestamp } = entry;
  if (typeof level !== "string" || typeof timestamp !== "string" || Number.isNaN(Date.parse(timestamp))) {
    return undefined;
  }
  const name = level.toUpperCase();
  return name in priorities ? name : undefined;
}
