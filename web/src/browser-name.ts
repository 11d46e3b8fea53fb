// A User-Agent header in the few words in which people know their browser.

import { texts } from "./texts.ts";

/** In this order: nearly every browser also calls itself Chrome or Safari. */
const BROWSERS: readonly (readonly [name: string, version: RegExp])[] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ["Opera", /\b(?:OPR|Opera)\/(\d+)/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:Chrome|HeadlessChrome|CriOS)\/(\d+)/],
  ["Safari", /\bVersion\/(\d+)\S* (?:Mobile\/\S+ )?Safari\//],
];

/** In this order: phones also name the system they descend from. */
const SYSTEMS: readonly (readonly [name: string, sign: RegExp])[] = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
];

/** "Firefox 145 on Windows"; of a program that is no browser the product it begins with, such as "curl 8.5". */
export function browserName(userAgent: string | null): string {
  if (userAgent === null || userAgent.trim() === "") return texts.unknownBrowser;
  const browser = firstBrowser(userAgent) ?? leadingProduct(userAgent);
  const system = SYSTEMS.find(([, sign]) => sign.test(userAgent))?.[0];
  return system === undefined ? browser : texts.browserOn(browser, system);
}

function firstBrowser(userAgent: string): string | undefined {
  for (const [name, pattern] of BROWSERS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return undefined;
}

function leadingProduct(userAgent: string): string {
  const [, product = "", version] = /^([\w.-]{1,30})(?:\/(\d{1,6}(?:\.\d{1,6})?))?/.exec(userAgent) ?? [];
  if (product === "" || product === "Mozilla") return texts.unknownBrowser;
  return version === undefined ? product : `${product} ${version}`;
}
