// How Secrets Manager reports input that breaks a constraint, and the members that several operations share.

import * as v from "valibot";
import { inputParser } from "../aws/input.ts";

export const parseInput = inputParser({
  service: "secretsmanager",
  invalidCode: "ValidationException",
  sensitive: ["SecretString", "SecretBinary"],
});

export const secretId = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));
export const versionStage = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
