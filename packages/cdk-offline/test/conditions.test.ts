// What a condition of the template leaves out is not there, for whoever serves the template.

import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serve } from "../src/serve.ts";
import { writeAssembly } from "./assembly-of.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

test("a distribution and an output that a condition leaves out: no page is served, and no output is told", async () => {
  const assembly = writeAssembly(join(folder, "assembly"), {
    Conditions: { HasPage: { "Fn::Equals": [{ Ref: "AWS::Region" }, "nowhere"] } },
    Resources: {
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "queue" } },
      Page: { Type: "AWS::CloudFront::Distribution", Condition: "HasPage", Properties: { Unserved: true } },
    },
    Outputs: {
      QueueName: { Value: { "Fn::GetAtt": ["Queue", "QueueName"] } },
      PageUrl: { Value: { "Fn::GetAtt": ["Page", "DomainName"] }, Condition: "HasPage" },
    },
  });
  const served = await serve(assembly, { state: join(folder, "state"), log: () => undefined });
  onTestFinished(() => served.close());
  expect(served.endpoints.app).toBeUndefined();
  expect(served.outputs).toEqual({ Stack: { QueueName: "queue" } });
});
