// The argument of resolver code, `ctx`, written as JSON text once for a field and completed for each call.
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html

import { getNamedType } from "graphql";
import type { SourceError } from "../data-sources/data-source.ts";
import type { FieldCall } from "../graphql/execute.ts";
import { selectionInfo } from "../graphql/selection.ts";

/** What is the same for all fields of a request, as JSON text. */
export interface RequestContext {
  readonly identity: string;
  /** `{ headers, domainName }` */
  readonly request: string;
  /** The variables as they were sent: those left out stay out. */
  readonly variables: string;
  readonly env: string;
}

/** What changes from call to call, as JSON text. */
export interface CallState {
  readonly stash: string;
  /** `ctx.prev.result` */
  readonly previous: string;
  readonly result: string;
  readonly error: SourceError | null;
}

/** Gives the context of a call, for one field. */
export function contextOf(call: FieldCall, request: RequestContext): (state: CallState) => string {
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
    `"identity":${request.identity},"request":${request.request},"info":${info},"env":${request.env}`;
  return ({ stash, previous, result, error }) =>
    `{${constant},"stash":${stash},"prev":{"result":${previous}},"result":${result},` +
    `"error":${JSON.stringify(error)},"outErrors":[]}`;
}
