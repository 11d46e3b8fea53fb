// The sign-ins' files in the bucket: created once, never written again.

import { GetObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from "@aws-sdk/client-s3";
import { retry, type RetryPolicy } from "../shared/retry.ts";

export interface LoginFile {
  readonly key: string;
  readonly body: string;
  /** Digest of the item that the file bears witness to. */
  readonly digest: string;
}

/** A file as it lies in the bucket. */
export interface FoundFile {
  readonly body: string;
  readonly digest: string | undefined;
}

export interface Files {
  /** Creates the file; false when there is one of this key already. */
  create(file: LoginFile): Promise<boolean>;
  /** The file of a key; undefined when there is none. */
  get(key: string): Promise<FoundFile | undefined>;
}

export interface FilesOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  /** For a put that met another of the same key. */
  readonly retries: RetryPolicy;
  /** Time for one call, in milliseconds. */
  readonly timeoutMs: number;
}

/** Name of the metadata, `x-amz-meta-item-sha256` on the wire: the digest of the item's canonical JSON. */
const DIGEST = "item-sha256";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
const CONFLICT = 409;
const PRECONDITION_FAILED = 412;

/** The files of one bucket. Methods reject with the SDK's errors. */
export function createFiles({ s3, bucket, retries, timeoutMs }: FilesOptions): Files {
  return {
    create: async ({ key, body, digest }) => {
      const command = () =>
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType: "text/plain; charset=utf-8",
          Metadata: { [DIGEST]: digest },
          IfNoneMatch: "*",
        });
      const put = () => s3.send(command(), { abortSignal: AbortSignal.timeout(timeoutMs) });
      try {
        await retry(put, { ...retries, isPassing: (error) => statusOf(error) === CONFLICT });
        return true;
      } catch (error) {
        if (statusOf(error) === PRECONDITION_FAILED) return false;
        throw error;
      }
    },

    get: async (key) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      try {
        const { Body, Metadata } = await s3.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
        return { body: (await Body?.transformToString("utf-8")) ?? "", digest: Metadata?.[DIGEST] };
      } catch (error) {
        // Without leave to list the bucket, S3 says 403 of a key that is not there; a put will tell the rest.
        const status = statusOf(error);
        if (status === 404 || status === 403) return undefined;
        throw error;
      }
    },
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
