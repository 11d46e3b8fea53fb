// The key of a sign-in's file: named after the user, and never anything that a bucket or a file system treats specially.

import { util } from "@aws-appsync/utils";

/**
 * What is percent-encoded in a user name, as a Java pattern. A name keeps every other character, so that it can be read
 * in the key.
 */
const SPECIAL = "[%/\\\\\\x00-\\x1f\\x7f]";

/** A user name as part of an object key; decoding its percent escapes gives the name back. */
function fileName(username: string): string {
  const characters = username.split("");
  const last = characters.length - 1;
  return characters
    .map((character, index) => {
      if (character === "." && (index === 0 || index === last)) return "%2E";
      return util.matches(SPECIAL, character) ? util.urlEncode(character) : character;
    })
    .join("");
}

/** `<sub>/<loggedInAt>-<id>/<user name>.txt` */
export function fileKey(sub: string, loggedInAt: string, id: string, username: string): string {
  return `${sub}/${loggedInAt}-${id}/${fileName(username)}.txt`;
}
