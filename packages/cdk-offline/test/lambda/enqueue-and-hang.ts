// A process that takes an event for a function that never ends, and says so when the function has begun and logged that.

import { openFunctions } from "./functions.ts";

const [dir = "", code = "exports.handler = () => { console.log('begun'); return new Promise(() => {}); }"] =
  process.argv.slice(2);
const lambda = await openFunctions(
  dir,
  { fn: { code } },
  {
    logs: {
      put(_group, _stream, events) {
        if (events.some(({ message }) => message.endsWith("begun"))) process.stdout.write("handling\n");
      },
    },
  },
);
await lambda.enqueue("fn", '{"survives":true}');
