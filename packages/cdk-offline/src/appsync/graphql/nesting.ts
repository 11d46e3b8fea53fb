// How deep values may be nested that come from outside: everything that goes through them may call itself at each level.

/** Lists and objects within one another, as Jackson has it by default, with which the service reads its JSON. */
const MAX_NESTING = 1000;

export function isTooDeep(value: unknown, levels = MAX_NESTING): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isTooDeep(member, levels - 1));
}
