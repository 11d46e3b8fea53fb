// The template of every stage, synthesized once for all tests of a file.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { afterAll } from "vitest";
import { LoginLedgerStack } from "../../infra/stack.ts";
import { stageSettings, type StageName } from "../../infra/stage.ts";

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Synthesized {
  readonly template: Template;
  /** Whether CloudFormation refuses to delete the stack. */
  readonly isProtected: boolean;
}

export const STAGES: readonly StageName[] = ["local", "dev", "prod"];

/** For what synthesizes: all stages take two seconds on a quiet machine, the validation ten. */
export const SYNTHESIS_TIMEOUT_MS = 600_000;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The context that `cdk` takes from cdk.json. */
function context(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync("cdk.json", "utf8")) as { context: Record<string, unknown> };
  return context;
}

/** Synthesizes one stage. With `validate`, AWS's template validation must find nothing. */
export function synthesize(stage: StageName, { validate }: { readonly validate: boolean }): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "login-ledger-synth-"));
  folders.push(outdir);
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: context(),
    ...(!validate && { builtinCloudFormationValidation: false }),
  });
  const stack = new LoginLedgerStack(app, `LoginLedger-${stage}`, { stage: stageSettings(stage) });
  const artifact = app.synth().getStackByName(stack.stackName);
  return { template: artifact.template as Template, isProtected: artifact.terminationProtection === true };
}

/** The resources of a type. */
export function ofType(template: Template, type: string): TemplateResource[] {
  return Object.values(template.Resources).filter((resource) => resource.Type === type);
}
