// The client's secret, read from the user pool itself: it stands in no template, environment or output.

import {
  DescribeUserPoolClientCommand,
  type CognitoIdentityProviderClient,
} from "@aws-sdk/client-cognito-identity-provider";
import type { Config } from "../../shared/config.ts";
import { KnownError } from "../../shared/known-error.ts";
import { retry, type RetryPolicy } from "../../shared/retry.ts";

/** The secret cannot be read: without it no cookie opens and no code can be exchanged. */
export class ClientSecretError extends KnownError<"client_secret_unavailable"> {}

export interface ClientSecretOptions {
  /** A client that does not try again by itself. */
  readonly userPools: CognitoIdentityProviderClient;
  readonly retries: RetryPolicy;
  /** Time for all tries together, in milliseconds. */
  readonly timeoutMs: number;
}

/** The pool serves no more than five of these requests a second; these errors say that it is a matter of time. */
const PASSING: ReadonlySet<string> = new Set([
  "TooManyRequestsException",
  "ThrottlingException",
  "LimitExceededException",
  "InternalErrorException",
  "ServiceUnavailableException",
]);

/** Returns a function that reads the secret of the client that the config names. It rejects with `ClientSecretError`. */
export function clientSecretReader(options: ClientSecretOptions): (config: Config) => Promise<string> {
  const { userPools, retries, timeoutMs } = options;
  return async ({ userPoolId, clientId }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const describe = () =>
      userPools.send(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }), {
        abortSignal: signal,
      });
    try {
      const { UserPoolClient } = await retry(describe, { ...retries, isPassing, signal });
      if (UserPoolClient?.ClientSecret !== undefined) return UserPoolClient.ClientSecret;
    } catch (cause) {
      throw new ClientSecretError("client_secret_unavailable", "the user pool's client cannot be read", {
        cause,
      });
    }
    throw new ClientSecretError("client_secret_unavailable", "the user pool's client has no secret");
  };
}

function isPassing(error: unknown): boolean {
  // Without a status there was no answer: the network, not the service.
  const { name, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  return PASSING.has(name) || $metadata?.httpStatusCode === undefined;
}
