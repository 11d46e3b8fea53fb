// Entry of the function that greets: reads the environment, puts the parts together.

import { SSMClient } from "@aws-sdk/client-ssm";
import { cachedValue } from "../shared/cached-value.ts";
import { environmentNumber, environmentVariable } from "../shared/environment.ts";
import { describeError, functionLog } from "../shared/log.ts";
import { createGreeting } from "./greeting.ts";
import { READ_RETRIES } from "../shared/patience.ts";
import { readTexts } from "./texts.ts";

const clock = Date.now;
const log = functionLog(clock);
const ssm = new SSMClient({ maxAttempts: 1 });
const path = environmentVariable("GREETING_PATH");

export const handler = createGreeting({
  texts: cachedValue({
    // GraphQL waits for the greeting: half of the three seconds in which there must be one are left for all else.
    load: () => readTexts({ ssm, path, patience: { ...READ_RETRIES, timeoutMs: 1500 } }),
    lifetimeMs: environmentNumber("CACHE_SECONDS") * 1000,
    pauseAfterFailureMs: 1000,
    clock,
    onStale: (error) => {
      log.warn("greeting_stale", { cause: describeError(error) }, "GreetingFallback");
    },
  }),
  log,
});
