// A time in the user's language and zone, with the exact time in UTC behind it.

import { usableLanguages } from "../languages.ts";
import { formatMoment, type MomentForm } from "../moments.ts";

interface MomentProps {
  /** ISO 8601 in UTC, as the ledger holds it. */
  readonly iso: string;
  readonly form: MomentForm;
}

export function Moment({ iso, form }: MomentProps) {
  return (
    <time dateTime={iso} title={iso}>
      {formatMoment(iso, form, usableLanguages(navigator.languages))}
    </time>
  );
}
