// How every command begins and ends: its work, then one sentence and exit code 1 where that fails.

/** Runs a command's work. An error is shown by its message; the whole of it with DEBUG=1. */
export async function runCommand(work: () => Promise<void>): Promise<void> {
  // The SDK's note that Node 20 will not be supported for ever is for developers, not for operators.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  try {
    await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      `${process.env["DEBUG"] === "1" && error instanceof Error ? (error.stack ?? message) : message}\n`,
    );
    process.exitCode = 1;
  }
}
