// How every command begins and ends: its work, then one sentence and exit code 1 where that fails.

/** Runs a command's work. An error is shown by its message; the whole of it with DEBUG=1. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  // The SDK's note that Node 20 will not be supported for ever is for developers, not for operators.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  try {
    await work();
  } catch (error) {
    const message = sentenceOf(error);
    process.stderr.write(
      `${process.env["DEBUG"] === "1" && error instanceof Error ? (error.stack ?? message) : message}\n`,
    );
    process.exitCode = 1;
  }
}

/** A refused connection is told in words of our own: fetch says "fetch failed", the SDK an address and no more. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isRefused = [error, error.cause].some(
    (candidate) => candidate instanceof Error && "code" in candidate && candidate.code === "ECONNREFUSED",
  );
  return isRefused
    ? "the stack does not answer; start it with npm start, or name the outputs file of another with --outputs"
    : error.message;
}
