// Opaque tokens that continue a listing, good only for the very query that they came from.

import { createHash } from "node:crypto";

/** Makes the token for the page that begins after `position`. `query` is all that decides what is listed. */
export function pageToken(query: unknown, position: string): string {
  return Buffer.from(JSON.stringify([fingerprint(query), position])).toString("base64url");
}

/** The position in a token; `undefined` when it is no token, or one of another query. */
export function readPageToken(query: unknown, token: string): string | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 2 || parts[0] !== fingerprint(query)) return undefined;
  return typeof parts[1] === "string" ? parts[1] : undefined;
}

function fingerprint(query: unknown): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("base64url").slice(0, 12);
}
