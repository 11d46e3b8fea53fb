// The fields that more than one page has.

import { AwsError } from "../../aws/errors.ts";
import { checkAttributes } from "../model/attributes.ts";
import type { Pool } from "../model/pool.ts";
import type { Parameters } from "../oauth/parameters.ts";
import {
  brokenRules,
  PASSWORD_MAX_LENGTH,
  PASSWORD_PATTERN,
  passwordRules,
  type PasswordRule,
} from "../passwords/password-policy.ts";
import type { Field, FormError } from "./form.ts";
import type { NamedAttribute, Texts } from "./texts/texts.ts";

type AttributeForm = Pick<Field, "autocomplete"> & Partial<Pick<Field, "type">>;

const ATTRIBUTES: Readonly<Record<NamedAttribute, AttributeForm>> = {
  address: { autocomplete: "street-address" },
  birthdate: { autocomplete: "bday", type: "date" },
  email: { autocomplete: "email", type: "email" },
  family_name: { autocomplete: "family-name" },
  gender: { autocomplete: "sex" },
  given_name: { autocomplete: "given-name" },
  locale: { autocomplete: "language" },
  middle_name: { autocomplete: "additional-name" },
  name: { autocomplete: "name" },
  nickname: { autocomplete: "nickname" },
  phone_number: { autocomplete: "tel", type: "tel" },
  website: { autocomplete: "url", type: "url" },
};

export function attributeField(name: string, value: string | undefined, texts: Texts): Field {
  if (!isNamed(name)) {
    const label = name.replace(/^custom:/, "").replaceAll("_", " ");
    return { name, label, autocomplete: "off", type: "text", value };
  }
  const { autocomplete, type = "text" } = ATTRIBUTES[name];
  return { name, label: texts.fields.attributes[name], autocomplete, type, value };
}

function isNamed(name: string): name is NamedAttribute {
  return Object.hasOwn(ATTRIBUTES, name);
}

/** The first attribute that is missing or that the pool would not take. */
export function attributeMistake(
  pool: Pool,
  names: readonly string[],
  fields: Parameters,
  { forms }: Texts,
): FormError | undefined {
  for (const name of names) {
    const value = fields.get(name);
    if (value === undefined) return { field: name, message: forms.needed };
    if (fits(pool, name, value)) continue;
    if (name === "email") return { field: name, message: forms.emailForm };
    return { field: name, message: name === "phone_number" ? forms.phoneForm : forms.otherForm };
  }
  return undefined;
}

function fits({ attributes }: Pool, name: string, value: string): boolean {
  try {
    checkAttributes(attributes, { [name]: value });
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

/** Where a password is chosen. */
export function newPasswordField(pool: Pool, label: string, { password }: Texts): Field {
  return {
    name: "password",
    label,
    type: "password",
    autocomplete: "new-password",
    maxLength: PASSWORD_MAX_LENGTH,
    hint: password.needs(inWords(passwordRules(pool.passwordPolicy), pool, password)),
  };
}

export function passwordMistake(pool: Pool, chosen: string, { password }: Texts): FormError | undefined {
  const broken = brokenRules(pool.passwordPolicy, chosen);
  if (broken.length > 0) {
    return { field: "password", message: password.lacks(inWords(broken, pool, password)) };
  }
  if (!PASSWORD_PATTERN.test(chosen) || chosen.length > PASSWORD_MAX_LENGTH) {
    return { field: "password", message: password.form(PASSWORD_MAX_LENGTH) };
  }
  return undefined;
}

function inWords(rules: readonly PasswordRule[], pool: Pool, texts: Texts["password"]): string {
  return rules.map((rule) => texts.rules[rule](pool.passwordPolicy.minimumLength)).join(", ");
}

/** An e-mail address can be as long; what is longer is nobody's name. */
const NAME_MAX_LENGTH = 2048;

/** Where somebody says who one is. */
export function nameField({ emailIsAlias }: Pool, value: string | undefined, { fields }: Texts): Field {
  return {
    name: "username",
    label: emailIsAlias ? fields.userNameOrEmail : fields.userName,
    type: "text",
    autocomplete: "username",
    maxLength: NAME_MAX_LENGTH,
    value,
  };
}

/** What was typed there, cut where it cannot be anybody's name any more: attempts are remembered by it. */
export function readName(fields: Parameters): string {
  return (fields.get("username") ?? "").trim().slice(0, NAME_MAX_LENGTH + 1);
}

/** A code of six digits, which keyboards and password managers know how to help with. */
export function codeField(label: string): Field {
  return {
    name: "code",
    label,
    type: "text",
    autocomplete: "one-time-code",
    maxLength: 10,
    isNumeric: true,
  };
}

/** What was typed into a code's field, without the spaces that codes are often shown with. */
export function readCode(fields: Parameters): string {
  return (fields.get("code") ?? "").replaceAll(/\s/g, "");
}
