// Codes that are sent to an address and have to come back, and the address as callers may see it.

import { createHash, timingSafeEqual } from "node:crypto";
import { randomText } from "../random-text.ts";
import type { SentCode } from "../store/records.ts";

const CODE_DIGITS = 6;

/** Where a code went, masked as the service does it. */
export interface Delivery {
  readonly destination: string;
}

export function makeCode(nowMs: number, validMs: number): SentCode {
  return { code: randomText(CODE_DIGITS, "digits"), expiresAtMs: nowMs + validMs };
}

/** Whether a code is the one that was sent; takes the same time wherever they differ. */
export function isSameCode(given: string, sent: string): boolean {
  const [left, right] = [given, sent].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** `ada@example.org` becomes `a***@e***`. */
export function maskEmail(address: string): string {
  const [local = "", domain = ""] = address.split("@");
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***`;
}
