// The greeting by name, and when the user was last here.

import { useQuery } from "@apollo/client/react";
import { GreetingDocument } from "../../../client/generated/operations.ts";
import { usableLanguages } from "../languages.ts";
import { texts } from "../texts.ts";
import { LastLogin } from "./last-login.tsx";
import { Placeholder } from "./placeholder.tsx";
import { Problem } from "./problem.tsx";

interface GreetingHeadingProps {
  readonly username: string;
}

export function GreetingHeading({ username }: GreetingHeadingProps) {
  const { data, error, loading, refetch } = useQuery(GreetingDocument, {
    variables: { locale: usableLanguages(navigator.languages)[0] ?? null },
  });
  if (data?.greeting) {
    const { message, locale, lastLogin } = data.greeting;
    return (
      <div className="heading">
        <h1 lang={locale}>{message}</h1>
        <LastLogin login={lastLogin} />
      </div>
    );
  }
  if (loading) {
    return (
      <div className="heading" aria-busy="true">
        <h1 className="visually-hidden">{texts.greeting.fallback(username)}</h1>
        <Placeholder lines={2} />
      </div>
    );
  }
  return (
    <div className="heading">
      <h1>{texts.greeting.fallback(username)}</h1>
      <Problem title={texts.greeting.lastLoginUnknown} error={error} onRetry={() => void refetch()} />
    </div>
  );
}
