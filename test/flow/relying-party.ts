// A relying party of its own, beside the page: openid-client, unmodified, with the web client's secret.

import * as client from "openid-client";
import { createBrowser } from "../../operate/browser.ts";
import { fillSignInForm } from "../../operate/sign-in.ts";
import { clientSecretOf } from "./cookie-seals.ts";
import { outputs, stackFetch, type User } from "./stack.ts";

const SCOPE = "openid ledger/logins";
const REDIRECT_URI = `${outputs.AppUrl}/auth/callback`;

/** The pool as openid-client discovers it from its issuer, which is AWS's on every stage. */
export async function discover(): Promise<client.Configuration> {
  const { clientSecret } = await clientSecretOf(outputs);
  return client.discovery(
    new URL(`https://cognito-idp.${outputs.Region}.amazonaws.com/${outputs.UserPoolId}`),
    outputs.WebClientId,
    clientSecret,
    undefined,
    {
      [client.customFetch]: (url, init) => stackFetch(url, init as RequestInit),
      // The pool on this machine has its endpoints on loopback.
      ...(outputs.AwsEndpoint !== undefined && { execute: [client.allowInsecureRequests] }),
    },
  );
}

export interface Authorization {
  readonly callback: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

/** Sends the user through the sign-in pages and stops before the callback: what the code is used for is up to the test. */
export async function authorize(
  configuration: client.Configuration,
  user: User,
  scope = SCOPE,
): Promise<Authorization> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: REDIRECT_URI,
    scope,
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const browser = createBrowser({ stopAt: REDIRECT_URI });
  const page = await browser.open(url.href);
  const landing = await fillSignInForm(browser, page, user);
  return { callback: new URL(landing.url), checks: { pkceCodeVerifier, expectedState, expectedNonce } };
}

/** Signs the user in and exchanges the code. */
export async function signInBeside(configuration: client.Configuration, user: User, scope = SCOPE) {
  const { callback, checks } = await authorize(configuration, user, scope);
  return client.authorizationCodeGrant(configuration, callback, checks);
}
