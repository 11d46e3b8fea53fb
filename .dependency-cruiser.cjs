// Who may import whom: the folder tree is the architecture. Each rule gives its reason.
const only = (from, allowed, comment) => ({
  name: `${from}-imports`,
  severity: "error",
  comment,
  from: { path: `^${from}/` },
  to: {
    path: "^(infra|resolvers|functions|client|web|packages|start|operate|test|bench)/",
    pathNot: `^(${[`${from}/`, ...allowed].join("|")})`,
  },
});

module.exports = {
  forbidden: [
    only(
      "infra",
      [],
      "the CDK app names the other folders by path, so that it can be synthesized without loading them",
    ),
    only(
      "resolvers",
      ["functions/[^/]+/event\\.ts$"],
      "AppSync runs a resolver alone; of a function it may know the event's type",
    ),
    only("functions", [], "deployed code knows nothing of tools, tests or the local runtime"),
    only("client", [], "the client is published by itself"),
    only("web", ["client/"], "the page is built on the client alone"),
    only(
      "start",
      ["packages/cdk-offline/src/serve\\.ts$"],
      "npm start serves the product through the runtime's door",
    ),
    only("packages/browser-test", [], "a package of its own knows nothing of who uses it"),
    only(
      "packages/cdk-offline/src",
      [],
      "the runtime reads the cloud assembly and nothing else of the project",
    ),
    only(
      "packages/cdk-offline/test",
      ["packages/cdk-offline/", "packages/browser-test/src/browser-test\\.ts$"],
      "the runtime is tested by itself: it serves any app",
    ),
    {
      name: "runtime-by-its-doors",
      severity: "error",
      comment: "what is behind the runtime's doors may change without anybody outside noticing",
      from: { pathNot: "^packages/" },
      to: {
        path: "^packages/",
        pathNot: "^packages/(cdk-offline/src/(serve|testing)|browser-test/src/browser-test)\\.ts$",
      },
    },
    only("operate", [], "a command knows a stack by its outputs file alone"),
    {
      name: "one-function-alone",
      severity: "error",
      comment: "a Lambda function never imports another; what two need lies in functions/shared",
      from: { path: "^functions/([^/]+)/", pathNot: "^functions/shared/" },
      to: { path: "^functions/", pathNot: "^functions/($1|shared)/" },
    },
    {
      name: "shared-knows-no-function",
      severity: "error",
      comment: "what is shared does not depend on who uses it",
      from: { path: "^functions/shared/" },
      to: { path: "^functions/", pathNot: "^functions/shared/" },
    },
    {
      name: "resolvers-take-types-only",
      severity: "error",
      comment: "a resolver shares no code with a function, only the type of its event",
      from: { path: "^resolvers/" },
      to: { path: "^functions/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      comment: "data goes forward: nothing depends on what depends on it",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolved",
      severity: "error",
      comment: "an import that resolves to nothing fails at run time",
      from: {},
      to: { couldNotResolve: true, pathNot: "^@aws-appsync/utils|^@graphql-typed-document-node/core" },
    },
    {
      name: "no-dev-dependency-in-production",
      severity: "error",
      comment: "what is deployed is a dependency, not a devDependency",
      from: { path: "^(functions|client|web)/", pathNot: "^web/vite" },
      to: { dependencyTypes: ["npm-dev"], pathNot: "@types/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(cdk\\.out|\\.build|\\.local|web/dist)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
