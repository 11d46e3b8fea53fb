// The parts that forms are made of: labelled fields with their errors beside them, and the hidden proof of origin.

import { html, type Html } from "./html.ts";

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "password" | "email" | "tel" | "url" | "date";
  /** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill */
  readonly autocomplete: string;
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly isNumeric?: boolean;
}

/** What is wrong, said beside the field it concerns or, without one, above the form. */
export interface FormError {
  readonly message: string;
  readonly field?: string | undefined;
}

export interface Form {
  readonly action: string;
  readonly proof: string;
  readonly fields: readonly Field[];
  readonly button: string;
  readonly error?: FormError | undefined;
  /** Whose password is chosen, told to password managers where the form does not ask for the name. */
  readonly userName?: string;
  /** For a form that is below what has to be read first: the focus would scroll that away. Default: false. */
  readonly isBelow?: boolean;
  /** Buttons besides the first one. */
  readonly more?: Html;
}

/** The name of the hidden field that shows that the form came from one of our pages. */
export const PROOF_FIELD = "_csrf";

export function form({ action, proof, fields, button, error, userName, isBelow, more }: Form): Html {
  const focus = isBelow === true ? error?.field : focusedField(fields, error);
  const owner =
    userName === undefined
      ? undefined
      : html`<input
          type="text"
          name="username"
          autocomplete="username"
          value="${userName}"
          hidden
          readonly
        />`;
  const banner =
    error !== undefined && error.field === undefined
      ? html`<p class="banner error" role="alert" id="form-error">${error.message}</p>`
      : undefined;
  return html`${banner}
    <form method="post" action="${action}">
      <input type="hidden" name="${PROOF_FIELD}" value="${proof}" />
      ${owner} ${fields.map((field) => labelled(field, error, field.name === focus))}
      <button>${button}</button>
      ${more}
    </form>`;
}

/** The field in error, else the first one that is still empty. */
function focusedField(fields: readonly Field[], error: FormError | undefined): string | undefined {
  return error?.field ?? (fields.find(({ value }) => value === undefined) ?? fields[0])?.name;
}

function labelled(field: Field, error: FormError | undefined, hasFocus: boolean): Html {
  const { name, label, type, autocomplete, value, hint, maxLength, isNumeric } = field;
  const own = error?.field === name ? error.message : undefined;
  const describedBy = [
    ...(own === undefined ? [] : [`${name}-error`]),
    ...(hint === undefined ? [] : [`${name}-hint`]),
    ...(error !== undefined && error.field === undefined ? ["form-error"] : []),
  ].join(" ");
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${own === undefined ? undefined : html`<p class="error" role="alert" id="${name}-error">${own}</p>`}
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      autocomplete="${autocomplete}"
      autocapitalize="none"
      spellcheck="false"
      required
      ${value === undefined ? undefined : html`value="${value}"`}
      ${maxLength === undefined ? undefined : html`maxlength="${maxLength}"`}
      ${isNumeric === true ? html`inputmode="numeric"` : undefined}
      ${describedBy === "" ? undefined : html`aria-describedby="${describedBy}"`}
      ${own === undefined ? undefined : html`aria-invalid="true"`}
      ${hasFocus ? html`autofocus` : undefined}
    />
    ${hint === undefined ? undefined : html`<p class="quiet" id="${name}-hint">${hint}</p>`}
  </div>`;
}
