// Path patterns of cache behaviors.

/**
 * Whether a path matches: `*` stands for any characters, slashes too, `?` for exactly one; case matters; the slash in
 * front may be left out of the pattern.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
 */
export function matchesPathPattern(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/^\//, "")
    .replaceAll(/[\\^$.+()|[\]{}]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^/${source}$`, "s").test(path);
}
