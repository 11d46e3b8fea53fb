// A process that takes an event for a function that never ends, and says so when the function has begun.

import { openFunctions } from "./functions.ts";

const lambda = await openFunctions(
  process.argv[2] ?? "",
  { fn: { code: "exports.handler = () => { console.log('begun'); return new Promise(() => {}); }" } },
  {
    logs: {
      put(_group, _stream, events) {
        if (events.some(({ message }) => message.endsWith("begun"))) process.stdout.write("handling\n");
      },
    },
  },
);
await lambda.enqueue("fn", '{"survives":true}');
