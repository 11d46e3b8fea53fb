// Every way to take something of a resource away or to alter it: what shows that nothing is left without a check.

import type { Mutation } from "./check.ts";
import { at, type ReadableTemplate } from "./readable.ts";

/**
 * Properties of which no check knows, by `<type>/<path>`, each with the reason. Whoever adds a property writes a check, or
 * says here why it needs none.
 */
const UNGUARDED: readonly (readonly [RegExp, string])[] = [
  [/^[\w:]+\/Properties\/(Description|Name|StageName|PolicyName)$/, "says what it is, and changes nothing"],
  [/\/(Comment|Compress|HttpVersion|IPV6Enabled)$/, "how the page arrives, not who may see it"],
  [/^AWS::CloudFront::\w+\/.*\/(Name|Id)$/, "a name that only has to be one"],
  [/TargetOriginId$/, "the check follows it to the origin, which must be the right one"],
  [/^AWS::Cognito::UserPool\/.*(Message|Subject|DefaultEmailOption|MessageTemplate)$/, "the words of a mail"],
  [/^AWS::Cognito::UserPoolResourceServer\/.*(Name|ScopeDescription)$/, "shown to administrators"],
  [/^AWS::Cognito::UserPoolDomain\/Properties\/Domain$/, "a prefix that only has to be free"],
  [
    /^AWS::DynamoDB::GlobalTable\/.*(AttributeDefinitions|GlobalSecondaryIndexes|KeySchema)\b/,
    "resolvers fail",
  ],
  [/^AWS::Lambda::Function\/Properties\/Code\b/, "test/functions/bundle.test.ts loads it"],
  [/^AWS::CloudFront::Function\/Properties\/FunctionCode$/, "test/functions/page-paths.test.ts runs it"],
  [/^AWS::ApiGateway::(Deployment|Resource)\//, "the routes are checked with their methods"],
  [/^AWS::ApiGateway::Stage\/Properties\/DeploymentId$/, "the one deployment there is"],
  [
    /^AWS::AppSync::\w+\/Properties\/(Code|Definition|Kind|FieldName|TypeName)\b/,
    "the tests of resolvers run it",
  ],
  [
    /^AWS::AppSync::\w+\/Properties\/(DataSourceName|FunctionVersion|PipelineConfig)\b/,
    "the tests of resolvers run it",
  ],
  [/^AWS::SSM::Parameter\/Properties\/Value$/, "the flow tests read it"],
];

/** Whether the property is one of those that need no check. */
export const isUnguarded = (path: string) => UNGUARDED.some(([pattern]) => pattern.test(path));

/** Every member and element of a resource taken away, and every value altered, one at a time. */
export function alterationsOf(template: ReadableTemplate, name: string): Mutation[] {
  const paths = pathsIn(template[name]?.Properties, `${name}/Properties`);
  for (const policy of ["DeletionPolicy", "UpdateReplacePolicy"] as const) {
    if (template[name]?.[policy] !== undefined) paths.push(`${name}/${policy}`);
  }
  return paths.flatMap((path) => {
    const value = at(template, path);
    const other = altered(value);
    return [
      { name: `${path} taken away`, change: { [path]: undefined } },
      ...(other === undefined
        ? []
        : [{ name: `${path} ${JSON.stringify(other)}`, change: { [path]: other } }]),
    ];
  });
}

function pathsIn(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    `${path}/${key}`,
    ...pathsIn(member, `${path}/${key}`),
  ]);
}

function altered(value: unknown): unknown {
  switch (typeof value) {
    case "boolean":
      return !value;
    case "number":
      return value * 10 + 1;
    case "string":
      return `${value}-other`;
    default:
      return undefined;
  }
}
