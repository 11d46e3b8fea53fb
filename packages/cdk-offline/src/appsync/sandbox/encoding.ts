// util's string encodings, over UTF-8. https://docs.aws.amazon.com/appsync/latest/devguide/built-in-util-js.html

import { FaultSignal } from "./signals.ts";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** As application/x-www-form-urlencoded (Java's URLEncoder): letters, digits and `.-*_` stay, a space becomes a plus. */
export function urlEncode(value: string): string {
  return encodeURIComponent(wellFormed(value))
    .replaceAll(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll(/%20/g, "+");
}

export function urlDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll(/\+/g, " "));
  } catch {
    throw new FaultSignal("urlDecode was given a malformed escape sequence");
  }
}

export function base64Encode(value: string): string {
  const bytes = utf8(value);
  let encoded = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = bytes.slice(i, i + 3);
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    encoded += BASE64.charAt(bits >> 18) + BASE64.charAt((bits >> 12) & 63);
    encoded += b === undefined ? "=" : BASE64.charAt((bits >> 6) & 63);
    encoded += c === undefined ? "=" : BASE64.charAt(bits & 63);
  }
  return encoded;
}

export function base64Decode(value: string): string {
  const digits = value.replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(digits)) throw new FaultSignal("base64Decode was given what is not base64");
  let percent = "";
  let bits = 0;
  let count = 0;
  for (const digit of digits) {
    bits = (bits << 6) | BASE64.indexOf(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    percent += `%${((bits >> count) & 0xff).toString(16).padStart(2, "0")}`;
  }
  try {
    return decodeURIComponent(percent);
  } catch {
    throw new FaultSignal("base64Decode was given what is not text");
  }
}

/** As Commons Lang's escapeEcmaScript. */
export function escapeJavaScript(value: string): string {
  const named: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
  };
  // Without the flag u: each half of a surrogate pair is escaped by itself.
  return value.replaceAll(/[^ !#-&(-.0-[\]-\x7f]/g, (unit) => {
    if (/["'\\/]/.test(unit)) return `\\${unit}`;
    return named[unit] ?? `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

/** Half of a surrogate pair has no UTF-8 form; Java writes a question mark. */
function wellFormed(value: string): string {
  return value.replaceAll(/\p{Surrogate}/gu, "?");
}

function utf8(value: string): number[] {
  const encoded = encodeURIComponent(wellFormed(value));
  const bytes: number[] = [];
  for (let i = 0; i < encoded.length; i++) {
    if (encoded.charAt(i) === "%") {
      bytes.push(Number.parseInt(encoded.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      bytes.push(encoded.charCodeAt(i));
    }
  }
  return bytes;
}
