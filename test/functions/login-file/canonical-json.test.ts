// Canonical JSON, by the examples of RFC 8785.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalDigest, canonicalJson } from "../../../functions/login-file/canonical-json.ts";

describe("canonical JSON (RFC 8785)", () => {
  test("3.2.2: writes literals, strings and numbers as the standard's sample does", () => {
    const sample = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("3.2.3: sorts members by the UTF-16 code units of their names", () => {
    const names = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
    const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
    expect(Object.keys(JSON.parse(text) as object)).toEqual([
      "1",
      "\r",
      "\u0080",
      "\u00f6",
      "\u20ac",
      "\u{1f600}",
      "\ufb33",
    ]);
  });

  test("is the same whatever the order of the members, and says the same as JSON", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean())),
        (value) => {
          const reversed = Object.fromEntries(Object.entries(value).reverse());
          expect(canonicalJson(reversed)).toBe(canonicalJson(value));
          expect(JSON.parse(canonicalJson(value))).toEqual({ ...value });
        },
      ),
    );
  });

  test.each([
    undefined,
    NaN,
    Infinity,
    () => 1,
    5n,
    Symbol("x"),
    "\ud800",
    { a: undefined },
    [undefined],
    { "\udc00": 1 },
  ])("refuses what JSON cannot say (%#)", (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  test("its digest is the SHA-256 of its UTF-8", () => {
    // printf '{"a":"ö","b":1}' | sha256sum
    expect(canonicalDigest({ b: 1, a: "ö" })).toBe(
      "cd13bdb8216a1f04307e12f9a3cfd071fb528db8ef7aa6bee016bd91717acf82",
    );
  });
});
