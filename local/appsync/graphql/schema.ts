// The schema of an API, from the SDL in the template, in the dialect that AppSync takes.

import {
  buildASTSchema,
  Kind,
  parse,
  validateSchema,
  visit,
  type DocumentNode,
  type GraphQLSchema,
} from "graphql";
import { AWS_SCALARS } from "./scalars.ts";

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

/**
 * Builds the schema. Throws an Error that says what AppSync refuses: what does not parse, is not valid, or is not in
 * its dialect.
 */
export function buildApiSchema(definition: string): GraphQLSchema {
  const document = parseDefinition(definition);
  refuseForeignDialect(document);
  const prelude = parse(`${AWS_SCALARS.map((name) => `scalar ${name}`).join("\n")}\n${DIRECTIVES}`);
  const schema = buildASTSchema(
    withoutDefaults({
      kind: Kind.DOCUMENT,
      definitions: [...prelude.definitions, ...document.definitions],
    }),
  );
  const [invalid] = validateSchema(schema);
  if (invalid !== undefined) throw new Error(invalid.message);
  return schema;
}

function parseDefinition(definition: string): DocumentNode {
  try {
    return parse(definition);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the schema is not a valid SDL document: ${reason}`, { cause });
  }
}

/** What GraphQL has and AppSync's schemas have not (aws-appsync-community#38 for descriptions). */
function refuseForeignDialect(document: DocumentNode): void {
  for (const definition of document.definitions) {
    if (definition.kind.endsWith("Extension")) throw new Error("`extend` is not accepted by AppSync");
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION) {
      throw new Error(`the scalar ${definition.name.value} is not one of AppSync's; it takes no others`);
    }
    const name = "name" in definition ? definition.name : undefined;
    if (name?.value.startsWith("AWS") === true) {
      throw new Error(`the name ${name.value} begins with AWS, which AppSync keeps for itself`);
    }
  }
  visit(document, {
    enter(node) {
      const description = "description" in node ? node.description : undefined;
      if (description !== undefined) {
        throw new Error(
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
