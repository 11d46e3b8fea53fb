// What the template cannot say of the page: the host names of its own API, which would close a circle there.

import { OperateError } from "./errors.ts";

const HEAD = /<head\b[^>]*>/i;

/**
 * The page with a policy of its own, by which it can connect to its own origin and this stack's API and to nothing else. A
 * browser keeps to it and to the distribution's, which names AppSync's hosts by wildcard.
 * https://www.w3.org/TR/CSP3/#multiple-policies
 */
export function withOwnHosts(html: string, urls: readonly string[]): string {
  if (!HEAD.test(html)) throw new OperateError("index.html has no <head>; build the page again");
  const hosts = urls.map((url) => {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  });
  const policy = `connect-src 'self' ${hosts.join(" ")}`;
  return html.replace(
    HEAD,
    (head) => `${head}<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
  );
}
