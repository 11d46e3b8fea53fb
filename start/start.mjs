// The entry of `npm start`: plain JavaScript that a Node of 2019 can read, so that an old one is told so in one sentence.

const REQUIRED = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1])) {
  console.error(
    `login-ledger needs Node ${REQUIRED.join(".")} or later; this is Node ${process.versions.node}`,
  );
  process.exit(1);
}

// In a function, because an old Node cannot even read an `await` outside of one.
async function start() {
  try {
    const { register } = await import("tsx/esm/api");
    register();
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error("login-ledger's dependencies are not installed; run npm ci first");
    process.exit(1);
  }
  await import("./main.ts");
}

void start();
