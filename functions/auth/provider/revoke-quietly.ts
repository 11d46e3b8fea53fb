// Revoking a refresh token where nothing depends on its success.

import { describeError, type Log } from "../../shared/log.ts";
import type { Provider } from "./provider.ts";

/**
 * Revokes, and resolves in any case: the token is in nobody's hands, or about to be forgotten, and it ends by itself.
 * A failure is logged.
 */
export async function revokeQuietly(
  refreshToken: string,
  { provider, log }: { readonly provider: Provider; readonly log: Log },
): Promise<void> {
  try {
    await provider.revoke(refreshToken);
  } catch (error) {
    log.warn("revoke_failed", { cause: describeError(error) });
  }
}
