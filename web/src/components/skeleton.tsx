// What is seen while it is not yet known who is signed in: the page's shape, calm and without words.

import { texts } from "../texts.ts";
import { Frame } from "./frame.tsx";
import { Placeholder } from "./placeholder.tsx";

export function Skeleton() {
  return (
    <Frame>
      <div className="appears-late">
        <p className="visually-hidden" role="status">
          {texts.loading}
        </p>
        <div className="heading">
          <Placeholder lines={2} />
        </div>
        <div className="card">
          <Placeholder lines={4} />
        </div>
      </div>
    </Frame>
  );
}
