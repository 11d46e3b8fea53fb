// One spelling for all spellings of a user name, so that whoever asks for a user finds them.

import { util } from "@aws-appsync/utils";

/** The name in lower case and in Unicode's form NFC; the user pool's names do not differ in case either. */
export function usernameKey(username: string): string {
  return util.str.normalize(username.toLowerCase(), "nfc");
}
