// Why a token was not accepted, for those who authorize with the tokens of a pool.

/** `malformed`: not a JWT at all. `expired`: was valid once. `invalid`: everything else, such as another signature. */
export type TokenErrorCode = "malformed" | "expired" | "invalid";

/** The message never holds any part of the token. */
export class TokenError extends Error {
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "TokenError";
    this.code = code;
  }
}
