// What must be right from the first deployment, read from the template that is deployed.

import { Duration } from "aws-cdk-lib/core";
import { beforeAll, describe, expect, test } from "vitest";
import { LEDGER_PATIENCE } from "../../functions/shared/ledger.ts";
import { LIMITS } from "../../functions/shared/limits.ts";
import { retentionOf } from "../../infra/ledger-function.ts";
import { stageSettings } from "../../infra/stage.ts";
import { ofType, STAGES, synthesize, type Template, type TemplateResource } from "./templates.ts";

const templates = {} as Record<(typeof STAGES)[number], Template>;
beforeAll(() => {
  for (const stage of STAGES) templates[stage] = synthesize(stage, { validate: false });
});

/** The one resource of a type. */
function only(template: Template, type: string): TemplateResource {
  const found = ofType(template, type);
  expect(found, type).toHaveLength(1);
  return found[0] as TemplateResource;
}

/** The bucket of the sign-ins' files. */
function filesBucket(template: Template): TemplateResource | undefined {
  return Object.entries(template.Resources).find(([id]) => /^LedgerFiles[0-9A-F]{8}$/.test(id))?.[1];
}

test("AWS's own template validation, its findings as errors, finds nothing in what production deploys", () => {
  expect(Object.keys(synthesize("prod", { validate: true }).Resources).length).toBeGreaterThan(40);
});

describe.each(STAGES)("the template of stage %s", (stage) => {
  test("has no custom resource, and no function beside the four", () => {
    const types = Object.values(templates[stage].Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /^Custom::|CustomResource/.test(type))).toEqual([]);
    expect(types.filter((type) => type === "AWS::Lambda::Function")).toHaveLength(4);
  });

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
      "DeadLetterQueueUrl",
      "GraphQLUrl",
      "GreetingPath",
      "LoginLogGroup",
      "LoginUrl",
      "PageBucketName",
      "RealtimeUrl",
      "Region",
      "Stage",
      "TableName",
      "UserPoolId",
      "WebClientId",
    ]);
  });

  test("J3: the web client signs in by authorization code alone, with a secret and exact https addresses", () => {
    const { Properties } = only(templates[stage], "AWS::Cognito::UserPoolClient");
    expect(Properties).toMatchObject({
      AllowedOAuthFlows: ["code"],
      AllowedOAuthFlowsUserPoolClient: true,
      ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      GenerateSecret: true,
      EnableTokenRevocation: true,
      PreventUserExistenceErrors: "ENABLED",
      AccessTokenValidity: 5,
      IdTokenValidity: 5,
      RefreshTokenValidity: 720,
      TokenValidityUnits: { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "minutes" },
    });
    expect(Properties["AllowedOAuthScopes"]).toEqual([
      "openid",
      "email",
      "profile",
      { "Fn::Join": ["", [{ Ref: expect.stringContaining("Ledger") as unknown }, "/logins"]] },
    ]);
    expect(JSON.stringify(Properties["CallbackURLs"])).toMatch(/"https:\/\/".*"\/auth\/callback"/);
    expect(JSON.stringify(templates[stage])).not.toMatch(/localhost|example\.com/);
  });

  test("the pool's settings that cannot be changed later are as decided", () => {
    expect(only(templates[stage], "AWS::Cognito::UserPool").Properties).toMatchObject({
      AliasAttributes: ["email"],
      AutoVerifiedAttributes: ["email"],
      UsernameConfiguration: { CaseSensitive: false },
      UserPoolTier: "ESSENTIALS",
      Schema: [{ Name: "email", Required: true, Mutable: true }],
    });
    expect(only(templates[stage], "AWS::Cognito::UserPoolDomain").Properties).toMatchObject({
      ManagedLoginVersion: 2,
    });
  });

  test("the table's key is the authentication event, with an index by user and one by name", () => {
    expect(only(templates[stage], "AWS::DynamoDB::GlobalTable").Properties).toMatchObject({
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        { IndexName: "byUser", KeySchema: [{ AttributeName: "userId" }, { AttributeName: "loggedInAt" }] },
        {
          IndexName: "byUsername",
          KeySchema: [{ AttributeName: "username" }, { AttributeName: "loggedInAt" }],
        },
      ],
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
    });
  });

  test("J4: AppSync takes tokens of the web client only, and has its limits", () => {
    const { Properties } = only(templates[stage], "AWS::AppSync::GraphQLApi");
    expect(Properties).toMatchObject({
      AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
      IntrospectionConfig: stage === "prod" ? "DISABLED" : "ENABLED",
      QueryDepthLimit: expect.any(Number) as unknown,
      ResolverCountLimit: expect.any(Number) as unknown,
    });
    const { AppIdClientRegex } = Properties["UserPoolConfig"] as { AppIdClientRegex: unknown };
    expect(AppIdClientRegex).toMatchObject({
      "Fn::Join": ["", ["^", { Ref: expect.any(String) as unknown }, "$"]],
    });
    expect(ofType(templates[stage], "AWS::AppSync::ApiKey")).toEqual([]);
  });

  test("J6: every function has a time limit, every log group an end, and no bucket is public", () => {
    for (const { Properties } of ofType(templates[stage], "AWS::Lambda::Function")) {
      expect(Properties).toMatchObject({ Timeout: expect.any(Number) as unknown, Runtime: "nodejs24.x" });
    }
    for (const { Properties } of ofType(templates[stage], "AWS::Logs::LogGroup")) {
      expect(Properties["RetentionInDays"]).toBeTypeOf("number");
    }
    for (const { Properties } of ofType(templates[stage], "AWS::S3::Bucket")) {
      expect(Object.values(Properties["PublicAccessBlockConfiguration"] as object)).toEqual([
        true,
        true,
        true,
        true,
      ]);
    }
    expect(ofType(templates[stage], "AWS::Lambda::Url")).toEqual([]);
    expect(JSON.stringify(templates[stage])).not.toContain("Access-Control-Allow-Origin");
  });

  test("A31: what a function waits for ends before the function does, and the function before API Gateway's patience", () => {
    const { configMs, clientSecretMs, tokenMs, keysMs, ledgerMs, revokeMs } = LIMITS;
    const limitOf = (name: RegExp) => {
      const found = Object.entries(templates[stage].Resources).find(
        ([id, { Type }]) => Type === "AWS::Lambda::Function" && name.test(id),
      );
      return Number(found?.[1].Properties["Timeout"]) * 1000;
    };
    const apiGatewayMs = 29_000;
    const auth = limitOf(/^FunctionsAuth/);
    expect(configMs + clientSecretMs + tokenMs + keysMs + ledgerMs + revokeMs).toBeLessThan(auth);
    expect(auth).toBeLessThan(apiGatewayMs);
    const logins = limitOf(/^FunctionsLogins/);
    expect(configMs + keysMs + 2 * ledgerMs).toBeLessThan(logins);
    expect(logins).toBeLessThan(apiGatewayMs);

    const { timeoutMs, retries } = LEDGER_PATIENCE;
    const pauses = Array.from({ length: retries.attempts - 1 }, (_, n) =>
      Math.min(retries.longestPauseMs, retries.firstPauseMs * 2 ** n),
    );
    expect(pauses.reduce((sum, pause) => sum + pause, retries.attempts * timeoutMs)).toBeLessThan(ledgerMs);
    // A token endpoint that does not answer ends the sign-in within eight seconds.
    expect(configMs + tokenMs).toBeLessThan(8000);
  });

  test("J5: no secret is read into the template", () => {
    expect(JSON.stringify(templates[stage])).not.toMatch(/"ClientSecret"|\{\{resolve:/);
  });

  test("J2: no role may delete, update, scan or unlock anything, and none may do everything", () => {
    const forbidden =
      /\*|^(dynamodb:(Delete|Update|BatchWrite|Scan|PartiQL)|s3:(Delete|Bypass|PutObjectRetention|PutObjectLegalHold)|iam:)/i;
    const statements = ofType(templates[stage], "AWS::IAM::Policy").flatMap(
      ({ Properties }) =>
        (
          Properties["PolicyDocument"] as {
            Statement: { Action: string | string[]; Resource: unknown }[];
          }
        ).Statement,
    );
    expect(statements.length).toBeGreaterThan(8);
    for (const { Action, Resource } of statements) {
      expect(Action).toBeDefined(); // not NotAction
      expect([Action].flat().filter((action) => forbidden.test(action))).toEqual([]);
      expect([Resource].flat()).not.toContain("*");
    }
    for (const { Properties } of ofType(templates[stage], "AWS::IAM::Role")) {
      expect(Object.keys(Properties)).toEqual(["AssumeRolePolicyDocument"]); // no further policy, inline or managed
    }
  });

  test("A32: no error is replaced by a page, and no server error is kept for the next viewer", () => {
    const { DistributionConfig } = only(templates[stage], "AWS::CloudFront::Distribution").Properties as {
      DistributionConfig: { CustomErrorResponses: Record<string, unknown>[] };
    };
    expect(DistributionConfig.CustomErrorResponses).toEqual(
      [500, 501, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    );
  });

  test("A30: what API Gateway answers itself has the headers that the functions give", () => {
    const answers = ofType(templates[stage], "AWS::ApiGateway::GatewayResponse");
    expect(answers.map(({ Properties }) => Properties["ResponseType"]).sort()).toEqual([
      "DEFAULT_4XX",
      "DEFAULT_5XX",
    ]);
    for (const { Properties } of answers) {
      const headers = Properties["ResponseParameters"] as Record<string, string>;
      for (const [name, value] of Object.entries({
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
      })) {
        expect(headers[`gatewayresponse.header.${name}`]).toBe(`'${value}'`);
      }
    }
  });

  test("the page may run no text as script, be framed by nobody, and speak with the API and itself only", () => {
    const { ResponseHeadersPolicyConfig } = only(templates[stage], "AWS::CloudFront::ResponseHeadersPolicy")
      .Properties as {
      ResponseHeadersPolicyConfig: { SecurityHeadersConfig: Record<string, Record<string, unknown>> };
    };
    const headers = ResponseHeadersPolicyConfig.SecurityHeadersConfig;
    expect(headers["StrictTransportSecurity"]).toEqual({
      AccessControlMaxAgeSec: 63_072_000,
      IncludeSubdomains: true,
      Override: true,
    });
    const policy = JSON.stringify(headers["ContentSecurityPolicy"]?.["ContentSecurityPolicy"]);
    for (const directive of [
      "default-src 'none'",
      "script-src 'self';",
      "style-src 'self';",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]) {
      expect(policy).toContain(directive);
    }
    expect(policy).not.toMatch(/unsafe-|https?:\/\/\*\.amazonaws/);
  });

  test("a sign-in without a record is refused", () => {
    const modes = ofType(templates[stage], "AWS::Lambda::Function").flatMap(({ Properties }) => {
      const { Variables } = Properties["Environment"] as { Variables: Record<string, unknown> };
      return "AUDIT_MODE" in Variables ? [Variables["AUDIT_MODE"]] : [];
    });
    expect(modes).toEqual(["strict"]);
  });

  test("what a failed hand-over leaves goes to the dead-letter queue", () => {
    const { Properties } = only(templates[stage], "AWS::Lambda::EventInvokeConfig");
    expect(Properties).toMatchObject({
      MaximumRetryAttempts: 2,
      DestinationConfig: {
        OnFailure: { Destination: { "Fn::GetAtt": [expect.stringContaining("DeadLetters"), "Arn"] } },
      },
    });
  });
});

describe("what stages differ in", () => {
  test("files are written once everywhere, and locked where they must outlast an administrator", () => {
    for (const stage of STAGES) {
      const files = filesBucket(templates[stage]);
      const policy = Object.entries(templates[stage].Resources).find(([id]) =>
        id.startsWith("LedgerFilesPolicy"),
      )?.[1];
      const sids = (policy?.Properties["PolicyDocument"] as { Statement: { Sid?: string }[] }).Statement.map(
        ({ Sid }) => Sid,
      );
      expect(files?.Properties["VersioningConfiguration"]).toEqual({ Status: "Enabled" });
      expect(sids).toContain("WriteOnce");
      const isLocked = stage !== "dev";
      expect(sids.includes("NeverDelete")).toBe(isLocked);
      expect(files?.Properties["ObjectLockConfiguration"] !== undefined).toBe(isLocked);
      if (isLocked) {
        const days = stage === "prod" ? 400 : 1;
        expect(files?.Properties["ObjectLockConfiguration"]).toMatchObject({
          Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: days } },
        });
      }
    }
  });

  test("a file is gone a few days after its retention, and the marker of its deletion with it", () => {
    for (const [stage, days] of [
      ["prod", 400],
      ["dev", 30],
      ["local", 1],
    ] as const) {
      const files = filesBucket(templates[stage]);
      expect(files?.Properties["LifecycleConfiguration"]).toEqual({
        Rules: [
          {
            ExpirationInDays: days + 1,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            Status: "Enabled",
          },
          { ExpiredObjectDeleteMarker: true, Status: "Enabled" },
        ],
      });
    }
  });

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

  test("production keeps table, files and users when the stack goes", () => {
    for (const type of ["AWS::DynamoDB::GlobalTable", "AWS::Cognito::UserPool"]) {
      expect(only(templates.prod, type).DeletionPolicy).toBe("Retain");
      expect(only(templates.dev, type).DeletionPolicy).toBe("Delete");
    }
    const files = filesBucket(templates.prod);
    expect(files?.DeletionPolicy).toBe("Retain");
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
