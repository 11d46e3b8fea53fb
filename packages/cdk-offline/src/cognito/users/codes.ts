// Codes that were sent to an address and have to come back, and the address as callers may see it.

import { createHash, timingSafeEqual } from "node:crypto";
import { codeExpired } from "../errors.ts";
import type { SentCode } from "../store/records.ts";

/** Where a code went, masked as the service does it. */
export interface Delivery {
  readonly destination: string;
}

/** `ada@example.org` becomes `a***@e***`. */
export function deliveryTo(address: string): Delivery {
  const [local = "", domain = ""] = address.split("@");
  return { destination: `${local.slice(0, 1)}***@${domain.slice(0, 1)}***` };
}

/** The code that is waited for. Throws `ExpiredCodeException` where none is, or no longer. */
export function awaitedCode<Sent extends SentCode>(sent: Sent | undefined, nowMs: number): Sent {
  if (sent === undefined || sent.expiresAtMs <= nowMs) throw codeExpired();
  return sent;
}

/** Whether a code is the one that was sent; takes the same time wherever they differ. */
export function isSameCode(given: string, sent: SentCode): boolean {
  const [left, right] = [given, sent.code].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
