// The config parameter: the addresses and identifiers that functions cannot have in their environment, because the
// template would then refer to itself in a circle.

import { GetParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { cachedValue } from "./cached-value.ts";
import { KnownError } from "./known-error.ts";
import { describeError, type Log } from "./log.ts";
import { askPatiently, type Patience } from "./patience.ts";

const url = v.pipe(v.string(), v.url());

const configSchema = v.object({
  /** Origin of the page and of `/auth`, without a trailing slash. */
  origin: v.pipe(
    url,
    v.check((text) => new URL(text).origin === text, "is not an origin"),
  ),
  userPoolId: v.pipe(v.string(), v.regex(/^[a-z0-9-]+_[0-9a-zA-Z]+$/)),
  clientId: v.pipe(v.string(), v.nonEmpty()),
  graphqlUrl: url,
  realtimeUrl: url,
  /** Metadata of the authorization server, in the names of RFC 8414. */
  authorizationServer: v.object({
    issuer: url,
    authorization_endpoint: url,
    token_endpoint: url,
    revocation_endpoint: url,
    end_session_endpoint: url,
  }),
});

export type Config = v.InferOutput<typeof configSchema>;

/** The config parameter cannot be read (`config_unavailable`) or says something that makes no sense (`config_invalid`). */
export class ConfigError extends KnownError<"config_unavailable" | "config_invalid"> {}

export interface ConfigOptions {
  /** A client that does not try again by itself. */
  readonly ssm: SSMClient;
  readonly parameterName: string;
  readonly clock: () => number;
  readonly log: Log;
  readonly patience: Patience;
}

/** A deployment changes the parameter without starting new instances: they notice within this time. */
const LIFETIME_MS = 5 * 60_000;
const PAUSE_AFTER_FAILURE_MS = 10_000;

/**
 * Returns a function that resolves to the config, and to the very same object for as long as the parameter says the
 * same, so that what is made from it can be kept with it. Rejects with `ConfigError` when there has been no good one yet.
 */
export function configSource({
  ssm,
  parameterName,
  clock,
  log,
  patience,
}: ConfigOptions): () => Promise<Config> {
  let last: { text: string; config: Config } | undefined;
  return cachedValue({
    clock,
    lifetimeMs: LIFETIME_MS,
    pauseAfterFailureMs: PAUSE_AFTER_FAILURE_MS,
    onStale: (error) => {
      log.warn("config_stale", { cause: describeError(error) });
    },
    load: async () => {
      const text = await readParameter(ssm, parameterName, patience);
      if (last?.text !== text) last = { text, config: parseConfig(text, parameterName) };
      return last.config;
    },
  });
}

async function readParameter(ssm: SSMClient, name: string, patience: Patience): Promise<string> {
  try {
    const command = new GetParameterCommand({ Name: name });
    const { Parameter } = await askPatiently(
      (abortSignal) => ssm.send(command, { abortSignal }),
      AbortSignal.timeout(patience.timeoutMs),
      patience,
    );
    return Parameter?.Value ?? "";
  } catch (cause) {
    throw new ConfigError("config_unavailable", `the parameter ${name} cannot be read`, { cause });
  }
}

function parseConfig(text: string, name: string): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(
      "config_invalid",
      `the parameter ${name} is not valid JSON; deploy the stack again`,
    );
  }
  const parsed = v.safeParse(configSchema, value);
  if (parsed.success) return parsed.output;
  const where = parsed.issues.map((issue) => v.getDotPath(issue) ?? "(whole)").join(", ");
  throw new ConfigError(
    "config_invalid",
    `the parameter ${name} is not the config these functions know: ${where}; deploy the stack again`,
  );
}
