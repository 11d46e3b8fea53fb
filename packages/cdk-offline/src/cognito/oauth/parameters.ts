// The parameters of an OAuth request, in its query or in its form body (RFC 6749 sections 3.1 and 3.2).

import type { HttpRequest } from "../../http/exchange.ts";

export interface Parameters {
  /** A parameter without a value counts as left out. */
  get(name: string): string | undefined;
  /** Whether one was given twice, which no request may do. */
  isRepeated(name: string): boolean;
  readonly hasRepeated: boolean;
}

export function readParameters(search: URLSearchParams): Parameters {
  const isRepeated = (name: string): boolean => search.getAll(name).length > 1;
  return {
    get: (name) => {
      const value = search.get(name);
      return value === null || value === "" ? undefined : value;
    },
    isRepeated,
    hasRepeated: [...search.keys()].some(isRepeated),
  };
}

/** More than any form or token request needs; pages show again what was typed. */
const FORM_MAX_BYTES = 100_000;

/** The fields of a posted form; `undefined` for a body of another type, or one that is too long. */
export function readForm(request: HttpRequest): Parameters | undefined {
  if (request.body.length > FORM_MAX_BYTES) return undefined;
  const [type] = (request.headers["content-type"] ?? "").split(";");
  if (type?.trim().toLowerCase() !== "application/x-www-form-urlencoded") return undefined;
  return readParameters(new URLSearchParams(request.body.toString("utf8")));
}

/** A registered address with parameters added to those it has. */
export function withParameters(
  address: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) search.set(name, value);
  }
  return `${address}${address.includes("?") ? "&" : "?"}${search.toString()}`;
}
