import { expect, test } from "vitest";
import type { LoginFieldsFragment } from "../../client/generated/operations.ts";
import { withOwnLogin } from "../../web/src/with-own-login.ts";

function login(id: string, loggedInAt: string): LoginFieldsFragment {
  return {
    __typename: "Login",
    id,
    loggedInAt,
    userId: "1",
    username: "ada",
    recordedAt: loggedInAt,
    clientId: "web",
    address: null,
    userAgent: null,
    methods: null,
    file: "",
    alreadyRecorded: true,
  };
}
const ids = (logins: readonly LoginFieldsFragment[]) => logins.map(({ id }) => id);

const newer = login("newer", "2026-11-22T12:00:00Z");
const older = login("older", "2026-11-20T12:00:00Z");

test("a list that holds the own sign-in stays as it is", () => {
  const list = [newer, older];
  expect(withOwnLogin(list, older, true)).toBe(list);
  expect(withOwnLogin(list, undefined, true)).toBe(list);
});

test.each([
  ["first, when it is the newest", "2026-11-23T00:00:00Z", ["own", "newer", "older"]],
  [
    "in between, when there has been a newer one in another window",
    "2026-11-21T00:00:00Z",
    ["newer", "own", "older"],
  ],
  ["last, when it is the oldest of all", "2026-11-01T00:00:00Z", ["newer", "older", "own"]],
])("one that the list does not show yet stands %s", (_, loggedInAt, expected) => {
  expect(ids(withOwnLogin([newer, older], login("own", loggedInAt), false))).toEqual(expected);
});

test("one that is older than the page read so far is left to the pages that follow", () => {
  expect(ids(withOwnLogin([newer, older], login("own", "2026-11-01T00:00:00Z"), true))).toEqual([
    "newer",
    "older",
  ]);
});

test("an empty list shows at least the own sign-in", () => {
  expect(ids(withOwnLogin([], newer, false))).toEqual(["newer"]);
});
