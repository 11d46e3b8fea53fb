// Cookies as they come in and go out: https://www.rfc-editor.org/rfc/rfc6265

import type { HttpRequest } from "../../shared/http-request.ts";

export interface Cookie {
  readonly name: string;
  readonly value: string;
}

/** Every cookie of the request, in the order sent; the same name may occur several times. */
export function cookiesOf(request: HttpRequest): readonly Cookie[] {
  return request
    .header("cookie")
    .flatMap((line) => line.split(";"))
    .flatMap((pair) => {
      const at = pair.indexOf("=");
      return at < 1 ? [] : [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }];
    });
}

/** `Lax` cookies arrive on the way back from another site, `Strict` ones only on requests of our own pages. */
export type SameSite = "Lax" | "Strict";

/**
 * The cookies an answer sets, whatever its outcome. All are `HttpOnly`, `Secure` and for this host alone, as the prefix
 * `__Host-Http-` of their names demands: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3
 */
export class AnswerCookies {
  readonly #lines = new Map<string, string>();

  /** Sets a cookie for `maxAgeSeconds`. What was said before of the same name is forgotten. */
  set(cookie: Cookie, sameSite: SameSite, maxAgeSeconds: number): void {
    const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=${sameSite}`;
    this.#lines.set(cookie.name, `${cookie.name}=${cookie.value}; ${attributes}`);
  }

  /** Has the browser drop a cookie: the attributes must be those it was set with. */
  expire(name: string, sameSite: SameSite): void {
    this.set({ name, value: "" }, sameSite, 0);
  }

  /** The values of the `Set-Cookie` headers. */
  get lines(): string[] {
    return [...this.#lines.values()];
  }
}
