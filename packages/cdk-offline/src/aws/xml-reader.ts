// Reads the small XML documents that clients send: elements and text, no document types, bounded depth.

import { AwsError } from "./errors.ts";

export interface XmlNode {
  /** Without a namespace prefix. */
  readonly name: string;
  readonly children: readonly XmlNode[];
  /** All character data directly in it, references resolved. */
  readonly text: string;
}

export function malformedXml(): AwsError {
  return new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

const MAX_DEPTH = 20;
const MAX_ELEMENTS = 10_000;

/** Parses a document. Throws `MalformedXML` for anything that is not well-formed, and for a document type. */
export function readXml(body: Buffer): XmlNode {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw malformedXml();
  }
  return new XmlReader(text).document();
}

/** The text of the only child of that name; `undefined` when there is none. Throws when there are several. */
export function childText(node: XmlNode, name: string): string | undefined {
  const found = node.children.filter((child) => child.name === name);
  if (found.length > 1 || found.some(({ children }) => children.length > 0)) throw malformedXml();
  return found[0]?.text;
}

/** Throws when a node has children of other names. */
export function allowChildren(node: XmlNode, names: readonly string[]): void {
  if (node.children.some(({ name }) => !names.includes(name))) throw malformedXml();
}

const NAME = "[A-Za-z_][A-Za-z0-9_.-]*";
const START_TAG = new RegExp(
  `<(?:${NAME}:)?(${NAME})((?:\\s+${NAME}(?::${NAME})?\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
  "y",
);
const END_TAG = new RegExp(`</(?:${NAME}:)?(${NAME})\\s*>`, "y");
const PASSED_OVER = /<\?[^]*?\?>|<!--[^]*?-->/y;
const CDATA = /<!\[CDATA\[([^]*?)\]\]>/y;
const CHARACTERS = /[^<]+/y;

class XmlReader {
  readonly #text: string;
  #position = 0;
  #elements = 0;

  constructor(text: string) {
    this.#text = text.replace(/^\ufeff/, "");
  }

  document(): XmlNode {
    this.#passOver();
    const root = this.#element(0);
    this.#passOver();
    if (this.#position !== this.#text.length) throw malformedXml();
    return root;
  }

  #element(depth: number): XmlNode {
    const start = this.#match(START_TAG);
    this.#elements += 1;
    if (start === undefined || depth > MAX_DEPTH || this.#elements > MAX_ELEMENTS) throw malformedXml();
    const [, name = "", , selfClosing] = start;
    if (selfClosing === "/") return { name, children: [], text: "" };
    const children: XmlNode[] = [];
    let text = "";
    for (;;) {
      const characters = this.#match(CHARACTERS);
      if (characters !== undefined) text += resolveReferences(characters[0]);
      const end = this.#match(END_TAG);
      if (end !== undefined) {
        if (end[1] !== name) throw malformedXml();
        return { name, children, text };
      }
      const cdata = this.#match(CDATA);
      if (cdata !== undefined) text += cdata[1] ?? "";
      else if (this.#match(PASSED_OVER) === undefined && characters === undefined) {
        children.push(this.#element(depth + 1));
      }
    }
  }

  /** White space, comments and processing instructions. */
  #passOver(): void {
    while (this.#match(/\s+/y) !== undefined || this.#match(PASSED_OVER) !== undefined);
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#position;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#position = pattern.lastIndex;
    return match;
  }
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function resolveReferences(text: string): string {
  const normalized = text.replaceAll(/\r\n?/g, "\n");
  if (!normalized.includes("&")) return normalized;
  return normalized.replaceAll(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-z]{2,4}));|&/g,
    (_, hex, decimal, name) =>
      resolved(hex as string | undefined, decimal as string | undefined, name as string | undefined),
  );
}

function resolved(hex: string | undefined, decimal: string | undefined, name: string | undefined): string {
  const code = hex !== undefined ? parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : undefined;
  const character =
    code === undefined ? named[name ?? ""] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
  if (character === undefined) throw malformedXml();
  return character;
}
