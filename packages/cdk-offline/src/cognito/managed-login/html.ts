// HTML in which every inserted text is escaped, so that no page can forget it.

/** A piece of HTML that may be inserted as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Insertable = string | number | Html | readonly Html[] | undefined;

/** A template literal: texts are escaped for content and for quoted attribute values; `undefined` inserts nothing. */
export function html(literals: TemplateStringsArray, ...inserted: readonly Insertable[]): Html {
  const pieces = literals.flatMap((literal, i) => (i === 0 ? [literal] : [insert(inserted[i - 1]), literal]));
  return new Html(pieces.join(""));
}

// The references that every reader of HTML knows, however simple.
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function insert(value: Insertable): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
