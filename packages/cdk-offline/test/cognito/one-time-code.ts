// What an authenticator application would show.

import { Secret, TOTP } from "otpauth";
import type { RunningPool } from "./running-pool.ts";

/** The code of a secret in base32, by the pool's clock; `steps` further on or, when negative, before. */
export function oneTimeCode(pool: Pick<RunningPool, "now">, secret: string, steps = 0): string {
  const timestamp = pool.now() + steps * 30_000;
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
}

/** A code of the right form that is not right near now. */
export function wrongCode(pool: Pick<RunningPool, "now">, secret: string): string {
  const near = new Set([-2, -1, 0, 1, 2].map((steps) => oneTimeCode(pool, secret, steps)));
  return ["000000", "000001", "000002", "000003", "000004", "000005"].find((code) => !near.has(code)) ?? "";
}
