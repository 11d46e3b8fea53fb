#!/usr/bin/env node
// The entry of the command: plain JavaScript that a Node of 2019 can read, so that an old one is told so in one sentence.

const REQUIRED = [20, 19];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1])) {
  console.error(
    `cdk-offline needs Node ${REQUIRED.join(".")} or later; this is Node ${process.versions.node}`,
  );
  process.exit(1);
}

// In a function, because an old Node cannot even read an `await` outside of one.
async function start() {
  const { register } = await import("tsx/esm/api");
  register();
  await import("./main.ts");
}

void start();
