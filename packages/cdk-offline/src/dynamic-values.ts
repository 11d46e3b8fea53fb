// The values behind dynamic references, from the services of the stack that hold them.

import type { DynamicValues } from "./assembly/dynamic-references.ts";
import { AwsError } from "./aws/errors.ts";
import { NotServed } from "./errors.ts";
import type { VersionReference } from "./secrets-manager/get-secret-value.ts";

/** What is asked of the services that are open by now. */
export interface ValueSources {
  parameters?: { valueOf(reference: string): string };
  userPools?: { clientSecretOf(clientId: string): string | undefined };
  secrets?: { textOf(secretId: string, version: VersionReference): string | undefined };
}

/** Looks the values up that a resource refers to. Throws `NotServed` for one that is not there, or not yet. */
export function dynamicValues(sources: ValueSources, logicalId: string): DynamicValues {
  /** Resources are made service by service, not in the order of what refers to what. */
  const notYet = (text: string, where: string) =>
    new NotServed({ code: "value-not-served", logicalId, reason: `${text} in ${where} is not served` });

  const found = (text: string, look: () => string | undefined, refersTo: string): string => {
    try {
      const value = look();
      if (value !== undefined) return value;
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      const reason = `${text}: ${cause.message || cause.code}`;
      throw new NotServed({ code: "unknown-reference", logicalId, reason, refersTo }, { cause });
    }
    const reason = `${text} has no text that could be put in its place`;
    throw new NotServed({ code: "value-not-served", logicalId, reason });
  };

  return {
    parameter(reference) {
      const { parameters } = sources;
      const text = `{{resolve:ssm:${reference}}}`;
      if (parameters === undefined) throw notYet(text, "another parameter");
      return found(text, () => parameters.valueOf(reference), "AWS::SSM::Parameter");
    },
    secret({ secretId, jsonKey, stage, versionId: id }) {
      const { secrets } = sources;
      const text = `{{resolve:secretsmanager:${secretId}}}`;
      if (secrets === undefined) {
        throw notYet(text, "a parameter, log group, bucket, queue, table, user pool or another secret");
      }
      const whole = found(text, () => secrets.textOf(secretId, { id, stage }), "AWS::SecretsManager::Secret");
      if (jsonKey === undefined) return whole;
      const member = memberOf(whole, jsonKey);
      if (member !== undefined) return member;
      const reason = `${text}: the secret is no JSON object with a text as ${jsonKey}`;
      throw new NotServed({ code: "unknown-reference", logicalId, reason });
    },
    attribute(ref, attribute) {
      const { userPools } = sources;
      const text = `attribute ${attribute} of ${ref}`;
      if (userPools === undefined) {
        throw notYet(text, "a parameter, log group, bucket, queue, table or user pool");
      }
      return found(
        text,
        () => (attribute === "ClientSecret" ? userPools.clientSecretOf(ref) : undefined),
        "AWS::Cognito::UserPoolClient",
      );
    },
  };
}

/** A member of a secret's JSON object, as text. Tells nothing of what the secret holds. */
function memberOf(text: string, key: string): string | undefined {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isObject = typeof members === "object" && members !== null && Object.hasOwn(members, key);
  const member = isObject ? (members as Readonly<Record<string, unknown>>)[key] : undefined;
  const isScalar = typeof member === "string" || typeof member === "number" || typeof member === "boolean";
  return isScalar ? String(member) : undefined;
}
