// One text for one address, so that the same browser is known by it: RFC 5952 for IPv6, and IPv4 for what is IPv4.

const ZEROS = ["0", "0", "0", "0", "0", "0", "0", "0"];
const HEX = "0123456789abcdef";

/** A run of groups that are zero. */
type Run = { start: number; length: number };

/**
 * The canonical text of an AWSIPAddress. Null for a prefix such as `10.0.0.0/8`, which AWSIPAddress takes as well: it is no
 * address of a browser. https://www.rfc-editor.org/rfc/rfc5952#section-4
 */
export function canonicalAddress(text: string): string | null {
  if (text.includes("/")) return null;
  if (!text.includes(":")) return text;
  const groups = groupsOf(text.toLowerCase());
  // IPv4-mapped: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
  if (groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff") {
    return `${twoBytes(groups[6] ?? "0")}.${twoBytes(groups[7] ?? "0")}`;
  }
  const { start, length } = longestRunOfZeros(groups);
  if (length < 2) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

/** The eight groups, without leading zeros. */
function groupsOf(text: string): string[] {
  const [left, right] = text.split("::").map((part) => hexGroups(part));
  const head = left ? left : [];
  if (!right) return head;
  return [...head, ...ZEROS.slice(head.length + right.length), ...right];
}

/** The groups that stand in a part of the text; IPv4 at its end makes two. */
function hexGroups(part: string): string[] {
  if (part === "") return [];
  return part
    .split(":")
    .flatMap((group) => (group.includes(".") ? groupsOfIpv4(group) : [withoutLeadingZeros(group)]));
}

function withoutLeadingZeros(group: string): string {
  return [1, 2, 3].reduce(
    (shorter) => (shorter.length > 1 && shorter.startsWith("0") ? shorter.slice(1) : shorter),
    group,
  );
}

function groupsOfIpv4(text: string): string[] {
  const bytes = text.split(".").map((byte) => hexByte(JSON.parse(byte) as number));
  return [`${bytes[0]}${bytes[1]}`, `${bytes[2]}${bytes[3]}`].map((group) => withoutLeadingZeros(group));
}

function hexByte(byte: number): string {
  return HEX.charAt(Math.floor(byte / 16)) + HEX.charAt(byte % 16);
}

/** A group as two bytes in decimal with a dot between. */
function twoBytes(group: string): string {
  const digits = `000${group}`
    .slice(-4)
    .split("")
    .map((digit) => HEX.indexOf(digit));
  const [a = 0, b = 0, c = 0, d = 0] = digits;
  return `${a * 16 + b}.${c * 16 + d}`;
}

/** The first of the longest; two groups at least are worth shortening. */
function longestRunOfZeros(groups: string[]): Run {
  const runs = groups.map((_, start) => {
    const end = groups.findIndex((group, index) => index >= start && group !== "0");
    return { start, length: (end === -1 ? groups.length : end) - start };
  });
  return runs.reduce((longest, run) => (run.length > longest.length ? run : longest), {
    start: 0,
    length: 0,
  });
}
