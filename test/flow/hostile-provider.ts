// A user pool and a ledger that misbehave on purpose: an HTTPS server between the running system's functions and its own.

import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./self-signed.ts";

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What becomes of an honest answer; undefined: no answer at all. */
type Fault = (honest: ProviderAnswer) => ProviderAnswer | undefined | Promise<ProviderAnswer>;

export interface HostileProvider {
  readonly origin: string;
  /** In PEM; whoever is to speak with it must trust it. */
  readonly certificate: string;
  /** Paths asked for, in their order. */
  readonly asked: string[];
  /** What it does to the answers of its token endpoint. */
  fault: Fault;
  /** What it does to the answers of its GraphQL endpoint. */
  ledgerFault: Fault;
  close(): void;
}

/** Starts one that hands requests on to the origin that `honest` answers. */
export async function startHostileProvider(honestOrigin: () => string): Promise<HostileProvider> {
  const { key, cert } = selfSigned();
  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url = "/", headers } = request;
      provider.asked.push(url);
      void ask(`${honestOrigin()}${url}`, headers, Buffer.concat(chunks))
        .then((answer) => {
          if (url === "/oauth2/token") return provider.fault(answer);
          return url === "/graphql" ? provider.ledgerFault(answer) : answer;
        })
        .then((answer) => {
          if (answer !== undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
        });
    });
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const provider: HostileProvider = {
    origin: `https://localhost:${String((server.address() as AddressInfo).port)}`,
    certificate: cert,
    asked: [],
    fault: (honest) => honest,
    ledgerFault: (honest) => honest,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return provider;
}

async function ask(url: string, received: IncomingHttpHeaders, body: Buffer): Promise<ProviderAnswer> {
  const { authorization = "", "content-type": contentType = "" } = received;
  const headers = { authorization, "content-type": contentType };
  const answer = await fetch(url, { method: "POST", headers, body: new Uint8Array(body) });
  const type = answer.headers.get("content-type") ?? "text/plain";
  return { status: answer.status, headers: { "content-type": type }, body: await answer.text() };
}
