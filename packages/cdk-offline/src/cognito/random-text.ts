// Random identifiers in the letters that the service uses for them.

import { randomInt } from "node:crypto";

const SMALL = "abcdefghijklmnopqrstuvwxyz0123456789";
const LETTERS = { small: SMALL, mixed: `ABCDEFGHIJKLMNOPQRSTUVWXYZ${SMALL}`, digits: "0123456789" } as const;

/** `length` letters drawn evenly by the system's cryptographic generator. */
export function randomText(length: number, letters: keyof typeof LETTERS): string {
  const set = LETTERS[letters];
  return Array.from({ length }, () => set[randomInt(set.length)]).join("");
}
