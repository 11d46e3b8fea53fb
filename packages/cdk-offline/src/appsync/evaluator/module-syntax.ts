// Takes the syntax of modules out of resolver code: imports become calls at its head, exports the value at its end.

import type {
  ExportNamedDeclaration,
  ImportDeclaration,
  ModuleDeclaration,
  Node,
  Pattern,
  Program,
} from "acorn";
import type MagicString from "magic-string";

/** What has to stand before and after the rest of the code. */
export interface ModuleFrame {
  readonly head: string;
  readonly tail: string;
}

/** @param requireName the name under which the code's surroundings give it a module by its specifier. */
export function takeOutModuleSyntax(program: Program, text: MagicString, requireName: string): ModuleFrame {
  const head: string[] = [];
  /** Exported names and the names they have inside. */
  const exported = new Map<string, string>();
  const require = (specifier: unknown) => `${requireName}(${JSON.stringify(specifier)})`;
  for (const node of program.body) {
    if (!isModuleDeclaration(node)) continue;
    switch (node.type) {
      case "ImportDeclaration":
        head.push(importStatements(node, require(node.source.value)));
        text.remove(node.start, node.end);
        break;
      case "ExportAllDeclaration":
        head.push(`${require(node.source.value)};`);
        text.remove(node.start, node.end);
        break;
      case "ExportDefaultDeclaration": {
        const named = "id" in node.declaration && node.declaration.id !== null;
        text.update(node.start, node.declaration.start, named ? " " : "void (");
        if (!named) text.appendLeft(node.declaration.end, ");");
        break;
      }
      case "ExportNamedDeclaration":
        for (const [outside, inside] of exportsOf(node)) exported.set(outside, inside);
        if (node.source) head.push(`${require(node.source.value)};`);
        if (node.declaration) text.remove(node.start, node.declaration.start);
        else text.remove(node.start, node.end);
    }
  }
  const handlers = [...exported].map(([outside, inside]) => `${JSON.stringify(outside)}: ${inside}`);
  return { head: head.join(" "), tail: `return { ${handlers.join(", ")} };` };
}

function isModuleDeclaration(node: Node): node is ModuleDeclaration {
  return node.type.startsWith("Import") || node.type.startsWith("Export");
}

function importStatements({ specifiers }: ImportDeclaration, module: string): string {
  const statements = specifiers.map((specifier) => {
    const local = specifier.local.name;
    if (specifier.type === "ImportNamespaceSpecifier") return `const ${local} = ${module};`;
    const imported = specifier.type === "ImportDefaultSpecifier" ? "default" : nameOf(specifier.imported);
    return `const { ${JSON.stringify(imported)}: ${local} } = ${module};`;
  });
  return statements.length === 0 ? `${module};` : statements.join(" ");
}

/** Pairs of the name outside and the name inside. What comes from another module has no name inside and is left out. */
function exportsOf({ declaration, specifiers, source }: ExportNamedDeclaration): [string, string][] {
  if (source) return [];
  if (!declaration) {
    return specifiers.map(({ exported, local }) => [nameOf(exported), nameOf(local)]);
  }
  const names =
    declaration.type === "VariableDeclaration"
      ? declaration.declarations.flatMap(({ id }) => boundNames(id))
      : [declaration.id.name];
  return names.map((name) => [name, name]);
}

function boundNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((member) =>
        boundNames(member.type === "Property" ? member.value : member.argument),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : boundNames(element)));
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "RestElement":
      return boundNames(pattern.argument);
    default:
      return [];
  }
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: unknown }): string {
  return node.type === "Identifier" ? (node.name ?? "") : String(node.value);
}
