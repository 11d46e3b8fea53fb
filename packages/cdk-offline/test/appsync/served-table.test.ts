// Holds the table of AppSync's features in the README against the code: every name in it is tried.

import { readFileSync } from "node:fs";
import * as appsync from "@aws-sdk/client-appsync";
import { isScalarType } from "graphql";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildApiSchema } from "../../src/appsync/graphql/schema.ts";
import { readClientMessage } from "../../src/appsync/realtime/protocol.ts";
import { appsyncResources, dataSource, graphqlApi } from "../../src/appsync/resources.ts";
import { openApi, type Source } from "./support/api.ts";
import { openControlPlane, type TestControlPlane } from "./support/evaluate-code.ts";
import { openTestEvaluator, type TestEvaluator } from "./support/evaluator.ts";

const STATES = ["served", "partly", "refused", "not known"] as const;
type State = (typeof STATES)[number];

interface Row {
  readonly what: string;
  readonly state: State;
  readonly names: readonly string[];
  readonly note: string;
}

const rows = readTable();

/** The rows below the heading, without the table's own two. */
function readTable(): Row[] {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const [, section = ""] = readme.split("## AppSync, feature by feature\n");
  const [own = ""] = section.split("\n## ");
  const lines = own.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => {
    const [what = "", state = "", names = "", note = ""] = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    return {
      what,
      state: v.parse(v.picklist(STATES), state),
      names: [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
      note,
    };
  });
}

let evaluator: TestEvaluator;
let controlPlane: TestControlPlane;
beforeAll(async () => {
  evaluator = await openTestEvaluator();
  controlPlane = await openControlPlane();
});
afterAll(async () => {
  await evaluator.close();
  await controlPlane.close();
});

type Tried = "served" | "refused";
const served = (isServed: boolean): Tried => (isServed ? "served" : "refused");

/** Sends a resolver's request to a data source; what comes of a served one does not matter. */
async function tryRequest(source: Source, request: object): Promise<Tried> {
  const unreachable = () => Promise.reject(new Error("reached"));
  const api = await openApi({
    schema: "type Query { x: String }",
    resolvers: {
      "Query.x": {
        source,
        code: `export const request = () => (${JSON.stringify(request)}), response = (ctx) => null;`,
      },
    },
    dynamodb: { call: unreachable },
    lambda: { invoke: unreachable, enqueue: unreachable },
  });
  const { errors } = await api.query("{ x }");
  await api.close();
  const message = JSON.stringify(errors);
  expect(message).not.toContain("Unsupported");
  return served(!message.includes("not served"));
}

/** A member of util, runtime or extensions. */
async function tryUtility(path: string): Promise<Tried> {
  const { report, result } = await evaluator.call(`return typeof ${path};`);
  if (report.ending.kind !== "returned") {
    expect(report.ending.kind).toBe("notServed");
    return "refused";
  }
  expect(result).toMatch(/function|object/);
  return "served";
}

/** Imports a module and takes a look at each of its members. */
async function tryModule(name: string): Promise<Tried> {
  const code = `import * as it from "${name}";
    export const request = () => [it.util, it.get, it.sql, it.invokeModel].map((member) => member && member.name);
    export const response = () => null;`;
  const { report } = await (await evaluator.evaluator.load(code)).call("request", "{}");
  if (report.ending.kind !== "notServed") return "served";
  expect(report.ending.message).toContain(`${name} is not served`);
  return "refused";
}

/** An operation of the service's API, with placeholders where its input goes into the path. */
async function tryOperation(name: string): Promise<Tried> {
  const Command = (appsync as unknown as Record<string, new (input: object) => appsync.EvaluateCodeCommand>)[
    `${name}Command`
  ];
  if (Command === undefined) throw new Error(`the SDK has no ${name}`);
  const input = { apiId: "x", functionId: "x", typeName: "x", fieldName: "x" };
  try {
    await controlPlane.client.send(new Command(input));
    return "served";
  } catch (error) {
    if (String(error).includes(`${name} is not served`)) return "refused";
    expect(error).toHaveProperty("name", "BadRequestException"); // it looked at the input
    return "served";
  }
}

/** Puts a directive on a field, with the arguments that some need. */
function tryDirective(name: string): Tried {
  const given: Readonly<Record<string, string>> = {
    "@aws_subscribe": '(mutations: ["y"])',
    "@aws_auth": '(cognito_groups: ["g"])',
  };
  const field = `x: Int ${name}${given[name] ?? ""}`;
  buildApiSchema(`type Query { y: Int } type Mutation { y: Int } type Subscription { ${field} }`);
  return "served";
}

const userPool = { UserPoolId: "p", DefaultAction: "ALLOW" };
const takes = (schema: v.GenericSchema, properties: object) =>
  served(v.safeParse(schema, properties).success);

/** How to find out, by the first cell of a row. */
const probes: Readonly<Record<string, (name: string) => Tried | Promise<Tried>>> = {
  "Resource types": (name) => served(appsyncResources.some(({ type }) => type === name)),
  "Authorization modes": (AuthenticationType) =>
    takes(graphqlApi.properties, { Name: "a", AuthenticationType, UserPoolConfig: userPool }),
  "Additional authorization modes": (AuthenticationType) =>
    takes(graphqlApi.properties, {
      Name: "a",
      AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
      UserPoolConfig: userPool,
      AdditionalAuthenticationProviders: [{ AuthenticationType }],
    }),
  "Data sources": (Type) =>
    takes(dataSource.properties, {
      ApiId: "a",
      Name: "s",
      Type,
      ...(Type === "AMAZON_DYNAMODB" && { DynamoDBConfig: { TableName: "t", AwsRegion: "us-east-1" } }),
      ...(Type === "AWS_LAMBDA" && { LambdaConfig: { LambdaFunctionArn: "f" } }),
    }),
  "DynamoDB operations": (operation) => tryRequest({ table: "t" }, { operation }),
  "Lambda operations": (operation) => tryRequest("lambda", { operation, payload: {} }),
  Utilities: tryUtility,
  Modules: tryModule,
  "API operations": tryOperation,
  Scalars: (name) => served(isScalarType(buildApiSchema(`type Query { x: ${name} }`).getType(name))),
  Directives: tryDirective,
  "Messages of clients": (type) =>
    served(
      readClientMessage(JSON.stringify({ type, id: "1", payload: { data: '{"query":"x"}' } })) !== undefined,
    ),
};

describe("the table of what AppSync serves here", () => {
  it("has rows of every state, and a note where the state alone does not say enough", () => {
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(STATES));
    for (const { what, state, note } of rows) {
      if (state === "partly" || state === "not known") expect(note, what).not.toBe("");
    }
  });

  const named = rows.flatMap(({ what, state, names }) => names.map((name) => ({ what, state, name })));

  it("names what can be tried", () => {
    expect(new Set(named.map(({ what }) => what))).toEqual(new Set(Object.keys(probes)));
  });

  it.each(named)("$what: $name is $state", async ({ what, state, name }) => {
    const tried = await probes[what]?.(name);
    expect(tried).toBe(state === "partly" ? "served" : state);
  });

  it("names every resource type, scalar and directive there is", () => {
    const namesOf = (what: string) =>
      rows.filter((row) => row.what === what && row.state !== "refused").flatMap(({ names }) => names);
    expect(namesOf("Resource types").sort()).toEqual(appsyncResources.map(({ type }) => type).sort());
    const schema = buildApiSchema("type Query { x: Int }");
    const scalars = Object.keys(schema.getTypeMap()).filter((name) => name.startsWith("AWS"));
    expect(namesOf("Scalars").sort()).toEqual(scalars.sort());
    const directives = schema.getDirectives().map(({ name }) => `@${name}`);
    const ofAppSync = [...directives.filter((name) => name.startsWith("@aws")), "@aws_apikey"];
    expect(namesOf("Directives").sort()).toEqual(ofAppSync.sort());
  });

  it("names every utility there is", async () => {
    const listed = rows.filter(({ what }) => what === "Utilities").flatMap(({ names }) => names);
    const members = async (of: string) =>
      ((await evaluator.value(`Object.keys(${of})`)) as string[]).map((name) => `${of}.${name}`);
    const all = [...(await members("util")), ...(await members("runtime")), ...(await members("extensions"))];
    expect(all.filter((path) => !listed.includes(path))).toEqual([]);
  });
});
