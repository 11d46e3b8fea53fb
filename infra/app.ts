// The CDK app: one stack of one stage. `npx cdk synth -c stage=prod`

import { App } from "aws-cdk-lib/core";
import { LoginLedgerStack } from "./stack.ts";
import { stageSettings } from "./stage.ts";

const app = new App({ analyticsReporting: false });
const stage = stageSettings(app.node.tryGetContext("stage") ?? "dev");
new LoginLedgerStack(app, `LoginLedger-${stage.name}`, { stage });
app.synth();
