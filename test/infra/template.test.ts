// What must be right from the first deployment, read from the template that is deployed. What is safe about it is checked
// in safety.test.ts.

import { Duration } from "aws-cdk-lib/core";
import { beforeAll, describe, expect, test } from "vitest";
import { LEDGER_PATIENCE } from "../../functions/shared/ledger.ts";
import { LIMITS } from "../../functions/shared/limits.ts";
import { retentionOf } from "../../infra/ledger-function.ts";
import { stageSettings } from "../../infra/stage.ts";
import {
  ofType,
  STAGES,
  SYNTHESIS_TIMEOUT_MS,
  synthesize,
  type Template,
  type TemplateResource,
} from "./templates.ts";

const templates = {} as Record<(typeof STAGES)[number], Template>;
const protectedStages: string[] = [];
beforeAll(() => {
  for (const stage of STAGES) {
    const { template, isProtected } = synthesize(stage, { validate: false });
    templates[stage] = template;
    if (isProtected) protectedStages.push(stage);
  }
}, SYNTHESIS_TIMEOUT_MS);

/** The one resource of a type. */
function only(template: Template, type: string): TemplateResource {
  const found = ofType(template, type);
  expect(found, type).toHaveLength(1);
  return found[0] as TemplateResource;
}

describe("AWS's own template validation, its findings as errors", () => {
  let validated: Template;
  beforeAll(() => {
    validated = synthesize("prod", { validate: true }).template;
  }, SYNTHESIS_TIMEOUT_MS);

  test("finds nothing in what production deploys", () => {
    expect(Object.keys(validated.Resources).length).toBeGreaterThan(40);
  });
});

describe.each(STAGES)("the template of stage %s", (stage) => {
  test("has no circle among its resources", () => {
    const { Resources } = templates[stage];
    const visited = new Map<string, "entered" | "left">();
    const visit = (id: string, path: readonly string[]): void => {
      if (visited.get(id) === "left") return;
      if (visited.get(id) === "entered") throw new Error(`circle: ${[...path, id].join(" -> ")}`);
      visited.set(id, "entered");
      for (const next of referencesOf(Resources[id])) if (next in Resources) visit(next, [...path, id]);
      visited.set(id, "left");
    };
    for (const id of Object.keys(Resources)) visit(id, []);
    expect([...visited.values()].every((state) => state === "left")).toBe(true);
  });

  test("is printable ASCII throughout: of other characters CloudFormation gives back question marks", () => {
    const unprintable = /[^\n\u0020-\u007e]/;
    expect(textsOf(templates[stage]).filter((text) => unprintable.test(text))).toEqual([]);
  });

  test("has the outputs that tools, tests and front ends rely on", () => {
    expect(Object.keys(templates[stage].Outputs).sort()).toEqual([
      "AppUrl",
      "BucketName",
      "ClientSecretArn",
      "DeadLetterQueueUrl",
      "DistributionId",
      "GraphQLUrl",
      "GreetingPath",
      "LoginLogGroup",
      "LoginUrl",
      "OriginSecretArn",
      "PageBucketName",
      "RealtimeUrl",
      "Region",
      "Stage",
      "TableName",
      "UserPoolId",
      "WebClientId",
    ]);
  });

  test("J5: no output says what a secret holds", () => {
    expect(JSON.stringify(templates[stage].Outputs)).not.toMatch(/"[\w.]*\.?ClientSecret"|\{\{resolve:/);
  });

  test("the table's key is the authentication event, with indexes by user, name and day, and one of what was read", () => {
    expect(only(templates[stage], "AWS::DynamoDB::GlobalTable").Properties).toMatchObject({
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        { IndexName: "byUser", KeySchema: [{ AttributeName: "userId" }, { AttributeName: "position" }] },
        { IndexName: "byName", KeySchema: [{ AttributeName: "usernameKey" }, { AttributeName: "position" }] },
        { IndexName: "byDay", KeySchema: [{ AttributeName: "day" }, { AttributeName: "position" }] },
        { IndexName: "readsAbout", KeySchema: [{ AttributeName: "aboutKey" }, { AttributeName: "at" }] },
      ],
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  test("A31: what a function waits for ends before the function does, and the function before API Gateway's patience", () => {
    const { configMs, secretMs, tokenMs, keysMs, ledgerMs, revokeMs } = LIMITS;
    const limitOf = (name: RegExp) => {
      const found = Object.entries(templates[stage].Resources).find(
        ([id, { Type }]) => Type === "AWS::Lambda::Function" && name.test(id),
      );
      return Number(found?.[1].Properties["Timeout"]) * 1000;
    };
    const apiGatewayMs = 29_000;
    const auth = limitOf(/^FunctionsAuth/);
    // All that is read at the start is read at once; after that either secret may have a version that is not known yet.
    const startMs = Math.max(configMs, secretMs);
    expect(startMs + 2 * secretMs + tokenMs + keysMs + ledgerMs + revokeMs).toBeLessThan(auth);
    expect(auth).toBeLessThan(apiGatewayMs);
    const logins = limitOf(/^FunctionsLogins/);
    expect(startMs + secretMs + keysMs + 2 * ledgerMs).toBeLessThan(logins);
    expect(logins).toBeLessThan(apiGatewayMs);

    const { timeoutMs, retries } = LEDGER_PATIENCE;
    const pauses = Array.from({ length: retries.attempts - 1 }, (_, n) =>
      Math.min(retries.longestPauseMs, retries.firstPauseMs * 2 ** n),
    );
    expect(pauses.reduce((sum, pause) => sum + pause, retries.attempts * timeoutMs)).toBeLessThan(ledgerMs);
    // A token endpoint that does not answer ends the sign-in within eight seconds.
    expect(startMs + tokenMs).toBeLessThan(8000);
  });
});

test("production's stack is deleted by nobody before its protection is taken off", () => {
  expect(protectedStages).toEqual(["prod"]);
});

describe("how long log lines are kept", () => {
  test.each([
    [1, 1],
    [2, 3],
    [30, 30],
    [366, 400],
    [400, 400],
    [3653, 3653],
  ])("with a retention of %i days log lines are kept for %i", (retention, kept) => {
    expect(retentionOf({ ...stageSettings("dev"), retention: Duration.days(retention) })).toBe(kept);
  });

  test("a retention longer than CloudWatch Logs keeps anything is refused", () => {
    expect(() => retentionOf({ ...stageSettings("dev"), retention: Duration.days(3654) })).toThrow(
      "retention is 3654 days; CloudWatch Logs keeps no log that long",
    );
  });
});

test.each(["Prod", "", "test", 7, null])("stage %j is refused by name", (stage) => {
  expect(() => stageSettings(stage)).toThrow(
    `stage is ${JSON.stringify(stage)}; choose one of local, dev, prod`,
  );
});

/** Every text of a template, names included. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)]);
}

/** Every resource that this one refers to. */
function referencesOf(resource: TemplateResource | undefined): string[] {
  const found: string[] = [resource?.DependsOn ?? []].flat(2);
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(walk);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === "Ref" && typeof item === "string") found.push(item);
      else if (key === "Fn::GetAtt")
        found.push(String(Array.isArray(item) ? item[0] : item).split(".")[0] ?? "");
      else if (key === "Fn::Sub") {
        const pattern = String(Array.isArray(item) ? item[0] : item);
        for (const [, name = ""] of pattern.matchAll(/\$\{([^!}.]+)/g)) found.push(name);
        if (Array.isArray(item)) walk(item[1]);
      } else walk(item);
    }
  };
  walk(resource?.Properties);
  return found;
}
