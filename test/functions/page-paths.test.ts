// The function at the edge as it is deployed: the code in the template, run as CloudFront runs it, a script with a handler.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { handler } from "../../functions/page-paths/handler.ts";
import { localAssembly } from "../local-assembly.ts";

const [code, ...others] = Object.values(localAssembly().template.Resources)
  .filter(({ Type }) => Type === "AWS::CloudFront::Function")
  .map(({ Properties }) => String(Properties["FunctionCode"]));

/** What the function answers to a request for a path; the request itself where it lets it through. */
function answerTo(uri: string): Record<string, unknown> {
  const context = createContext({ event: JSON.stringify({ request: { method: "GET", uri, headers: {} } }) });
  const answer = runInContext(`${code ?? ""}\nJSON.stringify(handler(JSON.parse(event)))`, context) as string;
  return JSON.parse(answer) as Record<string, unknown>;
}

test("is what its source says", () => {
  for (const uri of ["/", "/nowhere"]) expect(answerTo(uri)).toMatchObject(handler({ request: { uri } }));
});

test("there is one, small enough for CloudFront", () => {
  expect(others).toEqual([]);
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
  expect(Buffer.byteLength(code ?? "")).toBeLessThan(10_240);
});

describe("M3: lets through", () => {
  const files = readdirSync(fileURLToPath(new URL("../../web/public", import.meta.url)));
  test.each(["", "index.html", ...files, "assets/index-Dv3x_9-b.js", "assets/index-AbCdEf12.css"])(
    "/%s, which the page has",
    (file) => {
      expect(answerTo(`/${file}`)).toMatchObject({ uri: `/${file}` });
      expect(answerTo(`/${file}`)).not.toHaveProperty("statusCode");
    },
  );
});

describe("M3: answers with a page of ours, status 404 and a way on", () => {
  test.each([
    ...["/nowhere", "/index.htm", "/INDEX.HTML", "//", "/assets/", "/assets/secret.js", "/assets/../x"],
    ...["/auth", "/logins/", "/favicon.svg/", "/index.html.bak", "/%00", "/<script>", "/x\n", "/\u2028"],
    "/".padEnd(8_000, "x"),
  ])("%j", (path) => {
    const { statusCode, headers, body } = answerTo(path);
    expect(statusCode).toBe(404);
    expect(headers).toMatchObject({
      "content-type": { value: "text/html; charset=utf-8" },
      "cache-control": { value: "no-store" },
      "content-security-policy": { value: expect.stringContaining("default-src 'none'") as string },
      "x-frame-options": { value: "DENY" },
    });
    const { encoding, data } = body as { readonly encoding: string; readonly data: string };
    expect(encoding).toBe("text");
    expect(data).toContain(`<a href="/">`);
    expect(data).toBe((answerTo("/other")["body"] as { readonly data: string }).data); // nothing is reflected
  });
});

test("the page for an unknown path has the page's own palette and type", () => {
  const stylesOf = (path: string) =>
    readFileSync(fileURLToPath(new URL(`../../web/${path}`, import.meta.url)), "utf8");
  const page = stylesOf("src/styles.css");
  const [light, dark] = stylesOf("public/not-found.css").split("prefers-color-scheme: dark");
  const [pageLight, pageDark] = page.split("prefers-color-scheme: dark");
  for (const [own, whole] of [
    [light, pageLight],
    [dark, pageDark],
  ]) {
    const colours = own?.match(/--[\w-]+: [^;]+;/g) ?? [];
    expect(colours.length).toBeGreaterThan(4);
    for (const colour of colours) expect(whole).toContain(colour);
  }
  const [type] = /font-family:[^;]+;/.exec(light ?? "") ?? [];
  expect(page).toContain(type);
});
