// The session cookie: holds the refresh token, which no script ever sees.

import * as v from "valibot";
import type { HttpRequest } from "../../shared/http-request.ts";
import { SignInError } from "../errors.ts";
import { cookiesOf, type Cookie } from "./cookie-header.ts";
import type { Seal } from "./seal.ts";

export const SESSION_COOKIE = "__Host-Http-ll_session";

/** As long as the user pool's refresh tokens live, in seconds: twelve hours. */
export const SESSION_SECONDS = 12 * 60 * 60;

/** Browsers keep no cookie whose name and value are longer, in bytes. */
const MAX_COOKIE_BYTES = 4096;

export const sessionSchema = v.object({
  refreshToken: v.string(),
  /** The recorded authentication event: the session is good for no other. */
  loginId: v.string(),
  /** Name of the transaction cookie that led here, by which a callback that comes a second time is known. */
  transaction: v.string(),
  /** Whether the sign-in was recorded as it began. False only where the audit mode lets people in without a record. */
  recorded: v.boolean(),
});

export type Session = v.InferOutput<typeof sessionSchema>;

/** Throws `session_too_large` when no browser would keep the cookie, which happens with a very large refresh token. */
export async function sealSession(session: Session, seal: Seal<Session>): Promise<Cookie> {
  const value = await seal.seal(session);
  const size = SESSION_COOKIE.length + "=".length + value.length;
  if (size > MAX_COOKIE_BYTES) {
    throw new SignInError("session_too_large", `the session cookie would have ${size} bytes`);
  }
  return { name: SESSION_COOKIE, value };
}

/** The session of the request; undefined when there is none, several, or one that does not open. */
export async function openSession(request: HttpRequest, seal: Seal<Session>): Promise<Session | undefined> {
  const [cookie, ...others] = cookiesOf(request).filter(({ name }) => name === SESSION_COOKIE);
  if (cookie === undefined || others.length > 0) return undefined;
  const opened = await seal.open(cookie.value);
  return opened.status === "good" ? opened.content : undefined;
}
