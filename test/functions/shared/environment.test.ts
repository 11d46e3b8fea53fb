// Environment variables.

import { afterEach, expect, test, vi } from "vitest";
import {
  environmentChoice,
  environmentNumber,
  environmentVariable,
} from "../../../functions/shared/environment.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a variable that is set is read, as text or as a number", () => {
  vi.stubEnv("LEDGER_TEST", "60");
  expect(environmentVariable("LEDGER_TEST")).toBe("60");
  expect(environmentNumber("LEDGER_TEST")).toBe(60);
});

test("one that is unset or empty is missed by name", () => {
  expect(() => environmentVariable("LEDGER_TEST")).toThrow("LEDGER_TEST");
  vi.stubEnv("LEDGER_TEST", "");
  expect(() => environmentVariable("LEDGER_TEST")).toThrow("LEDGER_TEST");
});

test.each(["soon", "-1", "NaN"])("%s is not taken for a number of zero or more", (value) => {
  vi.stubEnv("LEDGER_TEST", value);
  expect(() => environmentNumber("LEDGER_TEST")).toThrow("LEDGER_TEST");
});

test("one of a few is the first of them when it is unset, and nothing that is not among them", () => {
  expect(environmentChoice("LEDGER_TEST", ["strict", "best-effort"])).toBe("strict");
  vi.stubEnv("LEDGER_TEST", "best-effort");
  expect(environmentChoice("LEDGER_TEST", ["strict", "best-effort"])).toBe("best-effort");
  for (const value of ["", "lax", "Strict"]) {
    vi.stubEnv("LEDGER_TEST", value);
    expect(() => environmentChoice("LEDGER_TEST", ["strict", "best-effort"])).toThrow(
      `environment variable LEDGER_TEST is ${value}; it must be one of strict, best-effort`,
    );
  }
});
