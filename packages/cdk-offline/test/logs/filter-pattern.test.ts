// Filter patterns, without a server around them.

import { describe, expect, test } from "vitest";
import { parseFilterPattern } from "../../src/logs/filter-pattern.ts";

describe("terms", () => {
  test.each([
    ["", "anything", true],
    [" ", "anything", true],
    ["ERROR", "[ERROR 400] BAD REQUEST", true],
    ["ERROR", "[Error 400] BAD REQUEST", false],
    ["ERROR REQUEST", "[ERROR 400] BAD REQUEST", true],
    ["ERROR LOGIN", "[ERROR 400] BAD REQUEST", false],
    ['"BAD REQUEST"', "[ERROR 400] BAD REQUEST", true],
    ['"REQUEST BAD"', "[ERROR 400] BAD REQUEST", false],
    ['ERROR "400]"', "[ERROR 400] BAD REQUEST", true],
    ['"say \\"hi\\""', 'they say "hi"', true],
  ])("%s on %s: %s", (pattern, message, expected) => {
    expect(parseFilterPattern(pattern)(message)).toBe(expected);
  });
});

describe("JSON", () => {
  const message = JSON.stringify({
    level: "INFO",
    short: "aba",
    message: "signed in",
    ms: 120,
    user: { name: "ada lovelace", groups: ["editors", "staff"] },
    repeat: false,
    address: null,
  });

  test.each([
    ['{ $.level = "INFO" }', true],
    ["{ $.level = INFO }", true],
    ['{$.level="ERROR"}', false],
    ['{ $.level != "ERROR" }', true],
    ['{ $.missing != "x" }', false],
    ['{ $.user.name = "ada lovelace" }', true],
    ['{ $.user.name = "ada*" }', true],
    ['{ $.user.name = "*love*e" }', true],
    ['{ $.user.name = "ada*ada*" }', false],
    ['{ $.user.groups[1] = "staff" }', true],
    ['{ $.user.groups[2] = "staff" }', false],
    ["{ $.ms > 100 }", true],
    ["{ $.ms >= 120 && $.ms <= 120 }", true],
    ["{ $.ms < 120 }", false],
    ["{ $.ms = 120 }", true],
    ["{ $.ms = 1.2e2 }", true],
    ["{ $.level > 1 }", false],
    ['{ $.ms > 500 || $.level = "INFO" }', true],
    ['{ $.ms > 500 || $.level = "INFO" && $.ms < 10 }', false],
    ['{ ($.ms > 500 || $.level = "INFO") && $.ms < 200 }', true],
    ['{ $.constructor.name = "Object" }', false],
    ['{ $.short = "ab*ba" }', false],
    ['{ $.__proto__.x = "*" }', false],
    ['{ $.message = "signed in" && ($.user.groups[0] = "editors") }', true],
  ])("%s: %s", (pattern, expected) => {
    expect(parseFilterPattern(pattern)(message)).toBe(expected);
  });

  test("a message that is not JSON does not match", () => {
    const matches = parseFilterPattern('{ $.level = "INFO" }');
    expect(matches("level INFO")).toBe(false);
    expect(matches('{"level":"INFO"')).toBe(false);
  });

  test.each([
    "{",
    "{ }",
    "{ $.a }",
    "{ $.a = }",
    '{ $.a = "b"',
    '{ a = "b" }',
    '{ $.a > "x" }',
    '{ $.a == "b" }',
  ])("%s is no pattern", (pattern) => {
    expect(() => parseFilterPattern(pattern)).toThrow("Invalid filter pattern");
  });

  test("a pattern nested too deeply is refused", () => {
    expect(() => parseFilterPattern(`{ ${"(".repeat(100)}$.a = 1${")".repeat(100)} }`)).toThrow(
      "Invalid filter pattern",
    );
  });
});

test.each([
  ["?ERROR ?WARN", "the filter term ?ERROR"],
  ["ERROR -EXIT", "the filter term -EXIT"],
  ["%ERR.*%", "the regular expression %ERR.*%"],
  ["[ip, user]", "the space-delimited filter pattern [ip, user]"],
  ["{ $.a IS NULL }", "IS in a filter pattern for JSON"],
  ["{ $.a NOT EXISTS }", "NOT in a filter pattern for JSON"],
  ["{ $.a = %x.*% }", "the regular expression %x.*%"],
  ["{ $.a[*] = 1 }", "the selector $.a[*]"],
])("%s is refused by name", (pattern, what) => {
  expect(() => parseFilterPattern(pattern)).toThrow(what);
  expect(() => parseFilterPattern(pattern)).toThrow("is not served by the local runtime");
});
