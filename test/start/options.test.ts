import { expect, test } from "vitest";
import { readOptions } from "../../start/options.ts";

test("without a word everything has its default", () => {
  expect(readOptions([], {})).toEqual({
    state: ".local",
    outputs: "outputs.local.json",
    app: undefined,
    faults: new Set(),
    fresh: false,
    help: false,
    appPort: 4000,
    awsPort: 4001,
  });
});

test("ports come from the environment, 0 meaning any free one", () => {
  expect(readOptions([], { PORT: "8080", AWS_PORT: "0" })).toMatchObject({ appPort: 8080, awsPort: 0 });
});

test.each(["-1", "65536", "http", "1.5", "0x10"])("PORT=%s is refused with its value", (PORT) => {
  expect(() => readOptions([], { PORT })).toThrow(`PORT is "${PORT}"`);
});

test.each([[["--nonsense"]], [["extra"]], [["--state"]]])("%j is refused", (argv) => {
  expect(() => readOptions(argv, {})).toThrow(/--help/);
});

test("faults of AWS are switched on by name", () => {
  expect(readOptions(["--faults", "rotation-changes-auth-time"], {}).faults).toEqual(
    new Set(["rotation-changes-auth-time"]),
  );
  expect(() => readOptions(["--faults", "nonsense"], {})).toThrow(
    '--faults names "nonsense"; there are rotation-changes-auth-time',
  );
});
