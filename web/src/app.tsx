// Which of the page's screens is shown: it follows from the session alone.

import { ApolloProvider } from "@apollo/client/react";
import { useCallback, useState } from "react";
import { Frame } from "./components/frame.tsx";
import { Home } from "./components/home.tsx";
import { Landing } from "./components/landing.tsx";
import { Problem } from "./components/problem.tsx";
import { Skeleton } from "./components/skeleton.tsx";
import { enterLedger } from "./enter-ledger.ts";
import { texts } from "./texts.ts";
import { useAttempt } from "./use-attempt.ts";

export function App() {
  const [isSessionLost, setSessionLost] = useState(false);
  const enter = useCallback(
    () =>
      enterLedger(() => {
        setSessionLost(true);
      }),
    [],
  );
  const [entering, retry] = useAttempt(enter);

  if (isSessionLost) return <Landing notice={texts.landing.sessionLost} />;
  switch (entering.state) {
    case "pending":
      return <Skeleton />;
    case "failed":
      return (
        <Frame>
          <Problem title={texts.problems.session} error={entering.error} onRetry={retry} isWholePage />
        </Frame>
      );
    case "done":
      if (entering.value === null) return <Landing />;
      return (
        <ApolloProvider client={entering.value.client}>
          <Home ledger={entering.value} />
        </ApolloProvider>
      );
  }
}
