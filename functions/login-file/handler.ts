// Entry of the function that writes a sign-in's file and log line: reads the environment, puts the parts together.

import { S3Client } from "@aws-sdk/client-s3";
import { environmentVariable } from "../shared/environment.ts";
import { functionLog } from "../shared/log.ts";
import { createFiles } from "./files.ts";
import { createLoginFile } from "./login-file.ts";

export const handler = createLoginFile({
  files: createFiles({
    s3: new S3Client({}),
    bucket: environmentVariable("BUCKET"),
    retries: { attempts: 5, firstPauseMs: 50, longestPauseMs: 500 },
    timeoutMs: 4000,
  }),
  log: functionLog(Date.now),
});
