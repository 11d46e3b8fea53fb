// Times as people read them: in their own language and time zone.

const FORMS = {
  /** In a list. */
  row: { dateStyle: "medium", timeStyle: "short" },
  /** Within a sentence. */
  sentence: { dateStyle: "full", timeStyle: "short" },
  /** Where it stands alone: with seconds and zone. */
  exact: { dateStyle: "long", timeStyle: "long" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type MomentForm = keyof typeof FORMS;

/**
 * Formats an ISO 8601 time in the first of the languages that the browser knows. `timeZone` is an IANA name; by
 * default it is the browser's own.
 */
export function formatMoment(
  iso: string,
  form: MomentForm,
  languages: readonly string[],
  timeZone?: string,
): string {
  return new Intl.DateTimeFormat([...languages], { ...FORMS[form], timeZone }).format(new Date(iso));
}

/** The name of the browser's time zone, such as "Europe/Zurich". */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone.replaceAll("_", " ");
}
