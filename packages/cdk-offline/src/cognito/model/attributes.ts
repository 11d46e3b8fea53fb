// Which attributes the users of a pool can have, and what may stand in them.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html

import { attributesNotConforming, invalidParameter, notAuthorized } from "../errors.ts";
import type { UserPoolProperties } from "../resources/user-pool.ts";

interface AttributeDefinition {
  /** With the prefix `custom:` where the pool's owner defined it. */
  readonly name: string;
  readonly type: "String" | "Number" | "DateTime" | "Boolean";
  readonly mutable: boolean;
  /** Whether somebody who signs up must give it. */
  readonly required: boolean;
  /** Bounds of a String's length or of a Number's value. */
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
}

export type AttributeSchema = ReadonlyMap<string, AttributeDefinition>;

/** A user's attributes by name; every value is text, as in the API. */
export type Attributes = Readonly<Record<string, string>>;

const STANDARD_TEXTS =
  "address,email,family_name,gender,given_name,locale,middle_name,name,nickname,phone_number,picture,preferred_username,profile,website,zoneinfo";

const STANDARD: readonly AttributeDefinition[] = [
  { name: "sub", type: "String", mutable: false, required: true, minimum: 1, maximum: 2048 },
  { name: "birthdate", type: "String", mutable: true, required: false, minimum: 10, maximum: 10 },
  ...STANDARD_TEXTS.split(",").map((name) => ({
    name,
    type: "String" as const,
    mutable: true,
    required: false,
    minimum: 0,
    maximum: 2048,
  })),
  { name: "email_verified", type: "Boolean", mutable: true, required: false },
  { name: "phone_number_verified", type: "Boolean", mutable: true, required: false },
  { name: "updated_at", type: "Number", mutable: true, required: false, minimum: 0 },
];

type SchemaEntry = NonNullable<UserPoolProperties["Schema"]>[number];

/** The standard attributes, as the template changes them, and the template's own. */
export function attributeSchema(entries: readonly SchemaEntry[] = []): AttributeSchema {
  const schema = new Map(STANDARD.map((definition) => [definition.name, definition]));
  for (const entry of entries) {
    const standard = schema.get(entry.Name);
    const name = standard === undefined ? `custom:${entry.Name}` : entry.Name;
    const constraints = entry.StringAttributeConstraints;
    schema.set(name, {
      name,
      type: entry.AttributeDataType ?? standard?.type ?? "String",
      // https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html
      mutable: entry.Mutable ?? standard?.mutable ?? false,
      required: entry.Required ?? standard?.required ?? false,
      minimum: constraints?.MinLength ?? entry.NumberAttributeConstraints?.MinValue ?? standard?.minimum,
      maximum: constraints?.MaxLength ?? entry.NumberAttributeConstraints?.MaxValue ?? standard?.maximum,
    });
  }
  return schema;
}

/** Throws `InvalidParameterException` for an attribute that the pool does not have or whose value does not fit. */
export function checkAttributes(schema: AttributeSchema, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const definition = schema.get(name);
    if (definition === undefined) {
      throw attributesNotConforming(`${name}: Attribute does not exist in the schema.`);
    }
    if (name === "sub") throw invalidParameter("Cannot modify the non-mutable attribute sub");
    checkValue(definition, value);
  }
}

const NEVER_WRITABLE: ReadonlySet<string> = new Set(["email_verified", "phone_number_verified"]);

/**
 * Whether the service takes these `WriteAttributes`: a client must be able to write what the pool requires, and can
 * never write `sub` or that an address is verified.
 */
export function areWriteAttributes(schema: AttributeSchema, names: readonly string[]): boolean {
  return (
    names.every((name) => schema.has(name) && name !== "sub" && !NEVER_WRITABLE.has(name)) &&
    requiredAttributes(schema).every((name) => names.includes(name))
  );
}

/**
 * The attributes a client may set are its `WriteAttributes`, all by default; whether an address is verified is for no
 * client to say. Throws `NotAuthorizedException`.
 */
export function checkWritable(writable: ReadonlySet<string> | undefined, attributes: Attributes): void {
  for (const name of Object.keys(attributes)) {
    if (NEVER_WRITABLE.has(name) || writable?.has(name) === false)
      throw notAuthorized("A client attempted to write unauthorized attribute");
  }
}

/** Throws `InvalidParameterException` when an attribute that the pool requires is missing. */
export function checkRequiredAttributes(schema: AttributeSchema, attributes: Attributes): void {
  const missing = requiredAttributes(schema).filter((name) => (attributes[name] ?? "") === "");
  if (missing.length > 0) {
    throw attributesNotConforming(missing.map((name) => `${name}: The attribute is required`).join("\n"));
  }
}

/** What somebody who signs up must give. */
export function requiredAttributes(schema: AttributeSchema): readonly string[] {
  return [...schema.values()]
    .filter(({ name, required }) => required && name !== "sub")
    .map(({ name }) => name);
}

function checkValue(
  { name, type, minimum = 0, maximum = Infinity }: AttributeDefinition,
  value: string,
): void {
  if (name === "email" && !isEmailAddress(value)) throw invalidParameter("Invalid email address format.");
  if (name === "phone_number" && !/^\+\d{1,15}$/.test(value)) {
    throw invalidParameter("Invalid phone number format.");
  }
  switch (type) {
    case "String":
      if (value.length < minimum) {
        throw attributesNotConforming(`${name}: String must be no shorter than ${minimum} characters`);
      }
      if (value.length > maximum) {
        throw attributesNotConforming(`${name}: String must be no longer than ${maximum} characters`);
      }
      return;
    case "Number":
      if (!/^-?\d+$/.test(value) || Number(value) < minimum || Number(value) > maximum) {
        throw attributesNotConforming(`${name}: Attribute value is not a number within its limits`);
      }
      return;
    case "Boolean":
      if (!/^(true|false)$/i.test(value))
        throw attributesNotConforming(`${name}: Attribute value is not a boolean`);
      return;
    case "DateTime":
      if (Number.isNaN(Date.parse(value))) {
        throw attributesNotConforming(`${name}: Attribute value is not a date and time`);
      }
  }
}

/** Whether a text has the form of an e-mail address; a name of that form is refused where e-mail is an alias. */
export function isEmailAddress(text: string): boolean {
  return text.length <= 2048 && /^[^\s@]+@[^\s@]+\.[^\s@.]+$/u.test(text);
}
