// What can go wrong between this function and the user pool's endpoints.

import { KnownError } from "../../shared/known-error.ts";

/**
 * `grant_refused`: the code or refresh token is not good (any more). `invalid_tokens`: tokens came that do not hold what
 * was agreed. `no_answer`: the pool gave no answer, or none that can be used.
 */
export class ProviderError extends KnownError<"grant_refused" | "invalid_tokens" | "no_answer"> {}
