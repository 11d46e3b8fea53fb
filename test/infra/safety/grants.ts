// Who may do what: every statement of every role, and who may call a function.

import { expect } from "vitest";
import type { Concern } from "./check.ts";
import { at, listAt, ofType, only, type ReadableTemplate } from "./readable.ts";

/** A name without what stands in every ARN of this account and region. */
const short = (resource: unknown) =>
  String(resource).replace(/^arn:<AWS::Partition>:([\w-]+):<AWS::Region>:<AWS::AccountId>:/, "$1:");

const texts = (value: unknown) => [value].flat().map(short).sort().join(" ");

/** `<actions> on <resources>` for every statement of every role; anything beside an effect, actions and resources throws. */
function grantsOf(template: ReadableTemplate): ReadonlyMap<string, readonly string[]> {
  const grants = new Map<string, string[]>();
  for (const [name, { Properties }] of ofType(template, "AWS::IAM::Policy")) {
    expect(at(Properties, "PolicyDocument/Version"), name).toBe("2012-10-17");
    const roles = listAt(Properties, "Roles");
    expect(roles, name).toHaveLength(1);
    const statements = listAt(Properties, "PolicyDocument/Statement").map((statement) => {
      expect(Object.keys(statement as object).sort(), name).toEqual(["Action", "Effect", "Resource"]);
      expect(at(statement, "Effect"), name).toBe("Allow");
      return `${texts(at(statement, "Action"))} on ${texts(at(statement, "Resource"))}`;
    });
    const role = String(roles[0]).slice(1, -1);
    grants.set(role, [...(grants.get(role) ?? []), ...statements].sort());
  }
  return grants;
}

/** The client's secret by its name: a reference would close a circle. */
const CLIENT_SECRET = "secretsmanager:secret:login-ledger/<GUID of AWS::StackId>/client-??????";

const writesLog = (group: string) => `logs:CreateLogStream logs:PutLogEvents on <${group}.Arn>`;

/** Whom each role is for, and all that it may do. */
function expectedRoles(stage: string, table: string): Readonly<Record<string, [string, ...string[]]>> {
  const readsConfig = `ssm:GetParameter on ssm:parameter/login-ledger/${stage}/config`;
  return {
    FunctionsAuthRole: [
      "lambda",
      writesLog("FunctionsAuthLog"),
      readsConfig,
      `secretsmanager:GetSecretValue on <OriginSecret> ${CLIENT_SECRET}`,
    ],
    FunctionsLoginsRole: [
      "lambda",
      writesLog("FunctionsLoginsLog"),
      readsConfig,
      "secretsmanager:GetSecretValue on <OriginSecret>",
    ],
    FunctionsLoginFileRole: [
      "lambda",
      writesLog("FunctionsLoginFileLog"),
      "s3:GetObject s3:PutObject on <LedgerFiles.Arn>/*",
      "sqs:SendMessage on <LedgerDeadLetters.Arn>",
    ],
    FunctionsGreetingRole: [
      "lambda",
      writesLog("FunctionsGreetingLog"),
      `ssm:GetParametersByPath on ssm:parameter/login-ledger/${stage}/greeting`,
    ],
    ApiLogRole: ["appsync", writesLog("ApiLog")],
    ApiTableRole: [
      "appsync",
      `dynamodb:GetItem dynamodb:PutItem on <${table}.Arn>`,
      `dynamodb:Query on <${table}.Arn>/index/byName <${table}.Arn>/index/byUser`,
    ],
    ApiLoginFileSourceRole: ["appsync", "lambda:InvokeFunction on <FunctionsLoginFileFunction.Arn>"],
    ApiGreetingSourceRole: ["appsync", "lambda:InvokeFunction on <FunctionsGreetingFunction.Arn>"],
  };
}

/** Who may call which function, and from where, beside the roles. */
const CALLERS = [
  "FunctionsAuthFunction: apigateway from execute-api:<SignInApi>/<SignInApiDeploymentStagev1>/*/auth/*",
  "FunctionsLoginsFunction: apigateway from execute-api:<SignInApi>/<SignInApiDeploymentStagev1>/POST/logins",
];

export const grants: Concern = {
  name: "grants",
  checks: [
    {
      name: "every role may do what it is for, and nothing else",
      holds: (template, { name: stage }) => {
        const expected = expectedRoles(stage, only(template, "AWS::DynamoDB::GlobalTable").name);
        const roles = ofType(template, "AWS::IAM::Role").map(([name]) => name);
        expect(roles.sort()).toEqual(Object.keys(expected).sort());
        const found = grantsOf(template);
        expect([...found.keys()].sort()).toEqual(roles.sort());
        for (const [role, [, ...statements]] of Object.entries(expected)) {
          expect(found.get(role), role).toEqual(statements.sort());
        }
      },
    },
    {
      name: "every role is taken on by one service, and has no other policy, inline or managed",
      holds: (template, { name: stage }) => {
        for (const [role, [service]] of Object.entries(expectedRoles(stage, ""))) {
          expect(template[role]?.Properties, role).toEqual({
            AssumeRolePolicyDocument: {
              Statement: [
                {
                  Action: "sts:AssumeRole",
                  Effect: "Allow",
                  Principal: { Service: `${service}.amazonaws.com` },
                },
              ],
              Version: "2012-10-17",
            },
          });
        }
      },
    },
    {
      name: "J2: no role may delete, update, scan or unlock anything, and none may do everything",
      holds: (template) => {
        const forbidden =
          /\*|^(dynamodb:(Delete|Update|BatchWrite|Scan|PartiQL)|s3:(Delete|Bypass|PutObjectRetention|PutObjectLegalHold)|iam:)/i;
        for (const [name, { Properties }] of ofType(template, "AWS::IAM::Policy")) {
          for (const statement of listAt(Properties, "PolicyDocument/Statement")) {
            const actions = [at(statement, "Action")].flat().map(String);
            expect(
              actions.filter((action) => forbidden.test(action)),
              name,
            ).toEqual([]);
            expect([at(statement, "Resource")].flat(), name).not.toContain("*");
          }
        }
      },
    },
    {
      name: "a function is called by its own routes and data source alone",
      holds: (template) => {
        const callers = ofType(template, "AWS::Lambda::Permission").map(([name, { Properties }]) => {
          const { Action, FunctionName, Principal, SourceArn, ...others } = Properties;
          expect(others, name).toEqual({});
          expect(Action, name).toBe("lambda:InvokeFunction");
          const called = /^<(\w+)\.Arn>$/.exec(String(FunctionName))?.[1];
          return `${String(called)}: ${String(Principal).replace(".amazonaws.com", "")} from ${short(SourceArn)}`;
        });
        expect(callers.sort()).toEqual(CALLERS);
      },
    },
  ],
  mutations: [
    {
      name: "a function that may read the pool's client, which has a narrow quota and the client's secret",
      change: {
        "FunctionsAuthRoleDefaultPolicy/Properties/PolicyDocument/Statement/3": {
          ...{
            Action: "cognito-idp:DescribeUserPoolClient",
            Effect: "Allow",
            Resource: "<IdentityUsers.Arn>",
          },
        },
      },
    },
    {
      name: "a function that may read every secret of the account",
      change: {
        "FunctionsLoginsRoleDefaultPolicy/Properties/PolicyDocument/Statement/2/Resource":
          "arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:*",
      },
    },
    {
      name: "a function that may change the secret it reads",
      change: {
        "FunctionsLoginsRoleDefaultPolicy/Properties/PolicyDocument/Statement/2/Action": [
          ...["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
        ],
      },
    },
    {
      name: "a role that may read every parameter",
      change: {
        "FunctionsLoginsRoleDefaultPolicy/Properties/PolicyDocument/Statement/1/Resource": "*",
      },
    },
    {
      name: "a role that may delete items",
      change: {
        "ApiTableRoleDefaultPolicy/Properties/PolicyDocument/Statement/0/Action": [
          ...["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
        ],
      },
    },
    {
      name: "a role that may query the table without an index",
      change: {
        "ApiTableRoleDefaultPolicy/Properties/PolicyDocument/Statement/1/Resource": "<LedgerRecords.Arn>*",
      },
    },
    {
      name: "a further statement",
      change: {
        "FunctionsGreetingRoleDefaultPolicy/Properties/PolicyDocument/Statement/2": {
          ...{ Action: "s3:GetObject", Effect: "Allow", Resource: "<LedgerFiles.Arn>/*" },
        },
      },
    },
    {
      name: "a statement of everything but",
      change: {
        "FunctionsGreetingRoleDefaultPolicy/Properties/PolicyDocument/Statement/2": {
          ...{ NotAction: "iam:*", Effect: "Allow", Resource: "<LedgerFiles.Arn>/*" },
        },
      },
    },
    {
      name: "a managed policy",
      change: {
        "FunctionsAuthRole/Properties/ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
      },
    },
    {
      name: "an inline policy",
      change: { "FunctionsAuthRole/Properties/Policies": [{ PolicyName: "p", PolicyDocument: {} }] },
    },
    {
      name: "a role that an account takes on",
      change: {
        "ApiTableRole/Properties/AssumeRolePolicyDocument/Statement/0/Principal": {
          AWS: "arn:<AWS::Partition>:iam::<AWS::AccountId>:root",
        },
      },
    },
    {
      name: "a further role",
      change: { Further: { Type: "AWS::IAM::Role", Properties: {} } },
    },
    {
      name: "a function that anybody may call",
      change: {
        Anybody: {
          Type: "AWS::Lambda::Permission",
          Properties: {
            ...{ Action: "lambda:InvokeFunction", FunctionName: "<FunctionsAuthFunction.Arn>" },
            Principal: "*",
          },
        },
      },
    },
    {
      name: "a function that every API of the account may call",
      change: { "AWS::Lambda::Permission/Properties/SourceArn": undefined },
    },
  ],
};
