// Bodies in chunks with trailers, as clients send what they do not know the checksum of beforehand.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html

import { S3Error } from "./errors.ts";

export interface UnchunkedBody {
  readonly body: Buffer;
  /** Names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Takes the chunks apart. Their signatures are not checked: any credentials do on one machine. */
export function unchunk(raw: Buffer): UnchunkedBody {
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = raw.indexOf("\r\n", position);
    const size = lineEnd < 0 ? undefined : chunkSize(raw.toString("latin1", position, lineEnd));
    if (size === undefined) throw incompleteBody();
    const start = lineEnd + 2;
    if (size === 0) return { body: Buffer.concat(chunks), trailers: readTrailers(raw.subarray(start)) };
    const end = start + size;
    if (raw.toString("latin1", end, end + 2) !== "\r\n") throw incompleteBody();
    chunks.push(raw.subarray(start, end));
    position = end + 2;
  }
}

/** The hexadecimal size at the beginning of a chunk's first line. */
function chunkSize(line: string): number | undefined {
  const [, digits] = /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(line) ?? [];
  return digits === undefined ? undefined : parseInt(digits, 16);
}

function readTrailers(raw: Buffer): Readonly<Record<string, string>> {
  const trailers: Record<string, string> = {};
  for (const line of raw.toString("latin1").split(/\r?\n/)) {
    if (line === "") continue;
    const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw malformedTrailer();
    trailers[name.toLowerCase()] = value;
  }
  return trailers;
}

export function incompleteBody(): S3Error {
  return new S3Error(
    "IncompleteBody",
    400,
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
}

export function malformedTrailer(): S3Error {
  return new S3Error(
    "MalformedTrailerError",
    400,
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
}
