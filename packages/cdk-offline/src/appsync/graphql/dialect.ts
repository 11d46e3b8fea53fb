// Schemas as AppSync's users write them: what AppSync takes beyond the GraphQL specification, and what it refuses of it.

import { Kind, parse, visit, type ASTNode, type DirectiveNode, type DocumentNode } from "graphql";
import { descriptionOf, refusedEnumComment } from "./descriptions.ts";

/** What AppSync refuses of a schema. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** graphql-js says by throwing what is wrong with a document. */
export function orSchemaError<Result>(prefix: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SchemaError(prefix + reason, { cause });
  }
}

/** The directives AppSync knows without being told. */
export const DIRECTIVES = `
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
directive @aws_publish(subscriptions: [String]) on FIELD_DEFINITION
directive @aws_auth(cognito_groups: [String!]!) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String!]) on OBJECT | FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
`;

const DIRECTIVE_NAMES = [...DIRECTIVES.matchAll(/@(\w+)/g)].map(([, name = ""]) => name);

/** Other spellings in schemas that were published as deployable; inferred, not recorded. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([["aws_apikey", "aws_api_key"]]);

/** Where AppSync's directives do something. Elsewhere, as on inputs, published schemas have them to no effect. */
const PROTECTED: readonly string[] = [Kind.OBJECT_TYPE_DEFINITION, Kind.FIELD_DEFINITION];

/** Texts and comments, to be left as they are; semicolons; and interfaces in a list with commas. */
const TEXT_OR_OLD_SYNTAX =
  /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|;|\bimplements\s+\w+(?:\s*,\s*\w+)+/g;

/**
 * Parses a schema into a document that graphql-js understands as AppSync does the schema. Throws a SchemaError that says
 * what AppSync refuses.
 */
export function parseSchema(definition: string): DocumentNode {
  const document = orSchemaError("the schema is not a valid SDL document: ", () =>
    parse(inTodaysSyntax(definition)),
  );
  refuseForeignDialect(document);
  return visit(
    {
      ...document,
      // Declaring AppSync's own directives again, for the sake of other tools, is taken.
      definitions: document.definitions.filter(
        (node) => node.kind !== Kind.DIRECTIVE_DEFINITION || !DIRECTIVE_NAMES.includes(node.name.value),
      ),
    },
    { leave: (node: ASTNode) => inGraphqlJs(node) },
  );
}

/**
 * Puts syntax that published schemas have into today's, every character in its place: semicolons after fields become
 * commas, which mean nothing; commas between interfaces, as AppSync itself writes them, become ampersands.
 */
function inTodaysSyntax(definition: string): string {
  return definition.replaceAll(TEXT_OR_OLD_SYNTAX, (text) => {
    if (text === ";") return ",";
    return text.startsWith("implements") ? text.replaceAll(",", "&") : text;
  });
}

/** What GraphQL has and AppSync's schemas have not. */
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
      const refusal = refusedEnumComment(node);
      if (refusal !== undefined) throw new SchemaError(refusal);
    },
  });
}

/** A node of the schema as graphql-js has to see it; nothing when it stays as it is. */
function inGraphqlJs(node: ASTNode): ASTNode | undefined {
  const directives = "directives" in node ? node.directives : undefined;
  const changes = {
    ...(isDefinition(node) && { description: descriptionOf(node) }),
    ...(directives !== undefined && { directives: effective(directives, node.kind) }),
    // Defaults of arguments and input fields are accepted and never reach a resolver.
    ...(node.kind === Kind.INPUT_VALUE_DEFINITION && { defaultValue: undefined }),
  };
  return Object.keys(changes).length === 0 ? undefined : ({ ...node, ...changes } as ASTNode);
}

/** Whether GraphQL has a description for such a node. */
function isDefinition({ kind }: ASTNode): boolean {
  return kind.endsWith("Definition");
}

function effective(directives: readonly DirectiveNode[], kind: string): readonly DirectiveNode[] {
  return directives
    .map((directive) => {
      const value = SPELLINGS.get(directive.name.value) ?? directive.name.value;
      return { ...directive, name: { ...directive.name, value } };
    })
    .filter(({ name }) => PROTECTED.includes(kind) || !DIRECTIVE_NAMES.includes(name.value));
}
