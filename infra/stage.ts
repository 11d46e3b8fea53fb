// The stages of the system and what differs between them. A stage is chosen with `-c stage=…`.

import { Duration } from "aws-cdk-lib/core";

export type StageName = "local" | "dev" | "prod";

export interface StageSettings {
  readonly name: StageName;
  /** How long items, files and log lines are kept. */
  readonly retention: Duration;
  /** Whether a sign-in's file can be deleted before its retention ends, by anybody. */
  readonly lockFiles: boolean;
  /** Whether table, bucket and user pool outlive the stack. */
  readonly retainData: boolean;
  /** Whether a client may ask for the schema. */
  readonly introspection: boolean;
  /** How long a greeting text is kept in memory; an operator's change shows after that at the latest. */
  readonly greetingCache: Duration;
  /**
   * What becomes of a sign-in while the ledger does not answer: `strict` refuses it; `best-effort` lets the user in, counts
   * it (metric `UnrecordedLogin`) and records it later.
   */
  readonly audit: "strict" | "best-effort";
  /** Managed login enrols a second factor only where it is required. */
  readonly mfa: "off" | "required";
  /**
   * Whether the web client allows the flow `USER_AUTH` too. Which ways to sign in the pool's pages offer follows from the
   * client's flows, says AWS; that they offer the password without this one is known from others' stacks, not tried here.
   */
  readonly userAuth: boolean;
  /**
   * Who tokens say they are from: `original` is `https://cognito-idp.<region>.amazonaws.com/<pool>`; `updated` is
   * `https://issuer-cognito-idp.<region>.amazonaws.com/<pool>`, which AWS recommends. That AppSync and API Gateway take it
   * is _unverified_. To be decided before the first user.
   */
  readonly issuer: "original" | "updated";
  /**
   * `STRICT` makes API Gateway refuse requests whose TLS server name is not the API's own. AWS advises to begin with
   * `BASIC` and to change once nothing fails.
   */
  readonly endpointAccess: "BASIC" | "STRICT";
}

/** What is the same in every stage until somebody decides otherwise. */
const DEFAULTS = {
  audit: "strict",
  mfa: "off",
  userAuth: false,
  issuer: "original",
  endpointAccess: "BASIC",
} as const;

const STAGES: Readonly<Record<StageName, StageSettings>> = {
  local: {
    name: "local",
    retention: Duration.days(1),
    lockFiles: true,
    retainData: false,
    introspection: true,
    greetingCache: Duration.seconds(2),
    ...DEFAULTS,
  },
  dev: {
    name: "dev",
    retention: Duration.days(30),
    lockFiles: false,
    retainData: false,
    introspection: true,
    greetingCache: Duration.seconds(60),
    ...DEFAULTS,
  },
  prod: {
    name: "prod",
    retention: Duration.days(400),
    lockFiles: true,
    retainData: true,
    introspection: false,
    greetingCache: Duration.seconds(60),
    ...DEFAULTS,
  },
};

/** The settings of a stage; throws for a name that is none. */
export function stageSettings(name: unknown): StageSettings {
  if (name === "local" || name === "dev" || name === "prod") return STAGES[name];
  throw new Error(
    `stage is ${JSON.stringify(name)}; choose one of ${Object.keys(STAGES).join(", ")} with -c stage=…`,
  );
}
