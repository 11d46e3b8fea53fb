// Page tokens: DynamoDB's last key, encrypted, and good only for the query and the caller they were made for.
// https://docs.aws.amazon.com/appsync/latest/devguide/js-aws-appsync-resolver-reference-dynamodb-query.html

import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { WireItem } from "./typed-values.ts";

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A token that was not made here, for this query or for this caller. */
export class PageTokenError extends Error {
  constructor() {
    super(
      "com.amazonaws.deepdish.common.pagination.InvalidPaginationTokenException: Invalid pagination token given.",
    );
  }
}

export interface PageTokens {
  /** @param binding what the token is bound to: the same text has to be given when it comes back. */
  seal(lastKey: WireItem, binding: string): string;
  /** Throws a PageTokenError. */
  open(token: string, binding: string): WireItem;
}

/**
 * Tokens of one API. The key is derived from the API's id, so that tokens outlive a restart: it keeps table data from
 * being read by accident, as on AWS, where it takes more to find the key.
 */
export function openPageTokens(apiId: string): PageTokens {
  const key = createHash("sha256").update(`page tokens of ${apiId}`).digest();
  return {
    seal(lastKey, binding) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(binding));
      const encrypted = [cipher.update(JSON.stringify(lastKey)), cipher.final()];
      return Buffer.concat([iv, cipher.getAuthTag(), ...encrypted]).toString("base64");
    },
    open(token, binding) {
      const bytes = Buffer.from(token, "base64");
      const iv = bytes.subarray(0, IV_BYTES);
      const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
      if (tag.length < TAG_BYTES) throw new PageTokenError();
      try {
        const decipher = createDecipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(binding)).setAuthTag(tag);
        const decrypted = [decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()];
        return JSON.parse(Buffer.concat(decrypted).toString("utf8")) as WireItem;
      } catch {
        throw new PageTokenError();
      }
    },
  };
}
