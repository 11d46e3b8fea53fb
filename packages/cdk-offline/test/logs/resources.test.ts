// What the template may say about log groups.

import * as v from "valibot";
import { expect, test } from "vitest";
import { logGroupResource } from "../../src/logs/resources.ts";
import { naming } from "../deployed.ts";

test("a log group is known by its name and by an ARN that ends in :*", () => {
  expect(logGroupResource.identify(naming({ LogGroupName: "/a/b" }))).toEqual({
    ref: "/a/b",
    attributes: { Arn: "arn:aws:logs:us-east-1:000000000000:log-group:/a/b:*" },
  });
});

test("a log group without a name gets one that stays", () => {
  const unnamed = naming({});
  const { ref } = logGroupResource.identify(unnamed);
  expect(ref).toMatch(/^NotesApp-local-Thing-[A-Za-z0-9]{12}$/);
  expect(logGroupResource.identify(unnamed).ref).toBe(ref);
});

test.each([{ RetentionInDays: 2 }, { KmsKeyId: "key" }, { LogGroupClass: "INFREQUENT_ACCESS" }])(
  "%o is refused",
  (properties) => {
    expect(v.safeParse(logGroupResource.properties, properties).success).toBe(false);
  },
);
