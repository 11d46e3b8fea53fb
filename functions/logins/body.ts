// The body of POST /logins: what a caller may say, and nothing else.

import { isIP } from "node:net";
import * as v from "valibot";
import { LANGUAGE_TAG } from "../shared/language-tag.ts";
import { LoginsError } from "./errors.ts";

/** Node takes a zone ("fe80::1%eth0") for part of an address; GraphQL's AWSIPAddress does not. */
const address = v.pipe(
  v.string(),
  v.check((text) => isIP(text) !== 0 && !text.includes("%")),
);

/** Text as GraphQL can carry it: no half of a surrogate pair. */
const userAgent = v.pipe(
  v.string(),
  v.maxLength(2048),
  v.check((text) => !/\p{Surrogate}/u.test(text)),
);

/** Checked here as well as in the ledger, so that nothing is recorded for a bad request. */
const locale = v.pipe(v.string(), v.regex(LANGUAGE_TAG));

/** A list would pass for an object without members. */
const noList = v.pipe(
  v.unknown(),
  v.check((value) => !Array.isArray(value)),
);

const deviceSchema = v.pipe(
  noList,
  v.strictObject({ address: v.nullish(address), userAgent: v.nullish(userAgent) }),
);

const bodySchema = v.pipe(
  noList,
  v.strictObject({ device: v.nullish(deviceSchema), locale: v.nullish(locale) }),
);

type LoginsBody = v.InferOutput<typeof bodySchema>;

/** Parses a body; an empty one says nothing. Throws `invalid_request` for a member that is not known or of another kind. */
export function parseBody(text: string): LoginsBody {
  let value: unknown;
  try {
    value = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    throw new LoginsError("invalid_request", "the body is not valid JSON");
  }
  const parsed = v.safeParse(bodySchema, value);
  if (!parsed.success) {
    throw new LoginsError("invalid_request", "the body is not of the form { device?, locale? }");
  }
  return parsed.output;
}
