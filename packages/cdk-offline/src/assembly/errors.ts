// Why a template cannot be served on this machine: shown to the developer as one sentence.

export type TemplateErrorCode =
  "unreadable-assembly" | "unknown-reference" | "circular-reference" | "not-served";

/** A fault of the cloud assembly or something in it that this runtime does not serve. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly code: TemplateErrorCode;

  constructor(code: TemplateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
