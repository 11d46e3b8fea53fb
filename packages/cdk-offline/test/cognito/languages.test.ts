import { describe, expect, test } from "vitest";
import { ENGLISH } from "../../src/cognito/managed-login/texts/english.ts";
import { GERMAN } from "../../src/cognito/managed-login/texts/german.ts";
import { STYLE } from "../../src/cognito/managed-login/style.ts";
import { openBrowser, type Visit } from "./browser.ts";
import { PASSWORD, startPool } from "./running-pool.ts";
import { authorizeUrl } from "./sign-in.ts";

function links({ text }: Visit): readonly URL[] {
  const targets = [...text.matchAll(/(?:href|action)="(\/[^"]+)"/g)].map(([, target = ""]) => target);
  return targets.map((target) => new URL(target.replaceAll("&amp;", "&"), "http://pool"));
}

const PAGES = ["/login", "/signup", "/confirm", "/forgotPassword", "/confirmforgotPassword", "/mfa"];

describe("lang chooses the language", () => {
  test.each(PAGES)("of %s, and of everything that it leads to", async (path) => {
    const pool = await startPool();
    const page = await openBrowser().visit(authorizeUrl(pool, { lang: "de", username: "ada" }, path));
    expect(page.text).toContain('<html lang="de">');
    const onward = links(page).filter(({ pathname }) => pathname !== "/_local/outbox");
    const languages = onward.map(({ searchParams }) => searchParams.get("lang"));
    // All but the link to the page in English.
    expect(languages.filter((language) => language !== "de")).toEqual(["en"]);
    const [english] = onward.filter(({ searchParams }) => searchParams.get("lang") === "en");
    expect(english?.searchParams.get("state")).toBe("the-state");
  });

  test("through a whole sign-up, errors and mistakes in it", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const page = await browser.visit(authorizeUrl(pool, { lang: "de" }, "/signup"));
    const fields = { username: "ada", email: "ada@example.org", password: PASSWORD };
    const mistaken = await browser.submit(page, { ...fields, password: "kurz" });
    expect(mistaken.text).toContain(
      "Es fehlt noch: mindestens 12 Zeichen, einen Großbuchstaben, eine Ziffer.",
    );
    expect(mistaken.text).toContain("<title>Fehler: Konto anlegen</title>");
    const confirm = await browser.follow((await browser.submit(mistaken, fields)).location ?? "");
    expect(confirm.text).toContain('<html lang="de">');
    const wrong = await browser.submit(confirm, { code: "x" });
    expect(wrong.text).toContain("Dieser Code stimmt nicht.");
    const taken = await browser.submit(page, fields);
    expect(taken.text).toContain("Dieser Benutzername ist schon vergeben.");
  });

  test("of what is wrong with an attribute, said beside its field", async () => {
    const Schema = [
      { Name: "phone_number", Required: true },
      { Name: "given_name", Required: true, StringAttributeConstraints: { MaxLength: "5" } },
    ];
    const pool = await startPool({ pool: { Schema } });
    const browser = openBrowser();
    const page = await browser.visit(authorizeUrl(pool, { lang: "de" }, "/signup"));
    const fields = {
      username: "ada",
      email: "ada@example.org",
      password: PASSWORD,
      phone_number: "+41441234567",
      given_name: "Ada",
    };
    for (const [name, value, message] of [
      ["email", "ada@", GERMAN.forms.emailForm],
      ["phone_number", "044 123 45 67", GERMAN.forms.phoneForm],
      ["given_name", "Augusta", GERMAN.forms.otherForm],
    ] as const) {
      const answer = await browser.submit(page, { ...fields, [name]: value });
      expect(answer.text).toContain(`role="alert" id="${name}-error">${message}</p>`);
    }
    expect((await browser.submit(page, fields)).location).toContain("/confirm?");
  });

  test("and is remembered, until another one is chosen", async () => {
    const pool = await startPool();
    const browser = openBrowser();
    const languageOf = async (lang?: string): Promise<string | undefined> =>
      /<html lang="(\w+)">/.exec((await browser.follow(authorizeUrl(pool, { lang }))).text)?.[1];
    expect(await languageOf()).toBe("en");
    expect(await languageOf("de")).toBe("de");
    expect(await languageOf()).toBe("de");
    expect(await languageOf("xx")).toBe("de");
    expect(await languageOf("EN")).toBe("en");
    expect(await languageOf()).toBe("en");
  });

  test("of what cannot go on, too", async () => {
    const pool = await startPool();
    const page = await openBrowser().visit(authorizeUrl(pool, { lang: "de", client_id: "nobody" }));
    expect(page.text).toContain("Diese Anwendung ist hier nicht bekannt.");
  });
});

describe("the texts", () => {
  /** All texts of a language, by their paths; functions are asked with a mark that must come back. */
  function* flat(value: unknown, path: string): Generator<readonly [string, string]> {
    if (typeof value === "string") yield [path, value];
    else if (typeof value === "function") yield [path, String((value as (mark: string) => unknown)("MARK"))];
    else for (const [name, part] of Object.entries(value as object)) yield* flat(part, `${path}.${name}`);
  }

  test("say something else in every language, and say it", () => {
    const german = new Map(flat(GERMAN, ""));
    // The same word in both.
    const same = [".fields.code", ".fields.attributes.website", ".outbox.after", ".confirm.sent.1"];
    for (const [path, english] of flat(ENGLISH, "")) {
      const text = german.get(path) ?? "";
      if (!same.includes(path)) expect(text, path).not.toBe(english);
      if (english.includes("MARK")) expect(text, path).toContain("MARK");
      expect(english.trim(), path).not.toBe("");
      expect(text.trim(), path).not.toBe("");
    }
  });
});

describe("contrast (WCAG 2.2, 1.4.3 and 1.4.11)", () => {
  const [light = "", dark = ""] = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => block ?? "");

  /** Relative luminance of a colour of six hexadecimal digits. */
  function luminance(hex: string): number {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(palette: string, one: string, other: string): number {
    const [a = 0, b = 0] = [one, other].map((name) =>
      luminance(new RegExp(`--${name}: (#[0-9a-f]{6})`).exec(palette)?.[1] ?? ""),
    );
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }

  test.each([
    ["light", light],
    ["dark", dark],
  ])("of texts and of the edges of fields is enough: %s", (_scheme, palette) => {
    for (const [text, background] of [
      ["text", "card"],
      ["quiet", "card"],
      ["accent", "card"],
      ["accent", "page"],
      ["accent-strong", "card"],
      ["error", "card"],
      ["error", "error-page"],
      ["notice", "notice-page"],
      ["on-accent", "accent"],
      ["on-accent", "accent-strong"],
    ] as const) {
      expect(contrast(palette, text, background), `${text} on ${background}`).toBeGreaterThanOrEqual(4.5);
    }
    expect(contrast(palette, "edge", "card"), "edge of a field").toBeGreaterThanOrEqual(3);
  });
});
