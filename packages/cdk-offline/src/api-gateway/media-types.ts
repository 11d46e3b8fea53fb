// Which bodies a REST API treats as binary: those whose media type its configuration names.

/** Whether a Content-Type (or the first type of an Accept) is among the patterns, such as `image/png` or `*\/*`. */
export function matchesMediaType(value: string | undefined, patterns: readonly string[]): boolean {
  const mediaType = value?.split(/[;,]/)[0]?.trim().toLowerCase() ?? "";
  return patterns.some((pattern) => {
    if (pattern === "*/*" || pattern.toLowerCase() === mediaType) return true;
    return pattern.endsWith("/*") && mediaType.startsWith(pattern.slice(0, -1).toLowerCase());
  });
}
