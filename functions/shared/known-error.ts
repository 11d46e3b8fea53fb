// The errors these functions raise themselves, told apart from those that libraries throw.

/**
 * An error whose message is written here, so that it may be logged: of what was received it quotes at most the name of an
 * error. `code` says what happened; what the caller is told is decided where the error is answered.
 */
export class KnownError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code; // a class name would not survive minification
    this.code = code;
  }
}
