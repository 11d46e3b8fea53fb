// The sections of a template besides resources and outputs, as far as they are refused.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html

import { NotServed } from "../errors.ts";
import type { Template } from "./assembly.ts";

/** Asks whether the account is bootstrapped, which there is nothing of on one machine; the CDK puts it into every template. */
const RULE_OF_CDK = "CheckBootstrapVersion";

export function refusedSections(template: Template): readonly NotServed[] {
  const notServed = (property: string) =>
    new NotServed({
      code: "section-not-served",
      property,
      reason: "this section of a template is not served by the local runtime",
    });
  const parameters = Object.entries(template.Parameters).flatMap(([name, { Default }]) =>
    Default === undefined
      ? new NotServed({
          code: "value-not-served",
          property: `Parameters.${name}`,
          reason: "it has no Default, and the local runtime gives parameters no other value",
        })
      : [],
  );
  const rules = Object.keys(template.Rules ?? {}).filter((name) => name !== RULE_OF_CDK);
  return [
    ...parameters,
    ...rules.map((name) => notServed(`Rules.${name}`)),
    ...(template.Transform === undefined ? [] : [notServed("Transform")]),
    ...Object.keys(template.Hooks ?? {}).map((name) => notServed(`Hooks.${name}`)),
  ];
}
