// The schema of an API, from the SDL in the template, in the dialect that AppSync takes.

import {
  buildASTSchema,
  Kind,
  parse,
  validateSchema,
  type GraphQLOutputType,
  type GraphQLSchema,
} from "graphql";
import { DIRECTIVES, orSchemaError, parseSchema, SchemaError } from "./dialect.ts";
import { AWS_SCALARS } from "./scalars.ts";

/** The quota "Schema document size" (https://docs.aws.amazon.com/general/latest/gr/appsync.html). */
const MAX_SCHEMA_BYTES = 1024 * 1024;

/**
 * Builds the schema. Throws a SchemaError that says what AppSync refuses: what does not parse, is not valid, or is not in
 * its dialect.
 */
export function buildApiSchema(definition: string): GraphQLSchema {
  if (Buffer.byteLength(definition) > MAX_SCHEMA_BYTES) {
    throw new SchemaError(`the schema is longer than ${MAX_SCHEMA_BYTES} bytes, the most that AppSync takes`);
  }
  const document = parseSchema(definition);
  const prelude = parse(`${AWS_SCALARS.map((name) => `scalar ${name}`).join("\n")}\n${DIRECTIVES}`);
  const definitions = [...prelude.definitions, ...document.definitions];
  const schema = orSchemaError("", () => buildASTSchema({ kind: Kind.DOCUMENT, definitions }));
  const [invalid] = validateSchema(schema);
  if (invalid !== undefined) throw new SchemaError(invalid.message);
  checkSubscriptions(schema);
  return schema;
}

/**
 * Each subscription has to name mutations that there are, as a list, and to give what they give; whether it may be null
 * does not matter (https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html). The messages are
 * those of a deployment that fails.
 */
function checkSubscriptions(schema: GraphQLSchema): void {
  const typeOf = (field: { readonly type: GraphQLOutputType }) => field.type.toString().replaceAll("!", "");
  for (const subscription of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const directive = subscription.astNode?.directives?.find(({ name }) => name.value === "aws_subscribe");
    if (directive === undefined) continue;
    const named = directive.arguments?.find(({ name }) => name.value === "mutations")?.value;
    const names =
      named?.kind === Kind.LIST
        ? named.values.map((value) => (value.kind === Kind.STRING ? value.value : ""))
        : [];
    const at = `on the subscription ${subscription.name}`;
    for (const name of names.length === 0 ? [""] : names) {
      const mutation = schema.getMutationType()?.getFields()[name];
      if (mutation === undefined) {
        const reason =
          names.length === 0 ? "a list of mutations is wanted" : `there is no mutation "${name}"`;
        throw new SchemaError(
          `The mutations argument on the aws_subscribe directive has an invalid value ${at}: ${reason}`,
        );
      }
      if (typeOf(mutation) !== typeOf(subscription)) {
        throw new SchemaError(
          `The subscription has an invalid output type ${at}: ` +
            `it is ${subscription.type.toString()}, that of the mutation ${name} is ${mutation.type.toString()}`,
        );
      }
    }
  }
}
