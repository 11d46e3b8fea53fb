// Names of parameters: which ones there can be, and what a request means by one.

import { AwsError, notServed } from "../aws/errors.ts";

const MAX_LEVELS = 15;
/** The ARN counts, not the name alone. */
const MAX_ARN_LENGTH = 1011;

/** Region and account, from which ARNs are made. */
export interface Owner {
  readonly region: string;
  readonly account: string;
}

/** A name with a leading slash shares it with the word `parameter`. */
export function parameterArn({ region, account }: Owner, name: string): string {
  return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith("/") ? "" : "/"}${name}`;
}

/**
 * Checks the name of a parameter that is to be written.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
export function checkNewName(owner: Owner, name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name)) {
    throw invalid(
      "Parameter name: can't contain any characters except a-z, A-Z, 0-9, and the symbols . - _ and / between levels",
    );
  }
  if (/^\/?(?:aws|ssm)/i.test(name)) {
    throw invalid(
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive). If formed as a path, it can ' +
        "consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers " +
        "and the following 3 symbols .-_",
    );
  }
  if (name.includes("/") && !name.startsWith("/")) {
    throw invalid("Parameter name must be a fully qualified name.");
  }
  if (name.endsWith("/") || name.includes("//")) {
    throw invalid("Parameter name: every level of a hierarchy must have a name");
  }
  if (name.split("/").length - 1 > MAX_LEVELS) {
    throw new AwsError(
      "HierarchyLevelLimitExceededException",
      `A hierarchy can have a maximum of ${MAX_LEVELS} levels.`,
    );
  }
  if (parameterArn(owner, name).length > MAX_ARN_LENGTH) {
    throw invalid(`Parameter name: its ARN can't be longer than ${MAX_ARN_LENGTH} characters`);
  }
}

/** What a reader asks for: a parameter by name or ARN, at its newest version or at the one after the colon. */
export interface ParameterReference {
  readonly name: string;
  readonly version: number | undefined;
}

/** Reads `name`, `name:version` or either after the prefix of an ARN. Labels are refused. */
export function parseReference(owner: Owner, text: string): ParameterReference {
  const [, path, selector] = /^([^:]*)(?::([^:]*))?$/.exec(withoutArn(owner, text)) ?? [];
  if (path === undefined) throw invalid(`Invalid parameter name: ${text}`);
  if (selector === undefined) return { name: path, version: undefined };
  if (!/^\d{1,9}$/.test(selector)) throw notServed(`AmazonSSM: a parameter by label (${text})`);
  return { name: path, version: Number(selector) };
}

function withoutArn(owner: Owner, text: string): string {
  const prefix = parameterArn(owner, "");
  if (!text.startsWith(prefix)) return text;
  const name = text.slice(prefix.length);
  return name.includes("/") ? `/${name}` : name;
}

/** The hierarchy below which parameters are listed, without a slash at its end: `""` for the root. */
export function parsePath(path: string): string {
  if (!/^\/(?:[a-zA-Z0-9_.-]+(?:\/|$))*$/.test(path)) {
    throw invalid(
      "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward " +
        'slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, ' +
        "numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not " +
        'allowed. All sub-paths, if specified, must use the forward slash symbol "/". ' +
        "Valid example: /get/parameters2-/by1./path0_.",
    );
  }
  return path.replace(/\/$/, "");
}

/** Whether a parameter lies below a path that `parsePath` gave: directly or, when recursive, at any depth. */
export function isBelow(path: string, name: string, recursive: boolean): boolean {
  if (!name.startsWith(`${path}/`)) return false;
  return recursive || !name.slice(path.length + 1).includes("/");
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
