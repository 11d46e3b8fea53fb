// CloudFormation's dynamic references: texts in a template that stand for a value of Parameter Store or Secrets Manager.
//
// A template is resolved, checked and remembered with the references in it; their values are put in place when a service is
// handed its resources. So no value of a secret gets into the record of the deployment, and a value that has changed is no
// change of the template, as on AWS.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html

import type { Resource } from "./resource.ts";

/** Where the values come from. Each throws for a value that is not there. */
export interface DynamicValues {
  /** The value of a parameter, by `name` or `name:version`. */
  parameter(reference: string): string;
  secret(reference: SecretReference): string;
  /** The value of an attribute that a resource's identity withholds. */
  attribute(ref: string, attribute: string): string;
}

export interface SecretReference {
  /** Name or ARN. */
  readonly secretId: string;
  /** The member of the secret's JSON object; `undefined` for the whole text. */
  readonly jsonKey: string | undefined;
  readonly stage: string | undefined;
  readonly versionId: string | undefined;
}

/**
 * Stands for an attribute whose value is a secret, wherever `Fn::GetAtt` asks for it. Told apart from what a template can
 * say by its first word.
 */
export function withheldAttribute(ref: string, attribute: string): string {
  return `{{withheld:${ref}:${attribute}}}`;
}

const WITHHELD = /\{\{withheld:([^:{}]+):([^:{}]+)\}\}/;
const REFERENCE = /\{\{resolve:([^:{}]*):?([^{}]*)\}\}/;
const ANY = new RegExp(`${REFERENCE.source}|${WITHHELD.source}`, "g");

/** Whether a text holds an attribute that is withheld. */
export function holdsWithheldAttribute(text: string): boolean {
  return WITHHELD.test(text);
}

/** Whether a text of a value stands for one that is put in its place later. */
export function holdsDynamicValue(value: unknown): boolean {
  let holds = false;
  replaceTexts(value, (text) => {
    holds ||= REFERENCE.test(text) || WITHHELD.test(text);
    return text;
  });
  return holds;
}

/** Says of all texts in a value why references in them are refused. */
export function unservedReferences(value: unknown): readonly string[] {
  const reasons: string[] = [];
  replaceTexts(value, (text) => {
    for (const [whole, service = "", key = ""] of text.matchAll(new RegExp(REFERENCE, "g"))) {
      if (
        service === "secretsmanager"
          ? parseSecretReference(key) === undefined
          : service !== "ssm" || key === ""
      ) {
        reasons.push(
          `the dynamic reference ${whole} is not served; served: {{resolve:ssm:name:version}} and ` +
            "{{resolve:secretsmanager:name-or-ARN:SecretString:json-key:version-stage:version-id}} with a stage or an id",
        );
      }
    }
    return text;
  });
  return reasons;
}

/** Puts the values in place in the properties of a resource, those of the last deployment included. */
export function withDynamicValues<Properties>(
  resource: Resource<Properties>,
  values: DynamicValues,
): Resource<Properties> {
  const resolve = (text: string): string =>
    text.replaceAll(ANY, (whole: string, service?: string, key = "", ref = "", attribute = "") => {
      if (service === undefined) return values.attribute(String(ref), String(attribute));
      if (service === "ssm") return values.parameter(String(key));
      if (service !== "secretsmanager") return whole; // refused already
      const reference = parseSecretReference(String(key));
      return reference === undefined ? text : values.secret(reference);
    });
  return {
    ...resource,
    // Only texts are replaced, by texts: what the schema has parsed stays of its type.
    properties: replaceTexts(resource.properties, resolve) as Properties,
    deployedProperties: replaceTexts(resource.deployedProperties, (text) => {
      try {
        return resolve(text);
      } catch {
        return text; // what it referred to has gone since; so has the resource changed
      }
    }),
  };
}

const SECRET_KEY =
  /^((?:arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:)?[^:]+)(?::(?:SecretString)?(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?)?$/;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html */
function parseSecretReference(key: string): SecretReference | undefined {
  const [, secretId, jsonKey, stage, versionId] = SECRET_KEY.exec(key) ?? [];
  if (secretId === undefined) return undefined;
  const reference = {
    secretId,
    jsonKey: jsonKey === "" ? undefined : jsonKey,
    stage: stage === "" ? undefined : stage,
    versionId: versionId === "" ? undefined : versionId,
  };
  const isTwofold = reference.stage !== undefined && reference.versionId !== undefined;
  return isTwofold ? undefined : reference;
}

function replaceTexts(value: unknown, replace: (text: string) => string): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceTexts(item, replace));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceTexts(item, replace)]));
}
