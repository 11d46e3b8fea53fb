// Runs at CloudFront's edge before the page's bucket is asked. A path that the page does not have is answered here, since the
// bucket would answer with its own error in XML, and an error page of the distribution would hold for /auth as well.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/writing-function-code.html

interface ViewerRequest {
  /** The path as it was sent, without the query. */
  readonly uri: string;
}

interface ViewerResponse {
  readonly statusCode: number;
  readonly statusDescription: string;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly body: { readonly encoding: "text"; readonly data: string };
}

/** The start page, the files of `web/public`, and what the build names after its content. */
const PATH_OF_THE_PAGE =
  /^\/(?:(?:index\.html|favicon\.svg|not-found\.css)?|assets\/[\w-]+-[\w-]{8}\.[a-z0-9]+)$/;

/** What the distribution adds to the page's files; whether it does so for an answer that is made here is not known. */
const HEADERS = {
  "content-type": { value: "text/html; charset=utf-8" },
  "cache-control": { value: "no-store" },
  "content-security-policy": {
    value:
      "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  },
  "referrer-policy": { value: "no-referrer" },
  "strict-transport-security": { value: "max-age=63072000; includeSubDomains" },
  "x-content-type-options": { value: "nosniff" },
  "x-frame-options": { value: "DENY" },
};

/** Nothing of the request stands in it. */
const NOT_FOUND = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Not found · Login Ledger</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/not-found.css">
</head>
<body>
<header><img src="/favicon.svg" alt="" width="32" height="32">Login Ledger</header>
<main>
<h1>There is no such page.</h1>
<p>The address may be mistyped, or what was here is gone. Your sign-ins are where they were.</p>
<a href="/">Go to the start page</a>
</main>
</body>
</html>
`;

export function handler({ request }: { readonly request: ViewerRequest }): ViewerRequest | ViewerResponse {
  if (PATH_OF_THE_PAGE.test(request.uri)) return request;
  return {
    statusCode: 404,
    statusDescription: "Not Found",
    headers: HEADERS,
    body: { encoding: "text", data: NOT_FOUND },
  };
}
