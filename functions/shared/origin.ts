// Whether a request came through the distribution: it sends a secret along that nobody else knows.

import { isSameText } from "./same-text.ts";
import type { SecretSource } from "./secret.ts";

/** Whether this is what the distribution sends, or sent before. Rejects with `SecretError`. */
export type OriginCheck = (value: string) => Promise<boolean>;

/** Both versions are good, so that the secret can be changed in the functions and in the distribution one after the other. */
export function originCheck(secret: SecretSource): OriginCheck {
  return async (value) => {
    const isOneOf = ({ current, previous }: Awaited<ReturnType<SecretSource["get"]>>) =>
      isSameText(value, current.text) || (previous !== undefined && isSameText(value, previous.text));
    return isOneOf(await secret.get()) || isOneOf(await secret.renew());
  };
}
