// The entry of `npm start`: plain JavaScript that any Node can read, so that an old one is told so in one sentence.

const REQUIRED = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1])) {
  console.error(
    `login-ledger needs Node ${REQUIRED.join(".")} or later; this is Node ${process.versions.node}`,
  );
  process.exit(1);
}

const { register } = await import("tsx/esm/api");
register();
await import("./main.ts");
