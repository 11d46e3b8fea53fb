// What the distribution sends along: gives it another value that the functions know by the time it is sent.

import {
  GetDistributionCommand,
  PreconditionFailed,
  UpdateDistributionCommand,
  type CloudFrontClient,
  type DistributionConfig,
} from "@aws-sdk/client-cloudfront";
import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { randomBytes } from "node:crypto";
import { OperateError } from "./errors.ts";
import { putNextVersion } from "./next-version.ts";

/** How old a value must be so that every function that meets it may read the secret for it. */
export const KNOWN_AFTER_MS = 10_000;

const HEADER = "x-ll-origin";

export interface OriginSecretOptions {
  readonly secretsManager: SecretsManagerClient;
  readonly cloudFront: CloudFrontClient;
  /** Name or ARN of the origin secret. */
  readonly secretId: string;
  readonly distributionId: string;
  readonly pause: (ms: number) => Promise<unknown>;
  /** Takes a line about how far it is. */
  readonly say: (line: string) => void;
}

/**
 * Puts a new value, waits until functions may know it, and has the distribution send it; functions take the value before
 * all the while. A run that was broken off is finished by the next. Rejects with `OperateError` while the distribution
 * is being deployed: parts of it may still send the value before.
 */
export async function changeOriginSecret(options: OriginSecretOptions): Promise<void> {
  const { secretsManager, cloudFront, secretId: SecretId, distributionId: Id, pause, say } = options;
  const { Distribution, ETag } = await cloudFront.send(new GetDistributionCommand({ Id }));
  const config = Distribution?.DistributionConfig;
  if (config === undefined || Distribution?.Status !== "Deployed") {
    throw new OperateError(
      `the distribution ${Id} is being deployed (${Distribution?.Status ?? "no status"}); run this again once it is Deployed`,
    );
  }
  const current = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  let value = current.SecretString ?? "";
  if (valuesIn(config).every((sent) => sent === value)) {
    value = randomBytes(32).toString("base64url");
    await putNextVersion(secretsManager, current, value);
    say("put a new value; the functions take it and the one before");
  } else {
    say("an earlier run was broken off: the distribution does not send the current value yet");
  }
  await pause(KNOWN_AFTER_MS);
  try {
    await cloudFront.send(
      new UpdateDistributionCommand({ Id, IfMatch: ETag, DistributionConfig: withValue(config, value) }),
    );
  } catch (cause) {
    if (!(cause instanceof PreconditionFailed)) throw cause;
    throw new OperateError(
      "somebody else has just changed the distribution; run this again to have it send the new value",
      { cause },
    );
  }
  say("the distribution is told to send it; on AWS every edge does so after some minutes");
}

/** What the distribution sends to its origins under our header. Throws `OperateError` when it sends nothing. */
function valuesIn({ Origins }: DistributionConfig): readonly string[] {
  const values = (Origins?.Items ?? []).flatMap(({ CustomHeaders }) =>
    (CustomHeaders?.Items ?? []).flatMap(({ HeaderName, HeaderValue = "" }) =>
      HeaderName?.toLowerCase() === HEADER ? [HeaderValue] : [],
    ),
  );
  if (values.length > 0) return values;
  throw new OperateError(`the distribution sends no header ${HEADER} to any origin; deploy the stack again`);
}

function withValue(config: DistributionConfig, HeaderValue: string): DistributionConfig {
  const Items = config.Origins?.Items?.map((origin) => ({
    ...origin,
    CustomHeaders: {
      Quantity: origin.CustomHeaders?.Quantity,
      Items: origin.CustomHeaders?.Items?.map((header) =>
        header.HeaderName?.toLowerCase() === HEADER ? { ...header, HeaderValue } : header,
      ),
    },
  }));
  return { ...config, Origins: { Quantity: config.Origins?.Quantity, Items } };
}
