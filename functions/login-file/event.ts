// What the resolver of recordLogin hands over. Resolvers import the types.

/** One sign-in as the ledger stores it: attributes that are not known are absent. */
export interface LedgerItem {
  /** What the item is of; the table may hold other kinds. */
  readonly kind: "login";
  /** The identifier of the authentication event (`origin_jti`). */
  readonly id: string;
  /** The user's subject identifier. */
  readonly userId: string;
  readonly username: string;
  /** The name by which an auditor finds the user: in lower case, in Unicode's form NFC. */
  readonly usernameKey: string;
  /** When the user proved who they are: ISO 8601, UTC, whole seconds. */
  readonly loggedInAt: string;
  /** When the ledger wrote the item: ISO 8601, UTC, milliseconds. */
  readonly recordedAt: string;
  /** The UTC date of `loggedInAt`. */
  readonly day: string;
  /** `<loggedInAt>#<recordedAt>#<id>`: the order of sign-ins, also of those of one second. */
  readonly position: string;
  readonly clientId: string;
  /** Key of the sign-in's file. */
  readonly file: string;
  /** Random, made anew for each attempt to write. */
  readonly writeId: string;
  readonly address?: string;
  readonly userAgent?: string;
  readonly methods?: readonly string[];
  /** When the table drops the item, in seconds since the epoch; without it, never. */
  readonly expiresAt?: number;
}

/** `repeat` is true when the call found the item there already. */
export interface LoginFileEvent {
  readonly record: LedgerItem;
  readonly repeat: boolean;
}
