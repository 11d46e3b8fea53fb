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
}

const STAGES: Readonly<Record<StageName, StageSettings>> = {
  local: {
    name: "local",
    retention: Duration.days(1),
    lockFiles: true,
    retainData: false,
    introspection: true,
    greetingCache: Duration.seconds(2),
    audit: "strict",
    mfa: "off",
  },
  dev: {
    name: "dev",
    retention: Duration.days(30),
    lockFiles: false,
    retainData: false,
    introspection: true,
    greetingCache: Duration.seconds(60),
    audit: "strict",
    mfa: "off",
  },
  prod: {
    name: "prod",
    retention: Duration.days(400),
    lockFiles: true,
    retainData: true,
    introspection: false,
    greetingCache: Duration.seconds(60),
    audit: "strict",
    mfa: "off",
  },
};

/** The settings of a stage; throws for a name that is none. */
export function stageSettings(name: unknown): StageSettings {
  if (name === "local" || name === "dev" || name === "prod") return STAGES[name];
  throw new Error(
    `stage is ${JSON.stringify(name)}; choose one of ${Object.keys(STAGES).join(", ")} with -c stage=…`,
  );
}
