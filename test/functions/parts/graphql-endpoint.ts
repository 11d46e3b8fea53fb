// A loopback GraphQL endpoint with the ledger's two operations, which records as the real one does and fails on request.

import { decodeJwt } from "jose";
import { type HttpRequest, type HttpResponse, json } from "cdk-offline/testing";
import { serveUntilTestEnds } from "../../serving.ts";

interface GraphqlCall {
  readonly operation: "recordLogin" | "greeting";
  readonly token: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface GraphqlEndpoint {
  readonly url: string;
  readonly calls: GraphqlCall[];
  /** Items by id. */
  readonly items: Map<string, Record<string, unknown>>;
  /** Answers to give instead of the honest one, one a request, for as long as there are any. */
  readonly faults: ((honest: () => HttpResponse) => HttpResponse | Promise<HttpResponse>)[];
}

/** An answer that carries one error. */
export function graphqlError(errorType: string | null, status = 200): HttpResponse {
  return json(status, {
    data: null,
    errors: [{ message: "see errorType", errorType, path: ["recordLogin"] }],
  });
}

export async function startGraphqlEndpoint(): Promise<GraphqlEndpoint> {
  const calls: GraphqlCall[] = [];
  const items = new Map<string, Record<string, unknown>>();
  const faults: GraphqlEndpoint["faults"] = [];

  const honest = ({ operation, token, variables }: GraphqlCall): HttpResponse => {
    if (operation === "greeting") {
      const locale = (variables["locale"] as string | null) ?? "en";
      return json(200, { data: { greeting: { message: "Hello ana!", locale, lastLogin: null } } });
    }
    const { origin_jti: id, sub: userId, username } = decodeJwt(token);
    const device = variables["device"] as Record<string, unknown>;
    const kept = items.get(String(id));
    const item = kept ?? {
      ...{ id, userId, username, address: device["address"] ?? null, userAgent: device["userAgent"] ?? null },
      ...{ loggedInAt: "2026-11-22T16:54:00Z", recordedAt: "2026-11-22T16:54:01Z", clientId: "client" },
      ...{ methods: null, file: `${String(userId)}/file.txt` },
    };
    items.set(String(id), item);
    return json(200, { data: { recordLogin: { ...item, alreadyRecorded: kept !== undefined } } });
  };

  const origin = await serveUntilTestEnds((request: HttpRequest) => {
    const { query, variables } = JSON.parse(request.body.toString("utf8")) as GraphqlCall;
    const operation = query.includes("recordLogin") ? "recordLogin" : "greeting";
    const call = { operation, token: request.headers["authorization"] ?? "", query, variables } as const;
    calls.push(call);
    const fault = faults.shift();
    return Promise.resolve(fault === undefined ? honest(call) : fault(() => honest(call)));
  });
  return { url: `${origin}/graphql`, calls, items, faults };
}
