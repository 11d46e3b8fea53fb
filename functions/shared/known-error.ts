// The errors these functions raise themselves, told apart from those that libraries throw.

/**
 * An error whose message is written here and quotes nothing that was received, so that it may be logged. `code` says
 * what happened; what the caller is told is decided where the error is answered.
 */
export class KnownError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = code; // a class name would not survive minification
    this.code = code;
  }
}
