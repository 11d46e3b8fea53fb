// Writes the XML documents that services answer with.

/** An element: its name, and its text or its children. */
export type XmlElement = readonly [name: string, content: XmlContent];
export type XmlContent = string | number | boolean | readonly XmlElement[];

/** A document with this root. `namespace` is the root's default namespace. */
export function writeXml(root: string, content: XmlContent, namespace?: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${escapeText(namespace)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${write(content)}</${root}>`;
}

function write(content: XmlContent): string {
  if (typeof content !== "object") return escapeText(String(content));
  return content.map(([name, inner]) => `<${name}>${write(inner)}</${name}>`).join("");
}

/**
 * Also escapes what XML 1.0 has no way to write, such as U+0001: S3 does so, too, and expects readers to cope or to
 * ask for `encoding-type=url`.
 */
function escapeText(text: string): string {
  return text.replaceAll(/[&<>"'\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g, (character) => {
    return named[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

const named: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
