// Comparing with a secret in a time that tells nothing of where the two differ.

import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two texts are the same. Digests are compared, since `timingSafeEqual` wants both of one length. */
export function isSameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
