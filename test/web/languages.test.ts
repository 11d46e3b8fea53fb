import { expect, test } from "vitest";
import { usableLanguages } from "../../web/src/languages.ts";

test("the browser's languages stay in their order", () => {
  expect(usableLanguages(["de-CH", "de", "en"])).toEqual(["de-CH", "de", "en"]);
});

test.each([
  ["a modifier", ["en-US@posix"], ["en-US"]],
  ["a character set", ["de.UTF-8", "en"], ["de", "en"]],
])("a language that comes with %s of the operating system is taken without it", (_, languages, usable) => {
  expect(usableLanguages(languages)).toEqual(usable);
});

test("what is no language tag is left out, so that nothing is formatted in it", () => {
  expect(usableLanguages(["C", "", "en_US", "fr"])).toEqual(["fr"]);
});
