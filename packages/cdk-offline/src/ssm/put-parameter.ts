// Writing a parameter: by an operator's request, and with the same rules by the template.

import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { AwsError, notServed } from "../aws/errors.ts";
import { parseInput } from "./input.ts";
import { checkNewName, type Owner } from "./parameter-name.ts";
import {
  current,
  type Parameter,
  type ParameterStore,
  type ParameterTier,
  type ParameterType,
  type ParameterVersion,
} from "./parameter-store.ts";

const STANDARD_MAX_BYTES = 4096;
const ADVANCED_MAX_BYTES = 8192;

const putInput = v.strictObject({
  Name: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
  Value: v.pipe(v.string(), v.minLength(1)),
  Type: v.optional(v.picklist(["String", "StringList", "SecureString"])),
  Description: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  Overwrite: v.optional(v.boolean(), false),
  AllowedPattern: v.optional(v.pipe(v.string(), v.maxLength(1024))),
  Tier: v.optional(v.picklist(["Standard", "Advanced", "Intelligent-Tiering"])),
  DataType: v.optional(v.pipe(v.string(), v.maxLength(128))),
});

export interface PutContext {
  readonly store: ParameterStore;
  readonly clock: Clock;
  readonly owner: Owner;
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
export function putParameter(context: PutContext, input: unknown) {
  const { Name, Type, DataType, Overwrite, ...rest } = parseInput("PutParameter", putInput, input);
  if (Type === "SecureString") throw notServed("AmazonSSM: a parameter of type SecureString");
  if (DataType !== undefined && DataType !== "text") {
    throw notServed(`AmazonSSM: a parameter of data type ${DataType}`);
  }
  const name = Name.trim();
  checkNewName(context.owner, name);
  const before = context.store.get(name);
  if (before !== undefined && !Overwrite) {
    throw new AwsError(
      "ParameterAlreadyExists",
      "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    );
  }
  const version = nextVersion(context.clock, before, {
    type: Type,
    value: rest.Value,
    description: rest.Description,
    allowedPattern: rest.AllowedPattern,
    tier: rest.Tier,
  });
  context.store.put(name, version);
  return { Version: version.version, Tier: version.tier };
}

export interface ParameterDraft {
  readonly type: ParameterType | undefined;
  readonly value: string;
  readonly description: string | undefined;
  readonly allowedPattern: string | undefined;
  readonly tier: ParameterTier | "Intelligent-Tiering" | undefined;
}

/** The version that a draft becomes. Throws an `AwsError` for what the service would not accept. */
export function nextVersion(
  clock: Clock,
  before: Parameter | undefined,
  draft: ParameterDraft,
): ParameterVersion {
  const previous = before && current(before);
  const type = typeOf(draft, previous);
  const tier = tierOf(draft, previous);
  const description = draft.description ?? previous?.description;
  const allowedPattern = draft.allowedPattern ?? previous?.allowedPattern;
  checkValue(draft.value, allowedPattern, tier);
  return {
    version: (previous?.version ?? 0) + 1,
    type,
    value: draft.value,
    ...(description !== undefined && { description }),
    ...(allowedPattern !== undefined && { allowedPattern }),
    tier,
    modifiedAt: clock(),
  };
}

function typeOf(draft: ParameterDraft, previous: ParameterVersion | undefined): ParameterType {
  const type = draft.type ?? previous?.type;
  if (type === undefined) {
    throw invalid("A parameter type is required when you create a parameter.");
  }
  if (previous !== undefined && previous.type !== type) {
    throw new AwsError(
      "HierarchyTypeMismatchException",
      "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a " +
        "parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    );
  }
  return type;
}

/** An advanced parameter stays advanced. https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
function tierOf(draft: ParameterDraft, previous: ParameterVersion | undefined): ParameterTier {
  const wasAdvanced = previous?.tier === "Advanced";
  if (draft.tier === "Standard" && wasAdvanced) {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter " +
        "tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it " +
        "as a standard parameter.",
    );
  }
  if (draft.tier === "Intelligent-Tiering" && Buffer.byteLength(draft.value) > STANDARD_MAX_BYTES) {
    return "Advanced";
  }
  return draft.tier === "Advanced" || wasAdvanced ? "Advanced" : "Standard";
}

function checkValue(value: string, allowedPattern: string | undefined, tier: ParameterTier): void {
  const bytes = Buffer.byteLength(value);
  if (tier === "Standard" && bytes > STANDARD_MAX_BYTES) {
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${STANDARD_MAX_BYTES} characters. To create a ` +
        "larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see " +
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
    );
  }
  if (bytes > ADVANCED_MAX_BYTES) {
    throw invalid(
      `Advanced tier parameters support a maximum parameter value of ${ADVANCED_MAX_BYTES} characters.`,
    );
  }
  if (/\{\{.*\}\}/s.test(value)) {
    throw invalid("Parameter values can't contain {{}} or refer to other parameters");
  }
  if (allowedPattern !== undefined && !compile(allowedPattern).test(value)) {
    throw new AwsError(
      "ParameterPatternMismatchException",
      `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`,
    );
  }
}

function compile(allowedPattern: string): RegExp {
  try {
    return new RegExp(allowedPattern);
  } catch {
    throw new AwsError(
      "InvalidAllowedPatternException",
      `The request does not meet the regular expression requirement: ${allowedPattern}`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
