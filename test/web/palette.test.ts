import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync("web/src/styles.css", "utf8");
const [light = {}, dark = {}] = [...css.matchAll(/:root \{(.*?)\}/gs)].map(([, block]) =>
  coloursOf(block ?? ""),
);

function coloursOf(block: string): Record<string, string> {
  const colours: Record<string, string> = {};
  for (const [, name, colour] of block.matchAll(/--([\w-]+): (#[0-9a-f]+);/g)) {
    if (name !== undefined && colour !== undefined) colours[name] = colour;
  }
  return colours;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const hex = colour.length === 4 ? colour.replaceAll(/[0-9a-f]/g, "$&$&") : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one = "", other = ""): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe.each([
  ["light", light],
  ["dark", { ...light, ...dark }],
])("in the %s palette, text stands out (WCAG 2.2, 1.4.3)", (_, palette: Record<string, string>) => {
  test.each([
    ["ink", "paper"],
    ["ink", "surface"],
    ["ink", "accent-soft"],
    ["ink", "danger-soft"],
    ["muted", "paper"],
    ["muted", "surface"],
    ["muted", "danger-soft"],
    ["accent", "surface"],
    ["accent", "accent-soft"],
    ["danger", "paper"],
    ["danger", "danger-soft"],
    ["on-accent", "accent"],
    ["on-accent", "accent-strong"],
  ])("%s on %s", (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });
});
