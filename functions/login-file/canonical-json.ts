// The one text of a value whatever the order of its members, so that its digest can be computed again years later:
// https://www.rfc-editor.org/rfc/rfc8785

import { createHash } from "node:crypto";

/**
 * The canonical JSON text. ECMAScript writes strings and numbers as RFC 8785 demands (sections 3.2.2.2 and 3.2.2.3) and
 * compares strings by their UTF-16 code units as it does (3.2.3). Throws for what JSON cannot say, such as `undefined`,
 * `NaN` or half a surrogate pair, rather than give it a digest that another tool could not reproduce.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === "string" && !/\p{Surrogate}/u.test(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${canonicalJson(name)}:${canonicalJson(member)}`).join(",")}}`;
  }
  throw new TypeError(`a ${typeof value} that JSON cannot say has no canonical form`);
}

/** SHA-256 of the canonical JSON text in UTF-8, in lower-case hexadecimal. */
export function canonicalDigest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value), "utf8").digest("hex");
}
