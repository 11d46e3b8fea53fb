// The one table of what differs here from AWS: addresses that a browser or a tool opens become local ones.
//
// Names that only a Lambda function calls stay as they are on AWS, and over HTTPS: the worker it runs in takes them to
// the local endpoint. So nothing that is deployed needs to know a local address, or to speak unencrypted HTTP to one.

/** A row: where a resolved text names the AWS address, it names the local one instead. */
interface Address {
  readonly aws: RegExp;
  readonly local: string;
}

export interface LocalAddresses {
  /** The distribution's origin, such as `http://localhost:4000`; `undefined` where the template has none. */
  readonly appUrl: string | undefined;
  /** Everything of AWS, such as `http://127.0.0.1:4001`. */
  readonly awsEndpoint: string;
  readonly region: string;
}

/** Replaces AWS's addresses in every text of a resolved value. */
export function localAddresses(addresses: LocalAddresses): (value: unknown) => unknown {
  const table = addressTable(addresses);
  const replace = (value: unknown): unknown => {
    if (typeof value === "string") {
      return table.reduce((text, { aws, local }) => text.replaceAll(aws, local), value);
    }
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
  };
  return replace;
}

function addressTable({ appUrl, awsEndpoint, region }: LocalAddresses): readonly Address[] {
  const webSocketEndpoint = awsEndpoint.replace(/^http/, "ws");
  const amazonaws = `${escape(region)}\\.amazonaws\\.com`;
  return [
    ...(appUrl === undefined ? [] : [{ aws: /https:\/\/[a-z0-9]+\.cloudfront\.net/g, local: appUrl }]),
    // The pool's domain: its pages. Token, revocation and user information endpoint are called by functions only.
    {
      aws: new RegExp(
        `https://[a-z0-9-]+\\.auth\\.${escape(region)}\\.amazoncognito\\.com(?!/oauth2/(?:token|revoke|userInfo))`,
        "g",
      ),
      local: awsEndpoint,
    },
    // AppSync, by the API's own name or by the wildcard of a Content-Security-Policy.
    { aws: new RegExp(`https://[a-z0-9*]+\\.appsync-api\\.${amazonaws}`, "g"), local: awsEndpoint },
    {
      aws: new RegExp(`wss://[a-z0-9]+\\.appsync-realtime-api\\.${amazonaws}/graphql`, "g"),
      local: `${webSocketEndpoint}/graphql/realtime`,
    },
    { aws: new RegExp(`wss://\\*\\.appsync-realtime-api\\.${amazonaws}`, "g"), local: webSocketEndpoint },
    // API Gateway without the distribution in front.
    {
      aws: new RegExp(`https://([a-z0-9]+)\\.execute-api\\.${amazonaws}`, "g"),
      local: `${awsEndpoint}/_local/execute-api/$1`,
    },
    // A queue's URL is also the address its client talks to.
    { aws: new RegExp(`https://sqs\\.${amazonaws}`, "g"), local: awsEndpoint },
  ];
}

function escape(text: string): string {
  return text.replaceAll(/[^a-z0-9]/g, String.raw`\$&`);
}
