// Which app client a request to the token or revocation endpoint comes from (RFC 6749 section 2.3.1).

import { createHash, timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "../../http/exchange.ts";
import type { PoolClient } from "../model/client.ts";
import type { Registry } from "../model/registry.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Parameters } from "./parameters.ts";

interface ClientCredentials {
  readonly id: string;
  readonly secret: string | undefined;
}

/** Takes client_secret_basic and client_secret_post; a public client gives its id alone. Throws `OAuthError`. */
export function authenticateClient(registry: Registry, request: HttpRequest, form: Parameters): PoolClient {
  const { id, secret } = basicCredentials(request, form) ?? bodyCredentials(form);
  const client = registry.findClient(id);
  if (client === undefined || registry.poolOf(client).domain === undefined)
    throw new OAuthError("invalid_client");
  if (!isSameSecret(secret, client.secret)) throw new OAuthError("invalid_client");
  return client;
}

/** Whether a given secret is the client's; a public client must give none. Takes the same time wherever they differ. */
export function isSameSecret(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined) return given === expected;
  return timingSafeEqual(digest(given), digest(expected));
}

function basicCredentials(request: HttpRequest, form: Parameters): ClientCredentials | undefined {
  const authorization = request.headers["authorization"];
  if (authorization === undefined) return undefined;
  const encoded = /^basic +([\w+/=-]+) *$/i.exec(authorization)?.[1];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? "", "base64").toString("utf8")) ?? [];
  if (id === undefined || secret === undefined) throw new OAuthError("invalid_client");
  // One way of authenticating only, and the same client in both places.
  if (form.get("client_secret") !== undefined) throw new OAuthError("invalid_request");
  const credentials = { id: formDecode(id), secret: formDecode(secret) };
  if ((form.get("client_id") ?? credentials.id) !== credentials.id) throw new OAuthError("invalid_client");
  return credentials;
}

function bodyCredentials(form: Parameters): ClientCredentials {
  const id = form.get("client_id");
  if (id === undefined) throw new OAuthError("invalid_request");
  return { id, secret: form.get("client_secret") };
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw new OAuthError("invalid_client");
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
