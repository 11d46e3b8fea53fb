// The key of a sign-in's file: named after the user, and never anything that a bucket or a file system treats specially.

/** What is percent-encoded in a user name. A name keeps every other character, so that it can be read in the key. */
const ENCODED: Record<string, string> = {
  "%": "%25",
  "/": "%2F",
  "\\": "%5C",
  "\u0000": "%00",
  "\u0001": "%01",
  "\u0002": "%02",
  "\u0003": "%03",
  "\u0004": "%04",
  "\u0005": "%05",
  "\u0006": "%06",
  "\u0007": "%07",
  "\u0008": "%08",
  "\u0009": "%09",
  "\u000A": "%0A",
  "\u000B": "%0B",
  "\u000C": "%0C",
  "\u000D": "%0D",
  "\u000E": "%0E",
  "\u000F": "%0F",
  "\u0010": "%10",
  "\u0011": "%11",
  "\u0012": "%12",
  "\u0013": "%13",
  "\u0014": "%14",
  "\u0015": "%15",
  "\u0016": "%16",
  "\u0017": "%17",
  "\u0018": "%18",
  "\u0019": "%19",
  "\u001A": "%1A",
  "\u001B": "%1B",
  "\u001C": "%1C",
  "\u001D": "%1D",
  "\u001E": "%1E",
  "\u001F": "%1F",
  "\u007F": "%7F",
};

/** A user name as part of an object key; decoding its percent escapes gives the name back. */
function fileName(username: string): string {
  // split, map and join only: AppSync's replace takes its patterns for regular expressions.
  const characters = username.split("");
  const last = characters.length - 1;
  return characters
    .map((character, index) => {
      if (character === "." && (index === 0 || index === last)) return "%2E";
      const encoded = ENCODED[character];
      return encoded ? encoded : character;
    })
    .join("");
}

/** `<sub>/<loggedInAt>-<id>/<user name>.txt` */
export function fileKey(sub: string, loggedInAt: string, id: string, username: string): string {
  return `${sub}/${loggedInAt}-${id}/${fileName(username)}.txt`;
}
