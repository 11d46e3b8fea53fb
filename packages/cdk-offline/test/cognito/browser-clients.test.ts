// Clients that run in browsers, in Node with stand-ins for navigation and storage.

import { InMemoryWebStorage, UserManager, WebStorageStateStore, type INavigator } from "oidc-client-ts";
import { expect, test } from "vitest";
import { openBrowser, type Browser } from "./browser.ts";
import { PASSWORD, startPool, type RunningPool } from "./running-pool.ts";
import { claimsOf } from "./sign-in.ts";
import { CALLBACK, LOGOUT } from "./template.ts";

/** Takes the library's navigations to the pool's pages with this browser, and signs in where it is asked to. */
function navigatorOf(browser: Browser): INavigator {
  return {
    prepare: () =>
      Promise.resolve({
        async navigate({ url }) {
          const page = await browser.follow(url);
          const landing = page.text.includes("<form")
            ? await browser.submit(page, { username: "ada", password: PASSWORD })
            : page;
          return { url: landing.location ?? "" };
        },
        close: () => undefined,
      }),
    callback: () => Promise.resolve(),
  };
}

/** As a page of a public client would set the library up for Cognito. */
function userManager(pool: RunningPool, browser: Browser): UserManager {
  const navigator = navigatorOf(browser);
  return new UserManager(
    {
      authority: pool.issuer,
      // Read from where the pool is here; the issuer in it stays AWS's.
      metadataUrl: `${pool.origin}/${pool.poolId}/.well-known/openid-configuration`,
      client_id: pool.apiClientId,
      redirect_uri: CALLBACK,
      silent_redirect_uri: CALLBACK,
      post_logout_redirect_uri: LOGOUT,
      scope: "openid aws.cognito.signin.user.admin",
      loadUserInfo: true,
      automaticSilentRenew: false,
      monitorSession: false,
      userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
      stateStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    },
    navigator,
    navigator,
    navigator,
  );
}

test("oidc-client-ts signs in with PKCE, reads the profile, renews the tokens, and revokes them", async () => {
  const pool = await startPool();
  const sub = await pool.addUser("ada");
  const manager = userManager(pool, openBrowser());

  const user = await manager.signinPopup({ nonce: "a-nonce" });
  expect(user.profile).toMatchObject({ sub, username: "ada", email: "ada@example.org" });
  expect(user.scopes).toEqual(["openid", "aws.cognito.signin.user.admin"]);
  const first = claimsOf(user.access_token);

  const renewed = await manager.signinSilent();
  const second = claimsOf(renewed?.access_token ?? "");
  expect(second["jti"]).not.toBe(first["jti"]);
  for (const kept of ["origin_jti", "auth_time", "event_id", "sub"]) expect(second[kept]).toBe(first[kept]);

  const refreshToken = renewed?.refresh_token;
  expect(refreshToken).toBe(user.refresh_token);
  await manager.revokeTokens(["refresh_token"]);
  await manager.storeUser(user);
  await expect(manager.signinSilent()).rejects.toMatchObject({ error: "invalid_grant" });
});

test("oidc-client-ts takes a remembered session over silently, and is told where there is none", async () => {
  const pool = await startPool();
  await pool.addUser("ada");
  const browser = openBrowser();
  await expect(userManager(pool, browser).signinSilent()).rejects.toMatchObject({ error: "login_required" });
  const user = await userManager(pool, browser).signinPopup();
  const silently = await userManager(pool, browser).signinSilent();
  expect(silently?.profile.sub).toBe(user.profile.sub);
  expect(claimsOf(silently?.access_token ?? "")["origin_jti"]).not.toBe(
    claimsOf(user.access_token)["origin_jti"],
  );
});

test("oidc-client-ts refuses an answer whose state it did not send", async () => {
  const pool = await startPool();
  const manager = userManager(pool, openBrowser());
  await expect(manager.signinRedirectCallback(`${CALLBACK}?code=x&state=made-up`)).rejects.toThrow(
    "No matching state",
  );
});
