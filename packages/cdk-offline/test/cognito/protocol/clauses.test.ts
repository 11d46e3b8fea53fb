import { describe, expect, test } from "vitest";
import { clauseName, type Clause } from "./clause.ts";
import { OIDC_AUTHENTICATION } from "./oidc-authentication.ts";
import { OIDC_ID_TOKEN, OIDC_TOKEN, OIDC_USER_INFO } from "./oidc-tokens.ts";
import { RFC6749_AUTHORIZATION } from "./rfc6749-authorization.ts";
import { RFC6749_SECURITY } from "./rfc6749-security.ts";
import { RFC6749_CLIENT, RFC6749_TOKEN } from "./rfc6749-token.ts";
import { RFC7009 } from "./rfc7009.ts";
import { RFC7636 } from "./rfc7636.ts";
import { RP_INITIATED_LOGOUT } from "./rp-initiated-logout.ts";

const TABLES: Readonly<Record<string, readonly Clause[]>> = {
  "OAuth 2.0 (RFC 6749)": [
    ...RFC6749_CLIENT,
    ...RFC6749_AUTHORIZATION,
    ...RFC6749_TOKEN,
    ...RFC6749_SECURITY,
  ],
  "PKCE (RFC 7636)": RFC7636,
  "Token revocation (RFC 7009)": RFC7009,
  "OpenID Connect Core 1.0": [...OIDC_ID_TOKEN, ...OIDC_AUTHENTICATION, ...OIDC_TOKEN, ...OIDC_USER_INFO],
  "RP-Initiated Logout 1.0": RP_INITIATED_LOGOUT,
};

describe.each(Object.entries(TABLES))("%s", (_standard, clauses) => {
  test.each(clauses.map((clause) => [clauseName(clause), clause] as const))("%s", (_name, { check }) =>
    check(),
  );
});

test("no two clauses have the same id", () => {
  const ids = Object.values(TABLES).flatMap((clauses) => clauses.map(({ id }) => id));
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});
