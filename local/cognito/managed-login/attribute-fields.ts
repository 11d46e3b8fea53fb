// How the sign-up page asks for an attribute.

import type { Field } from "./form.ts";

type FieldTexts = Pick<Field, "label" | "autocomplete"> & Partial<Pick<Field, "type">>;

const TEXTS: Readonly<Record<string, FieldTexts>> = {
  address: { label: "Address", autocomplete: "street-address" },
  birthdate: { label: "Date of birth", autocomplete: "bday", type: "date" },
  email: { label: "E-mail address", autocomplete: "email", type: "email" },
  family_name: { label: "Family name", autocomplete: "family-name" },
  gender: { label: "Gender", autocomplete: "sex" },
  given_name: { label: "Given name", autocomplete: "given-name" },
  locale: { label: "Language", autocomplete: "language" },
  middle_name: { label: "Middle name", autocomplete: "additional-name" },
  name: { label: "Full name", autocomplete: "name" },
  nickname: { label: "Nickname", autocomplete: "nickname" },
  phone_number: { label: "Phone number", autocomplete: "tel", type: "tel" },
  website: { label: "Website", autocomplete: "url", type: "url" },
};

export function attributeField(name: string, value: string | undefined): Field {
  const {
    label,
    autocomplete,
    type = "text",
  } = TEXTS[name] ?? {
    label: name.replace(/^custom:/, "").replaceAll("_", " "),
    autocomplete: "off",
  };
  return { name, label, autocomplete, type, value };
}
