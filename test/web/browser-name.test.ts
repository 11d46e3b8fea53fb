import { slowness } from "cdk-offline/testing";
import { expect, test } from "vitest";
import { browserName } from "../../web/src/browser-name.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  ["Chrome 143 on Linux", `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/143.0.0.0 Safari/537.36`],
  ["Chrome 143 on Linux", `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/143.0.0.0 Safari/537.36`],
  [
    "Chrome 142 on Android",
    `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/142.0.0.0 Mobile Safari/537.36`,
  ],
  [
    "Chrome 140 on ChromeOS",
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36`,
  ],
  [
    "Chrome 141 on iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1",
  ],
  [
    "Edge 143 on Windows",
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0`,
  ],
  [
    "Opera 125 on macOS",
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0`,
  ],
  [
    "Samsung Internet 28 on Android",
    `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
  ],
  [
    "Firefox 145 on Windows",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
  ],
  [
    "Safari 26 on macOS",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
  ],
  [
    "Safari 26 on iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
  ],
  ["curl 8.5", "curl/8.5.0"],
  ["python-requests 2.32", "python-requests/2.32.3"],
  ["node", "node"],
])("says %s for %s", (name, userAgent) => {
  expect(browserName(userAgent)).toBe(name);
});

test.each([null, "", "   ", "Mozilla/5.0", "<script>alert(1)</script>", "(nothing known)"])(
  "says that it does not know %j",
  (userAgent) => {
    expect(browserName(userAgent)).toBe("Unknown browser");
  },
);

test("is short, and quick, whatever comes", () => {
  for (const text of [
    "a".repeat(100_000),
    "Version/1 ".repeat(10_000),
    `${"1".repeat(50_000)}/${"1".repeat(50_000)}`,
  ]) {
    const startedAt = performance.now();
    expect(browserName(text).length).toBeLessThan(60);
    expect(performance.now() - startedAt).toBeLessThan(200 * slowness());
  }
});
