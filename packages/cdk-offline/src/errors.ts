// Why a start ends before anything is served. What is expected is a class of its own, shown as one message with exit
// code 1; whatever is none of these classes is a fault of the runtime and is shown with its stack.

/** Anything a developer can put right: a taken port, an unknown option, a folder in use. */
export class StartError extends Error {
  override readonly name: string = "StartError";
}

/** A port on which nothing can listen. The message says which; how to choose another is for whoever took the option. */
export class PortError extends StartError {
  override readonly name = "PortError";
  /** Whose port it is: that of the distribution, or that of everything of AWS. */
  readonly server: "app" | "aws";

  constructor(server: "app" | "aws", message: string, options?: ErrorOptions) {
    super(message, options);
    this.server = server;
  }
}

/** A folder that holds no cloud assembly with one stack in it. */
export class AssemblyError extends StartError {
  override readonly name = "AssemblyError";
}

/** A file of the state folder that is not what this runtime wrote. State is never guessed. */
export class DamagedState extends StartError {
  override readonly name = "DamagedState";
  readonly path: string;

  /** `fault`: what is wrong with it, such as "is not valid JSON". */
  constructor(path: string, fault: string, options?: ErrorOptions) {
    super(`${path} ${fault}; restore it or start with --fresh`, options);
    this.path = path;
  }
}

/** The file system does not let the runtime keep its state: it is full or read-only, a file is in the way. */
export class StorageFault extends StartError {
  override readonly name = "StorageFault";
  /** The state folder. */
  readonly directory: string;

  constructor(directory: string, cause: Error) {
    super(
      `${directory} cannot be used as state folder (${cause.message}); mend that, or choose another with --state`,
      {
        cause,
      },
    );
    this.directory = directory;
  }
}

/**
 * A write that failed, or one that is refused because an earlier one of the same store did. No `StartError`: it comes up
 * while the stack is served, the terminal has been told once, and the caller gets the service's own error.
 */
export class WriteRefused extends Error {
  override readonly name = "WriteRefused";
  /** The file whose write failed. */
  readonly path: string;
  /** The file system's code, such as `ENOSPC`; `undefined` where it gave none. */
  readonly code: string | undefined;

  constructor(path: string, cause: unknown) {
    super(`${path} takes no more writes (${reasonOf(cause)})`, { cause });
    this.path = path;
    this.code = codeOf(cause);
  }
}

/** LevelDB gives its reason, such as "IO error: <file>: No space left on device", as the cause of a bare sentence. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/**
 * Why something of a template is refused. The first six: AWS has it, this runtime does not serve it. The others: a
 * deployment would fail (`not-deployable`), or would have to replace what is stored (`not-changeable`).
 */
export type RefusalCode =
  | "attribute-not-served"
  | "function-not-served"
  | "property-not-served"
  | "section-not-served"
  | "type-not-served"
  | "value-not-served"
  | "circular-reference"
  | "not-changeable"
  | "not-deployable"
  | "unknown-reference";

export interface Refusal {
  readonly code: RefusalCode;
  /** The resource; left out for what belongs to none, such as an output. */
  readonly logicalId?: string;
  /** Where in the resource, or in the template when there is none: names and positions with dots between them. */
  readonly property?: string;
  /** The value there; `undefined` for one that is missing. To be left out where a value may be secret. */
  readonly seen?: unknown;
  /** What would be served there. */
  readonly served?: string;
  /** What is wrong with it, where the value and what is served do not say so. */
  readonly reason?: string;
  /** The type of resource that is missing here, if that is what is wrong: it need not be, when such a one is refused. */
  readonly refersTo?: string;
}

/** One thing of a template that is refused, by resource and property. */
export class NotServed extends StartError {
  override readonly name = "NotServed";
  readonly code: RefusalCode;
  readonly logicalId: string | undefined;
  readonly property: string | undefined;
  readonly seen: unknown;
  readonly served: string | undefined;
  readonly refersTo: string | undefined;
  /** The sentence without the resource. */
  readonly what: string;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    const what = describe(refusal);
    super(refusal.logicalId === undefined ? what : `${refusal.logicalId}: ${what}`, options);
    this.code = refusal.code;
    this.logicalId = refusal.logicalId;
    this.property = refusal.property;
    this.seen = refusal.seen;
    this.served = refusal.served;
    this.refersTo = refusal.refersTo;
    this.what = what;
  }
}

/** Everything of a template that is refused, a line each. */
export class TemplateError extends StartError {
  override readonly name = "TemplateError";
  readonly refusals: readonly NotServed[];

  /** `nameOf`: how a resource is called; by its logical id when left out. */
  constructor(refusals: readonly NotServed[], nameOf = (logicalId: string) => logicalId) {
    const lines = refusals.map(({ logicalId, what }) =>
      (logicalId === undefined ? what : `${nameOf(logicalId)}: ${what}`).replaceAll("\n", "\n  "),
    );
    super(`The template cannot be served:\n${lines.map((line) => `  ${line}`).join("\n")}`);
    this.refusals = refusals;
  }
}

function describe(refusal: Refusal): string {
  const { property, seen, served, reason } = refusal;
  const place =
    property !== undefined && "seen" in refusal
      ? `${property} is ${show(seen)};`
      : property && `${property}:`;
  const sentence = [reason, served && `served: ${served}`].filter((part) => part !== undefined).join("; ");
  return place === undefined ? sentence : `${place} ${sentence}`;
}

/** Longer values are cut: they are there to be found in the template, not to be read. */
const SHOWN_LENGTH = 100;

/** A value of a template as it is named in a sentence. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
