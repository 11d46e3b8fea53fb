// How long what a function waits for may take. Together they stay below the function's own limit, which stays below the 29 s
// that API Gateway waits: a function is never ended between getting tokens and revoking them.

/** Times in milliseconds, each for the whole of it, all tries included. */
export const LIMITS = {
  /** Reading the config parameter. */
  configMs: 3000,
  /** Reading a secret: at the same time as the config, and once more when something came that a later version made. */
  secretMs: 2500,
  /** One exchange with the token endpoint; a code is tried once only, a refresh that fails soon once more. */
  tokenMs: 4000,
  /** Reading the pool's public keys; what fails soon is tried again. */
  keysMs: 3000,
  /** Having the ledger record or greet. */
  ledgerMs: 8000,
  /** Revoking a refresh token; what fails soon is tried once more. */
  revokeMs: 2000,
} as const;
