// The policy that the page is published with.

import { expect, test } from "vitest";
import { withOwnHosts } from "../../operate/page-policy.ts";

test("the page may connect to itself and to the hosts of its API, and says so before anything is loaded", () => {
  const html = `<!doctype html><html><head lang="en"><script src="/a.js"></script></head></html>`;
  const urls = [
    "https://abc.appsync-api.eu-central-1.amazonaws.com/graphql",
    "wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com/graphql",
  ];
  expect(withOwnHosts(html, urls)).toBe(
    `<!doctype html><html><head lang="en"><meta http-equiv="Content-Security-Policy" content="connect-src 'self' ` +
      `https://abc.appsync-api.eu-central-1.amazonaws.com wss://abc.appsync-realtime-api.eu-central-1.amazonaws.com" />` +
      `<script src="/a.js"></script></head></html>`,
  );
});

test("a page that has nowhere to say so is not published", () => {
  expect(() => withOwnHosts("<html>", [])).toThrow("index.html has no <head>; build the page again");
});
