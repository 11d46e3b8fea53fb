// What the resolver of recordLogin hands over. Resolvers import the types.

/** One sign-in as the ledger stores it: attributes that are not known are absent. */
export interface LedgerItem {
  /** The identifier of the authentication event (`origin_jti`). */
  readonly id: string;
  /** The user's subject identifier. */
  readonly userId: string;
  readonly username: string;
  /** When the user proved who they are: ISO 8601, UTC, whole seconds. */
  readonly loggedInAt: string;
  /** When the ledger wrote the item, in the same form. */
  readonly recordedAt: string;
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
