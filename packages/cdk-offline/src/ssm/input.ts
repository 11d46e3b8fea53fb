// How Parameter Store reports input that breaks a constraint.

import { inputParser } from "../aws/input.ts";

export const parseInput = inputParser({ service: "AmazonSSM", invalidCode: "ValidationException" });
