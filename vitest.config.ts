import { defineConfig } from "vitest/config";

// A limit only ends what hangs: a slow machine, or one that is busy with others, must not make a test fail.
const patient = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 60_000 } } };

// The SDK's note that Node 20 will not be supported for ever says nothing about a test.
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

export default defineConfig({
  test: {
    // Of two processors vitest would leave one alone.
    maxWorkers: "100%",
    // npm run test:coverage: the functions are tested in every branch. The tests through HTTP come on top. Resolvers run in
    // an evaluator of their own, where nothing counts their branches; what their tests cover was seen by breaking each.
    coverage: {
      provider: "v8",
      include: ["functions/**/*.ts"],
      exclude: ["**/generated/**", "test/**"],
      reportsDirectory: ".build/coverage",
      reporter: ["text", "html"],
      thresholds: { branches: 100 },
    },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "packages/*/test/**/*.test.ts"],
          exclude: ["test/flow/**", "test/browser/**", "packages/*/test/browser/**"],
          env,
          pool: "threads",
          ...patient,
        },
      },
      {
        // The whole system over HTTP. Started here, unless LEDGER_OUTPUTS names the outputs of one that runs already.
        test: {
          name: "flow",
          include: ["test/flow/**/*.test.ts"],
          globalSetup: "test/flow/running-stack.ts",
          env,
          pool: "threads",
          ...patient,
        },
      },
      {
        // Long runs of fuzz, torture and volume; each has a short share in the other projects.
        test: {
          name: "long",
          include: ["test/**/*.long.ts", "packages/*/test/**/*.long.ts"],
          globalSetup: "test/flow/running-stack.ts",
          env,
          pool: "threads",
          ...patient,
          testTimeout: 1_200_000,
        },
      },
      {
        // A real browser on the same running system.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts", "packages/*/test/browser/**/*.test.ts"],
          globalSetup: "test/flow/running-stack.ts",
          env,
          pool: "threads",
          fileParallelism: false,
          ...patient,
        },
      },
    ],
  },
});
