// What surrounds every screen: the bar with the name, and the main part.

import type { ReactNode } from "react";
import { useOnline } from "../use-online.ts";
import { texts } from "../texts.ts";
import { Brand } from "./brand.tsx";

interface FrameProps {
  /** What the bar holds beside the name. */
  readonly account?: ReactNode;
  readonly children: ReactNode;
}

export function Frame({ account, children }: FrameProps) {
  const isOnline = useOnline();
  return (
    <>
      <header className="bar">
        <Brand />
        {account}
      </header>
      <div role="status">{!isOnline && <p className="offline">{texts.offline}</p>}</div>
      <main className="main">{children}</main>
    </>
  );
}
