// A small application that signs its users in with a pool of the test's own: openid-client behind two pages.

import * as openid from "openid-client";
import { onTestFinished } from "vitest";
import type { HttpHandler, HttpResponse } from "../../src/http/exchange.ts";
import { listenOnLoopback } from "../../src/http/loopback-server.ts";
import { startPool, type PoolSetup, type RunningPool } from "../cognito/running-pool.ts";

export interface RelyingParty {
  readonly pool: RunningPool;
  /** On another host name than the pool, so that the two are strangers to the browser as well. */
  readonly url: string;
}

/** Starts a pool and an application of it; `lang` is the language the application asks for. */
export async function startRelyingParty(setup: PoolSetup = {}, lang?: string): Promise<RelyingParty> {
  let answer: HttpHandler = () => Promise.resolve({ status: 503 });
  const server = await listenOnLoopback({
    port: 0,
    hostNames: ["localhost"],
    maxBodyBytes: 1000,
    handler: (request) => answer(request),
    onError: (error) => {
      console.error(error);
    },
  });
  onTestFinished(() => server.close());
  const url = `http://localhost:${server.port}`;
  const redirectUri = `${url}/callback`;
  const pool = await startPool({ ...setup, web: { CallbackURLs: [redirectUri], LogoutURLs: [`${url}/`] } });
  const config = await openid.discovery(
    new URL(pool.issuer),
    pool.webClientId,
    pool.webClientSecret,
    undefined,
    { [openid.customFetch]: pool.fetch, execute: [openid.allowInsecureRequests] },
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const signInUrl = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid email",
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: "s",
    ...(lang !== undefined && { lang }),
  });
  const signOutUrl = `${pool.origin}/logout?${new URLSearchParams({
    client_id: pool.webClientId,
    logout_uri: `${url}/`,
  }).toString()}`;

  answer = async ({ url: { pathname, search } }) => {
    if (pathname === "/") return page("Application", `<a href="${escaped(signInUrl.href)}">Sign in</a>`);
    if (pathname !== "/callback") return { status: 204 };
    const checks = { pkceCodeVerifier, expectedState: "s", idTokenExpected: true };
    const tokens = await openid.authorizationCodeGrant(config, new URL(`${redirectUri}${search}`), checks);
    const { "cognito:username": name } = tokens.claims() as unknown as { "cognito:username": string };
    return page(`Hello ${name}`, `<a href="${escaped(signOutUrl)}">Sign out</a>`);
  };
  return { pool, url };
}

function page(heading: string, content: string): HttpResponse {
  const text = `<!doctype html><html lang="en"><title>${heading}</title><link rel="icon" href="data:,">
    <h1>${heading}</h1>${content}</html>`;
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: text };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}
