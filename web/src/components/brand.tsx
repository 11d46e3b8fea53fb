// The product's mark and name.

import { texts } from "../texts.ts";

export function Brand() {
  return (
    <span className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
        <rect className="brand-ground" width="32" height="32" rx="8" />
        <path className="brand-lines" d="M9 10h9M9 16h6M9 22h5" />
        <path className="brand-tick" d="m17.5 20.5 3 3 5.5-7" />
      </svg>
      {texts.product}
    </span>
  );
}
