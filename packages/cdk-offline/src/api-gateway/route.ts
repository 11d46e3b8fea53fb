// Finds the resource of an API that a path means.

import type { PathNode } from "./rest-api.ts";

export interface Match {
  readonly node: PathNode;
  /** What stood in the place of `{name}` or `{name+}`, percent-decoded; `null` when the path has none. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

type Parameters = Readonly<Record<string, string>>;

/**
 * Matches a path, as it was sent, against the tree: a segment by its name wins over `{parameter}`, that over the greedy
 * `{proxy+}`. A resource without methods is only on the way to others.
 */
export function findRoute(root: PathNode, path: string): Match | undefined {
  const segments = path.split("/").slice(1);
  if (segments.at(-1) === "") segments.pop();
  const decoded = segments.map(decode);
  const match = descend(root, decoded, {});
  if (match === undefined) return undefined;
  return {
    node: match.node,
    pathParameters: Object.keys(match.parameters).length === 0 ? null : match.parameters,
  };
}

function descend(
  node: PathNode,
  segments: readonly string[],
  parameters: Parameters,
): { readonly node: PathNode; readonly parameters: Parameters } | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return node.methods.size === 0 ? undefined : { node, parameters };
  const named = node.children.get(segment);
  const byName = named === undefined || isParameter(segment) ? undefined : descend(named, rest, parameters);
  if (byName !== undefined) return byName;
  for (const [part, child] of node.children) {
    const name = /^\{(?<name>[^+}]+)\}$/.exec(part)?.groups?.["name"];
    const match = name === undefined ? undefined : descend(child, rest, { ...parameters, [name]: segment });
    if (match !== undefined) return match;
  }
  for (const [part, child] of node.children) {
    const name = /^\{(?<name>[^+}]+)\+\}$/.exec(part)?.groups?.["name"];
    if (name !== undefined) return { node: child, parameters: { ...parameters, [name]: segments.join("/") } };
  }
  return undefined;
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray percent sign stands for itself
  }
}
