// Reads what the resolver handed over; a redrive may hand over again what an earlier version of it wrote.

import * as v from "valibot";
import type { LoginFileEvent } from "./event.ts";

const text = v.string();
const name = v.pipe(text, v.nonEmpty());

/** Loose: an attribute that is not known here is stored as well, and belongs into the digest. */
const itemSchema = v.looseObject({
  kind: v.literal("login"),
  id: name,
  userId: text,
  username: text,
  usernameKey: text,
  // A time with `.000` is accepted as well: a sign-in is not left without a file for how its time is printed.
  loggedInAt: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/)),
  recordedAt: text,
  day: text,
  position: text,
  clientId: text,
  file: name,
  writeId: text,
  address: v.exactOptional(text),
  userAgent: v.exactOptional(text),
  methods: v.exactOptional(v.array(text)),
  expiresAt: v.exactOptional(v.pipe(v.number(), v.safeInteger())),
});

const eventSchema = v.object({ record: itemSchema, repeat: v.boolean() });

/** Throws valibot's error for anything that is not such an event. */
export function parseEvent(event: unknown): LoginFileEvent {
  return v.parse(eventSchema, event);
}
