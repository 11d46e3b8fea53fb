// The argument of resolver code, `ctx`, written as JSON text once for a field and completed for each call.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html

import { getNamedType } from "graphql";
import type { SourceError } from "../data-sources/data-source.ts";
import type { FieldCall } from "../graphql/execute.ts";
import type { FieldError } from "../graphql/field-error.ts";
import { selectionInfo } from "../graphql/selection.ts";

/** What is the same for all fields of a request, as JSON text. */
export interface RequestContext {
  readonly identity: string;
  /** `{ headers, domainName }` */
  readonly request: string;
  /** The variables as they were sent: those left out stay out. */
  readonly variables: string;
  readonly env: string;
  /** When the request has taken too long, on the clock of `performance.now()`. */
  readonly expiresAtMs: number;
}

/** What changes from call to call, as JSON text. */
interface CallState {
  readonly stash: string;
  /** `ctx.prev.result` */
  readonly previous: string;
  readonly result: string;
  readonly error: SourceError | null;
  /** What `util.appendError` has added to the answer so far. */
  readonly outErrors: readonly FieldError[];
}

/** The context of one field. */
export interface FieldContext {
  /** The argument of a handler as JSON text. */
  handlerArgument(state: CallState): string;
  /**
   * What a function is sent by a resolver without code.
   * https://docs.aws.amazon.com/appsync/latest/devguide/resolver-mapping-template-reference-lambda.html#direct-lambda-resolvers
   */
  directPayload(state: Pick<CallState, "stash" | "previous">): unknown;
}

/** Writes the context for one field. */
export function contextOf(call: FieldCall, request: RequestContext): FieldContext {
  const { selectionSetList, selectionSetGraphQL } = selectionInfo(
    call.scope,
    getNamedType(call.field.type),
    call.nodes,
  );
  const names = { fieldName: call.field.name, parentTypeName: call.parentType.name };
  const selection = { selectionSetList, selectionSetGraphQL };
  const info =
    `${JSON.stringify(names).slice(0, -1)},"variables":${request.variables},` +
    JSON.stringify(selection).slice(1);
  const constant =
    `"arguments":${JSON.stringify(call.args)},"source":${JSON.stringify(call.source ?? null)},` +
    `"identity":${request.identity},"request":${request.request},"info":${info}`;
  return {
    handlerArgument: ({ stash, previous, result, error, outErrors }) =>
      `{${constant},"env":${request.env},"stash":${stash},"prev":{"result":${previous}},"result":${result},` +
      `"error":${JSON.stringify(error)},"outErrors":${JSON.stringify(outErrors.map(toOutError))}}`,
    directPayload: ({ stash, previous }) =>
      JSON.parse(
        `{${constant},"prev":${previous === "null" ? "null" : `{"result":${previous}}`},"stash":${stash}}`,
      ) as unknown,
  };
}

function toOutError({ message, errorType, data, errorInfo }: FieldError): unknown {
  return { message, type: errorType, data: data ?? null, errorInfo: errorInfo ?? null };
}
