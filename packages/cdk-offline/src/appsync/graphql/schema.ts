// The schema of an API, from the SDL in the template, in the dialect that AppSync takes.

import {
  buildASTSchema,
  Kind,
  parse,
  validateSchema,
  visit,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
} from "graphql";
import { AWS_SCALARS } from "./scalars.ts";

/** The quota "Schema document size" (https://docs.aws.amazon.com/general/latest/gr/appsync.html). */
const MAX_SCHEMA_BYTES = 1024 * 1024;

/** The directives AppSync knows without being told. */
const DIRECTIVES = `
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
directive @aws_publish(subscriptions: [String]) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
`;

/** What AppSync refuses of a schema. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/**
 * Builds the schema. Throws a SchemaError that says what AppSync refuses: what does not parse, is not valid, or is not in
 * its dialect.
 */
export function buildApiSchema(definition: string): GraphQLSchema {
  if (Buffer.byteLength(definition) > MAX_SCHEMA_BYTES) {
    throw new SchemaError(`the schema is longer than ${MAX_SCHEMA_BYTES} bytes, the most that AppSync takes`);
  }
  const document = orSchemaError("the schema is not a valid SDL document: ", () => parse(definition));
  refuseForeignDialect(document);
  const prelude = parse(`${AWS_SCALARS.map((name) => `scalar ${name}`).join("\n")}\n${DIRECTIVES}`);
  const schema = orSchemaError("", () =>
    buildASTSchema(
      withoutDefaults({
        kind: Kind.DOCUMENT,
        definitions: [...prelude.definitions, ...document.definitions],
      }),
    ),
  );
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

/** graphql-js says by throwing what is wrong with a document. */
function orSchemaError<Result>(prefix: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SchemaError(prefix + reason, { cause });
  }
}

/** What GraphQL has and AppSync's schemas have not (aws-appsync-community#38 for descriptions). */
function refuseForeignDialect(document: DocumentNode): void {
  for (const definition of document.definitions) {
    if (definition.kind.endsWith("Extension")) throw new SchemaError("`extend` is not accepted by AppSync");
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION) {
      throw new SchemaError(
        `the scalar ${definition.name.value} is not one of AppSync's; it takes no others`,
      );
    }
    const name = "name" in definition ? definition.name : undefined;
    if (name?.value.startsWith("AWS") === true) {
      throw new SchemaError(`the name ${name.value} begins with AWS, which AppSync keeps for itself`);
    }
  }
  visit(document, {
    enter(node) {
      const description = "description" in node ? node.description : undefined;
      if (description !== undefined) {
        throw new SchemaError(
          `the description "${description.value}" is not accepted by AppSync: write it as a # comment`,
        );
      }
    },
  });
}

/** Defaults of arguments and input fields are accepted and never reach a resolver. */
function withoutDefaults(document: DocumentNode): DocumentNode {
  return visit(document, {
    InputValueDefinition: ({ defaultValue, ...rest }) => (defaultValue === undefined ? undefined : rest),
  });
}
