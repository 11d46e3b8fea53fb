// What the resolver of recordLogin hands over. Resolvers import the types.

import * as v from "valibot";

const text = v.string();

/** The item as the ledger stores it: attributes that are not known are absent. */
const itemSchema = v.looseObject({
  id: v.pipe(text, v.nonEmpty()),
  userId: text,
  username: text,
  loggedInAt: v.pipe(text, v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)),
  recordedAt: text,
  clientId: text,
  file: v.pipe(text, v.nonEmpty()),
  writeId: text,
  address: v.exactOptional(text),
  userAgent: v.exactOptional(text),
  methods: v.exactOptional(v.array(text)),
  expiresAt: v.exactOptional(v.pipe(v.number(), v.safeInteger())),
});

export const eventSchema = v.object({ record: itemSchema, repeat: v.boolean() });

/** One sign-in as the ledger stores it. */
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
