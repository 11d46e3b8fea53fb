// What a language tag looks like, for those who read one and those who name a text by one.

/**
 * The shape of a BCP 47 tag such as `de` or `de-CH-1996`: https://www.rfc-editor.org/rfc/rfc5646#section-2.1. Of no more
 * than five parts, as the ledger's `greeting` takes it.
 */
export const LANGUAGE_TAG = /^[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,4}$/i;
