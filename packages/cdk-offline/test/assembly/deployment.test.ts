import { join } from "node:path";
import { expect, test } from "vitest";
import { openDeployment } from "../../src/assembly/deployment.ts";
import { DamagedState } from "../../src/errors.ts";
import { writeCheckedFile } from "../../src/state/atomic-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();

test("what was kept for a resource is kept after a restart, and made anew for a resource of another type", () => {
  const first = openDeployment(folder);
  const keep = (deployment: typeof first, type: string, value: string) =>
    deployment.keep("Files", type, "name", () => value);
  expect(keep(first, "AWS::S3::Bucket", "one")).toBe("one");
  first.save();
  const second = openDeployment(folder);
  expect(second.stackGuid).toBe(first.stackGuid);
  expect(keep(second, "AWS::S3::Bucket", "two")).toBe("one");
  expect(keep(second, "AWS::SQS::Queue", "three")).toBe("three");
});

test("a file that is no record of a deployment is refused in a sentence", () => {
  const path = join(folder, "deployment.json");
  writeCheckedFile(path, { stackGuid: 1 });
  expect(() => openDeployment(folder)).toThrow(new DamagedState(path, "is no record of a deployment"));
});
