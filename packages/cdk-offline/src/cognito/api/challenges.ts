// Challenges of the user-pool API that wait for their response, each known by the session that was given with it.

import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { invalidSession, sessionExpired, sessionSpent } from "../errors.ts";
import type { PoolClient } from "../model/client.ts";
import type { Candidate } from "../passwords/first-factor.ts";
import type { SrpExchange } from "../passwords/srp-exchange.ts";
import type { TokenSource } from "../triggers/token-customization.ts";

/** Of the length that the service's have, so that what must hold one is big enough. */
const SESSION_BYTES = 690;
/** How long a session that was spent or has expired is told apart from one that never was. */
const REMEMBERED_MS = 60 * 60_000;
const MOST_ENTRIES = 10_000;

/** A user who has shown the password. */
interface Known {
  readonly sub: string;
  /** A password set since then ends the challenge. */
  readonly passwordSetAtMs: number;
  readonly source: TokenSource;
}

type Challenge =
  | { readonly name: "SELECT_CHALLENGE"; readonly candidate: Candidate }
  | { readonly name: "PASSWORD_VERIFIER"; readonly candidate: Candidate; readonly exchange: SrpExchange }
  | ({ readonly name: "NEW_PASSWORD_REQUIRED" } & Known)
  | ({ readonly name: "SOFTWARE_TOKEN_MFA" } & Known)
  | ({
      readonly name: "MFA_SETUP";
      /** Given by AssociateSoftwareToken. */
      readonly secret?: string;
      /** Whether VerifySoftwareToken has taken a code of it. */
      readonly isVerified: boolean;
    } & Known);

type ChallengeName = Challenge["name"];

export interface Challenges {
  /** Gives the session. */
  issue(client: PoolClient, challenge: Challenge): string;
  /**
   * The challenge of a session, which stays open. Throws `NotAuthorizedException` for a session that is unknown, of
   * another client or challenge, expired, or spent.
   */
  find<Name extends ChallengeName>(
    client: Pick<PoolClient, "id"> | undefined,
    name: Name,
    session: string | undefined,
  ): Extract<Challenge, { readonly name: Name }> & { readonly clientId: string };
  /** Ends a session: it has led to tokens or to another challenge. */
  spend(session: string): void;
}

interface Entry {
  readonly clientId: string;
  readonly challenge: Challenge;
  readonly expiresAtMs: number;
  readonly isSpent: boolean;
}

/** Kept in memory: after a restart a sign-in that was under way begins anew. */
export function createChallenges(clock: Clock): Challenges {
  const entries = new Map<string, Entry>();

  const forgetOld = (): void => {
    for (const [key, { expiresAtMs }] of entries) {
      if (entries.size < MOST_ENTRIES && expiresAtMs + REMEMBERED_MS > clock()) return;
      entries.delete(key);
    }
  };

  return {
    issue(client, challenge) {
      forgetOld();
      // In base64, since the block that an SRP client signs is one, and that is found by it.
      const session = randomBytes(SESSION_BYTES).toString("base64");
      const expiresAtMs = clock() + client.challengeSeconds * 1000;
      entries.set(keyOf(session), { clientId: client.id, challenge, expiresAtMs, isSpent: false });
      return session;
    },

    find<Name extends ChallengeName>(
      client: Pick<PoolClient, "id"> | undefined,
      name: Name,
      session: string | undefined,
    ) {
      const entry = entries.get(keyOf(session ?? ""));
      if (entry === undefined || (client !== undefined && entry.clientId !== client.id)) {
        throw invalidSession();
      }
      if (entry.isSpent) throw sessionSpent();
      if (entry.expiresAtMs <= clock()) throw sessionExpired();
      const { challenge, clientId } = entry;
      if (!isNamed(challenge, name)) throw invalidSession();
      return { ...challenge, clientId };
    },

    spend(session) {
      const key = keyOf(session);
      const entry = entries.get(key);
      if (entry !== undefined) entries.set(key, { ...entry, isSpent: true });
    },
  };
}

function isNamed<Name extends ChallengeName>(
  challenge: Challenge,
  name: Name,
): challenge is Extract<Challenge, { readonly name: Name }> {
  return challenge.name === name;
}

/** Looked up by its hash, so that the time of a look-up says nothing about other sessions. */
function keyOf(session: string): string {
  return createHash("sha256").update(session).digest("base64url");
}
