import { expect, test } from "vitest";
import { formatMoment, ownTimeZone } from "../../web/src/moments.ts";

const ISO = "2026-07-01T22:30:05Z";

/** The same with ordinary spaces: which space stands before "PM" differs with the version of the locale data. */
const plain = (text: string) => text.replaceAll(/\s/gu, " ");

test("a time is given in the reader's language and time zone", () => {
  expect(formatMoment(ISO, "row", ["de-CH", "en"], "Europe/Zurich")).toBe("02.07.2026, 00:30");
  expect(plain(formatMoment(ISO, "row", ["en-US"], "America/New_York"))).toBe("Jul 1, 2026, 6:30 PM");
  expect(formatMoment(ISO, "sentence", ["en-GB"], "UTC")).toMatch(/^Wednesday,? 1 July 2026 at 22:30$/);
});

test("where a time stands alone, it has seconds and a zone", () => {
  expect(formatMoment(ISO, "exact", ["en-GB"], "UTC")).toBe("1 July 2026 at 22:30:05 UTC");
});

test("a time zone is named as people write it", () => {
  expect(ownTimeZone()).not.toContain("_");
});
