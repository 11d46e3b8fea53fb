// Reads the JSON of a request: what two readers could understand differently is refused.

/** Throws a SyntaxError for bytes that are not UTF-8, a byte order mark, or what is not JSON in UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("the text is not UTF-8", { cause });
  }
}

/** Parses JSON. Throws a SyntaxError, also when an object names a member twice. */
export function parseStrictJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (hasDoubledName(text)) throw new SyntaxError("an object names a member twice");
  return value;
}

/** Goes through valid JSON; `JSON.parse` itself would take the last of several values without a word. */
function hasDoubledName(json: string): boolean {
  /** The names seen of each object that is open; nothing for a list. */
  const open: (Set<string> | undefined)[] = [];
  let isName = false;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case "{":
        open.push(new Set());
        isName = true;
        break;
      case "[":
        open.push(undefined);
        isName = false;
        break;
      case "}":
      case "]":
        open.pop();
        isName = false;
        break;
      case ",":
        isName = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(json, at);
        const names = open.at(-1);
        if (isName && names !== undefined) {
          const name = String(JSON.parse(json.slice(at, end + 1)));
          if (names.has(name)) return true;
          names.add(name);
        }
        isName = false;
        at = end;
        break;
      }
      default: // white space, numbers, literals, colons
    }
  }
  return false;
}

/** Where the quote stands that closes a string. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at;
}
