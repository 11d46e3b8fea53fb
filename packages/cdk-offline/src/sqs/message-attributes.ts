// The attributes that a sender puts on a message, and which of them a receiver is shown.

import * as v from "valibot";
import { notServed } from "../aws/errors.ts";
import { invalidParameter } from "./errors.ts";
import type { MessageAttribute, MessageAttributes } from "./message.ts";

const MAX_ATTRIBUTES = 10;
const NAME = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;

export const messageAttributes = v.record(
  v.string(),
  v.strictObject({
    DataType: v.string(),
    StringValue: v.optional(v.string()),
    BinaryValue: v.optional(v.pipe(v.string(), v.base64())),
  }),
);

type AttributeInput = v.InferOutput<typeof messageAttributes>[string];

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export function checkAttributes(input: Readonly<Record<string, AttributeInput>>): MessageAttributes {
  const entries = Object.entries(input);
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, checkAttribute(name, value)]));
}

function checkAttribute(
  name: string,
  { DataType, StringValue, BinaryValue }: AttributeInput,
): MessageAttribute {
  if (!NAME.test(name)) throw invalidParameter(`The message attribute name '${name}' is invalid.`);
  const type = DataType.split(".")[0];
  if (type === "Binary") {
    if (BinaryValue === undefined || BinaryValue === "") throw emptyValue(name, DataType);
    return { DataType, BinaryValue };
  }
  if (type !== "String" && type !== "Number") {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type ` +
        "prefixes: Binary, Number, String.",
    );
  }
  if (StringValue === undefined || StringValue === "") throw emptyValue(name, DataType);
  if (type === "Number" && !isNumber(StringValue)) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return { DataType, StringValue };
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function emptyValue(name: string, type: string) {
  return invalidParameter(
    `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`,
  );
}

/** The attributes whose names are asked for: `All` or `.*` for all of them, `prefix.*` for some. */
export function askedAttributes(attributes: MessageAttributes, names: readonly string[]): MessageAttributes {
  const isAsked = (name: string): boolean =>
    names.some((asked) => {
      if (asked === "All" || asked === ".*" || asked === "*") return true;
      return asked.endsWith(".*") ? name.startsWith(asked.slice(0, -2)) : name === asked;
    });
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isAsked(name)));
}

const systemAttributeNames = [
  "All",
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
] as const;

/** What the service itself knows of a message. Others of AWS's names are refused, since nothing sets them here. */
export const systemAttributes = v.array(v.string());

/** Of what the service knows of a message, what is asked for. */
export function askedSystemAttributes(
  known: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  for (const name of names) {
    if (!systemAttributeNames.some((served) => served === name)) {
      throw notServed(`AmazonSQS.ReceiveMessage with the attribute ${name}`);
    }
  }
  if (names.includes("All")) return known;
  return Object.fromEntries(Object.entries(known).filter(([name]) => names.includes(name)));
}
