// What is written down of requests: how long, at which level, and never their content.

import { expect } from "vitest";
import { retentionOf } from "../../../infra/ledger-function.ts";
import type { Concern } from "./check.ts";
import { listAt, ofType, only } from "./readable.ts";

export const logs: Concern = {
  name: "logs",
  checks: [
    {
      name: "every log group is kept as long as the sign-ins, and no longer than CloudWatch must",
      holds: (template, stage) => {
        const groups = ofType(template, "AWS::Logs::LogGroup");
        expect(groups.length).toBeGreaterThan(1);
        for (const [name, { Properties }] of groups) {
          const { LogGroupName, ...others } = Properties;
          expect(others, name).toEqual({ RetentionInDays: retentionOf(stage) });
          // The name is where AppSync writes; the functions are told the names of theirs.
          expect(LogGroupName, name).toBe(
            name === "ApiLog" ? "/aws/appsync/apis/<ApiGraphQL.ApiId>" : undefined,
          );
        }
      },
    },
    {
      name: "production's log groups outlive the stack",
      holds: (template, stage) => {
        for (const [name, group] of ofType(template, "AWS::Logs::LogGroup")) {
          expect([group.DeletionPolicy, group.UpdateReplacePolicy], name).toEqual(
            stage.retainData ? ["Retain", "Retain"] : ["Delete", "Delete"],
          );
        }
      },
    },
    {
      name: "every function writes JSON to a group of its own, and Lambda writes its warnings there",
      holds: (template) => {
        for (const [name, { Properties }] of ofType(template, "AWS::Lambda::Function")) {
          expect(Properties["LoggingConfig"], name).toEqual({
            ApplicationLogLevel: "INFO",
            LogFormat: "JSON",
            LogGroup: `<${name.replace(/Function$/, "Log")}>`,
            SystemLogLevel: "WARN",
          });
        }
      },
    },
    {
      name: "AppSync logs errors without the content of requests",
      holds: (template) => {
        expect(only(template, "AWS::AppSync::GraphQLApi").Properties["LogConfig"]).toEqual({
          CloudWatchLogsRoleArn: "<ApiLogRole.Arn>",
          ExcludeVerboseContent: true,
          FieldLogLevel: "ERROR",
        });
      },
    },
    {
      name: "API Gateway logs no request or answer",
      holds: (template) => {
        const settings = listAt(only(template, "AWS::ApiGateway::Stage").Properties, "MethodSettings");
        expect(settings.length).toBeGreaterThan(0);
        for (const setting of settings) {
          expect(setting).toMatchObject({ DataTraceEnabled: false });
          expect(["OFF", "ERROR", undefined]).toContain((setting as { LoggingLevel?: unknown }).LoggingLevel);
        }
      },
    },
  ],
  mutations: [
    { name: "a log kept for ever", change: { "FunctionsAuthLog/Properties/RetentionInDays": undefined } },
    {
      name: "the log of sign-ins kept for a day",
      change: { "FunctionsLoginFileLog/Properties/RetentionInDays": 1 },
    },
    {
      name: "the log of sign-ins gone with the stack",
      change: { "FunctionsLoginFileLog/DeletionPolicy": "Delete" },
    },
    { name: "AppSync's log gone with the stack", change: { "ApiLog/DeletionPolicy": "Delete" } },
    {
      name: "a log that development keeps",
      stage: "dev",
      change: { "FunctionsAuthLog/DeletionPolicy": "Retain" },
    },
    {
      name: "a group that Lambda makes itself, without an end",
      change: { "FunctionsAuthFunction/Properties/LoggingConfig/LogGroup": undefined },
    },
    {
      name: "no line of a sign-in",
      change: { "FunctionsLoginFileFunction/Properties/LoggingConfig/ApplicationLogLevel": "WARN" },
    },
    {
      name: "debugging in production",
      change: { "FunctionsAuthFunction/Properties/LoggingConfig/ApplicationLogLevel": "DEBUG" },
    },
    {
      name: "headers and variables in AppSync's log",
      change: { "AWS::AppSync::GraphQLApi/Properties/LogConfig/ExcludeVerboseContent": false },
    },
    {
      name: "every field in AppSync's log",
      change: { "AWS::AppSync::GraphQLApi/Properties/LogConfig/FieldLogLevel": "ALL" },
    },
    { name: "no log of AppSync", change: { "AWS::AppSync::GraphQLApi/Properties/LogConfig": undefined } },
    {
      name: "API data trace",
      change: { "AWS::ApiGateway::Stage/Properties/MethodSettings/0/DataTraceEnabled": true },
    },
    {
      name: "every request in API Gateway's log",
      change: { "AWS::ApiGateway::Stage/Properties/MethodSettings/0/LoggingLevel": "INFO" },
    },
  ],
};
