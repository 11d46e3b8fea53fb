// Staging labels: which version of a secret is current, which was, and which others are named.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version

import type { Secret } from "./secret-store.ts";

export const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

/**
 * Where the labels are once a new version has these: each moves from the version that had it, and AWSPREVIOUS to the one
 * that was current. The first version of a secret is current in any case.
 */
export function labelsWith(secret: Secret, versionId: string, labels: readonly string[]): Secret["stages"] {
  const { [CURRENT]: current } = secret.stages;
  const own = current === undefined ? [CURRENT, ...labels] : labels;
  const moved = Object.fromEntries(own.map((label) => [label, versionId]));
  const isMadeCurrent = CURRENT in moved && current !== undefined;
  return { ...secret.stages, ...(isMadeCurrent && { [PREVIOUS]: current }), ...moved };
}

/** The labels attached to a version. */
export function labelsOf(secret: Secret, versionId: string): string[] {
  return Object.entries(secret.stages).flatMap(([label, id]) => (id === versionId ? [label] : []));
}
