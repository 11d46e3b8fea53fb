// Calls operations of a user pool within the process: for programs that are killed in the middle of what they do.

import { serveJson } from "../../src/aws/json-protocol.ts";
import { openCognito } from "../../src/cognito/service.ts";
import { noFunctions, template, type TemplateChanges } from "./template.ts";

/** Opens the pool as the program's arguments say: its folder, and the physical ids that are kept as JSON. */
export async function openFromArguments(changes: TemplateChanges = {}) {
  const [dir = "", kept = "[]"] = process.argv.slice(2);
  const resources = template(new Map(JSON.parse(kept) as [string, string][]), changes);
  const cognito = await openCognito({
    ...resources,
    dir,
    clock: Date.now,
    origin: "http://127.0.0.1",
    mail: () => undefined,
    lambda: noFunctions,
  });
  return {
    UserPoolId: resources.clients[0].properties.UserPoolId,
    /** Gives the output; rejects with the whole answer where that is an error. */
    call: async (operation: string, input: object): Promise<unknown> => {
      const { status, body } = await serveJson(cognito.json, operation, {
        method: "POST",
        url: new URL("http://127.0.0.1/"),
        target: "/",
        headers: {},
        rawHeaders: [],
        body: Buffer.from(JSON.stringify(input)),
        peer: { address: "127.0.0.1", port: 0 },
      });
      if (status !== 200) throw new Error(String(body));
      return JSON.parse(String(body));
    },
  };
}
