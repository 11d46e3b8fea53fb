// Passwords that meet every usual policy and that nobody has thought up.

import { randomInt } from "node:crypto";

/** Without characters that are mistaken for one another. */
const KINDS = ["abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-_.+=@"] as const;
const LENGTH = 20;

/** About 115 bits. Each kind of character is there at least once. */
export function randomPassword(): string {
  const characters: string[] = KINDS.map(pick);
  while (characters.length < LENGTH) characters.push(pick(KINDS.join("")));
  return shuffle(characters).join("");
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

/** Fisher and Yates, so that a kind's place says nothing. */
function shuffle(items: readonly string[]): string[] {
  return items
    .map((item) => ({ item, rank: randomInt(2 ** 47) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}
