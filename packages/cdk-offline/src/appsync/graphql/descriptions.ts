// Descriptions in a schema: AppSync serves the comments above a definition (aws-appsync-community#55), which graphql-js
// passes over.

import { Kind, TokenKind, type ASTNode, type StringValueNode, type Token } from "graphql";

/** What AppSync describes: everything but the values of an enum (aws-appsync-community#55). */
const DESCRIBED: readonly string[] = [
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
  Kind.ENUM_TYPE_DEFINITION,
  Kind.INPUT_OBJECT_TYPE_DEFINITION,
  Kind.FIELD_DEFINITION,
  Kind.INPUT_VALUE_DEFINITION,
];

/** Literals that AppSync's parser stumbles over in a comment above an enum value (aws-appsync-community#410). */
const LITERAL = /\b(?:null|true|false)\b/;

/** The description of a definition: the one it was given as text, or else the comment above it. */
export function descriptionOf(node: ASTNode): StringValueNode | undefined {
  if (!DESCRIBED.includes(node.kind)) return undefined;
  const given = "description" in node ? node.description : undefined;
  if (given !== undefined) return given;
  const value = dedented(commentAbove(node));
  return value === "" ? undefined : { kind: Kind.STRING, value, block: true };
}

/** Why AppSync does not take a schema because of the comment above one of its enum values; nothing when it does. */
export function refusedEnumComment(node: ASTNode): string | undefined {
  if (node.kind !== Kind.ENUM_VALUE_DEFINITION) return undefined;
  for (const { value } of commentsBefore(node)) {
    const [literal] = LITERAL.exec(value) ?? [];
    if (literal !== undefined) {
      return `the comment above the enum value ${node.name.value} contains "${literal}", with which AppSync takes no schema: reword it`;
    }
  }
  return undefined;
}

/** The lines of a comment that ends right above a definition. A blank line, and code before it, cut it off. */
function commentAbove(node: ASTNode): readonly string[] {
  const lines: string[] = [];
  let below = node.loc?.startToken;
  for (const comment of commentsBefore(node)) {
    const isAlone = comment.prev?.line !== comment.line;
    if (!isAlone || comment.line + 1 !== below?.line) break;
    lines.unshift(comment.value);
    below = comment;
  }
  return lines;
}

/** The comments between a definition and what stands before it, the nearest first. */
function commentsBefore(node: ASTNode): readonly Token[] {
  const comments: Token[] = [];
  let token = node.loc?.startToken.prev;
  while (token?.kind === TokenKind.COMMENT) {
    comments.push(token);
    token = token.prev;
  }
  return comments;
}

/** Lines without the indentation that they all have. */
function dedented(lines: readonly string[]): string {
  const indents = lines
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return lines
    .map((line) => line.slice(indent).trimEnd())
    .join("\n")
    .trim();
}
