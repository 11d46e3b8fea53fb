// npm run publish: brings the built page to where the distribution serves it from, with the right cache headers.

import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "./command.ts";
import { OperateError } from "./errors.ts";
import { withOwnHosts } from "./page-policy.ts";
import { clientConfig, DEFAULT_OUTPUTS_FILE, readOutputs } from "./stack.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const PAGE = "index.html";

const USAGE = `Usage: npm run publish -- [--from DIR] [--outputs FILE]

Uploads the built page (web/dist, or what lies in DIR) to the bucket of the stack that FILE describes (${DEFAULT_OUTPUTS_FILE}).
`;

/** Vite puts a digest of the content into the names of these, so that they never change. */
const IMMUTABLE_FOLDER = "assets/";

await runCommand(async () => {
  const { values } = parseArgs({
    options: {
      from: { type: "string", default: "web/dist" },
      outputs: { type: "string", default: DEFAULT_OUTPUTS_FILE },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (!existsSync(join(values.from, PAGE))) {
    throw new OperateError(`${values.from} holds no built page (no index.html); run npm run build first`);
  }
  const outputs = readOutputs(values.outputs);
  const s3 = new S3Client(clientConfig(outputs));
  const Bucket = outputs.PageBucketName;
  const keys = filesIn(values.from);
  const ownHosts = [outputs.GraphQLUrl, outputs.RealtimeUrl];

  // The files a page refers to first, the page last: whoever loads it meanwhile finds all of it.
  for (const Key of [...keys].sort((one, other) => Number(one === PAGE) - Number(other === PAGE))) {
    const contentType = CONTENT_TYPES[extname(Key)];
    if (contentType === undefined) {
      throw new OperateError(
        `${Key}: no content type is known for ${extname(Key) || "a file without ending"}; add it to operate/publish.ts`,
      );
    }
    const content = readFileSync(join(values.from, Key));
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body: Key === PAGE ? withOwnHosts(content.toString("utf8"), ownHosts) : content,
        ContentType: contentType,
        CacheControl: Key.startsWith(IMMUTABLE_FOLDER) ? "public, max-age=31536000, immutable" : "no-cache",
      }),
    );
  }

  // What an earlier page left behind; after the new page, which no longer refers to it.
  const published = await s3.send(new ListObjectsV2Command({ Bucket }));
  const stale = (published.Contents ?? []).flatMap(({ Key }) =>
    Key === undefined || keys.includes(Key) ? [] : [Key],
  );
  for (const Key of stale) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  process.stdout.write(`published ${keys.length} files to ${outputs.AppUrl}\n`);
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
}
