// Names for resources to which the template gives none, in the form CloudFormation makes them.

import { randomInt } from "node:crypto";
import type { Naming } from "./resource.ts";

const SUFFIX_LENGTH = 12;
const SUFFIX_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** `<stack>-<logical id>-<random>`, at most `maxLength` characters; the same for as long as the state folder lives. */
export function physicalName(naming: Naming, maxLength: number): string {
  return naming.keep("name", () => {
    const partLength = Math.floor((maxLength - SUFFIX_LENGTH - 2) / 2);
    const parts = [naming.stackName, naming.logicalId].map((part) => part.slice(0, partLength));
    return [...parts, randomSuffix()].join("-");
  });
}

function randomSuffix(): string {
  return Array.from({ length: SUFFIX_LENGTH }, () => SUFFIX_LETTERS[randomInt(SUFFIX_LETTERS.length)]).join(
    "",
  );
}
