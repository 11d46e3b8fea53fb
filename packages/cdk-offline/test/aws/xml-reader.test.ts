// The reader of small XML documents, by itself.

import { describe, expect, test } from "vitest";
import { childText, readXml } from "../../src/aws/xml-reader.ts";

const read = (text: string) => readXml(Buffer.from(text));

describe("a document is read", () => {
  test.each([
    ["<a>b</a>", "b"],
    ['\ufeff<?xml version="1.0"?>\n<!-- c --><a xmlns="urn:x" b=\'c\'>b</a>\n', "b"],
    ["<n:a>b</n:a >", "b"],
    ["<a/>", ""],
    ["<a>&lt;&#65;&#x1F600;&amp;&quot;&apos;&gt;</a>", "<A\u{1f600}&\"'>"],
    ["<a>x<![CDATA[<&b]]><!-- c -->y</a>", "x<&by"],
    ["<a>\r\n</a>", "\n"],
    ["<a>&#x0D;&#x0A;&#x1;</a>", "\r\n\u0001"],
    ["<a> b </a>", " b "],
  ])("%j", (text, expected) => {
    expect(read(text)).toMatchObject({ name: "a", text: expected, children: [] });
  });

  test("with its children", () => {
    const root = read("<a>\n <b>1</b>\n <c><b>2</b></c>\n</a>");
    expect(root.children.map(({ name }) => name)).toEqual(["b", "c"]);
    expect(childText(root, "b")).toBe("1");
    expect(childText(root, "d")).toBeUndefined();
  });
});

describe("a document is refused", () => {
  test.each([
    "",
    "a",
    "<a>",
    "<a></b>",
    "<a><b></a></b>",
    "<a></a><a></a>",
    "<a b></a>",
    "<a>&</a>",
    "<a>&nbsp;</a>",
    "<a>&#x110000;</a>",
    "<!DOCTYPE a><a/>",
    "<a><![CDATA[</a>",
    "<a><!-- </a>",
    "<1a/>",
  ])("%j", (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "MalformedXML" }));
  });

  test("that is not UTF-8", () => {
    expect(() => readXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toThrow(
      "not well-formed",
    );
  });

  test("that is nested more deeply than twenty levels", () => {
    const nested = (depth: number) => `${"<a>".repeat(depth)}${"</a>".repeat(depth)}`;
    expect(read(nested(21)).name).toBe("a");
    expect(() => read(nested(22))).toThrow("not well-formed");
  });

  test("that has more than ten thousand elements", () => {
    expect(() => read(`<a>${"<b/>".repeat(10_000)}</a>`)).toThrow("not well-formed");
  });

  test("in which a child that must be one comes twice", () => {
    expect(() => childText(read("<a><b/><b/></a>"), "b")).toThrow("not well-formed");
  });
});
