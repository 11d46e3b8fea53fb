// Every safety setting of the template: it is on in each stage, and a template without it is refused.

import { beforeAll, describe, expect, test } from "vitest";
import { stageSettings, type StageName } from "../../infra/stage.ts";
import { alterationsOf, isUnguarded } from "./safety/alterations.ts";
import { changed, type Check } from "./safety/check.ts";
import { distribution } from "./safety/distribution.ts";
import { functions } from "./safety/functions.ts";
import { grants } from "./safety/grants.ts";
import { graphqlApi } from "./safety/graphql-api.ts";
import { identity } from "./safety/identity.ts";
import { logs } from "./safety/logs.ts";
import { ofType, readable, type ReadableTemplate } from "./safety/readable.ts";
import { restApi } from "./safety/rest-api.ts";
import { secrets } from "./safety/secrets.ts";
import { storePolicies } from "./safety/store-policies.ts";
import { stores } from "./safety/stores.ts";
import { KNOWN_TYPES, wholeTemplate } from "./safety/whole-template.ts";
import { STAGES, SYNTHESIS_TIMEOUT_MS, synthesize } from "./templates.ts";

const CONCERNS = [
  ...[stores, storePolicies, grants, secrets, functions, logs],
  ...[identity, graphqlApi, restApi, distribution, wholeTemplate],
];
const ALL_CHECKS = CONCERNS.flatMap(({ checks }) => checks);

const templates = {} as Record<StageName, ReadableTemplate>;
beforeAll(() => {
  for (const stage of STAGES) templates[stage] = readable(synthesize(stage, { validate: false }).template);
}, SYNTHESIS_TIMEOUT_MS);

/** What the first check that does not hold throws; undefined when all hold. */
function refusalOf(checks: readonly Check[], template: ReadableTemplate, stage: StageName): unknown {
  for (const { holds } of checks) {
    try {
      holds(template, stageSettings(stage));
    } catch (refusal) {
      return refusal;
    }
  }
  return undefined;
}

describe.each(CONCERNS)("$name", ({ checks, mutations }) => {
  describe.each(STAGES)("of stage %s", (stage) => {
    test.each(checks)("$name", ({ holds }) => {
      holds(templates[stage], stageSettings(stage));
    });
  });

  test.each(mutations)("refused: $name", (mutation) => {
    const { stage = "prod" } = mutation;
    const refusal = refusalOf(checks, changed(templates[stage], mutation), stage);
    expect(refusal).toMatchObject({ name: "AssertionError" });
  });
});

describe("of production's template nothing can be taken away or altered that no check refuses", () => {
  test.each(KNOWN_TYPES)("%s", (type) => {
    const template = templates.prod;
    const checks = [...ALL_CHECKS];
    const isRefused = (altered: ReadableTemplate) => {
      const refusing = checks.findIndex((check) => refusalOf([check], altered, "prod") !== undefined);
      // What has refused one alteration is likely to refuse the next.
      checks.unshift(...checks.splice(refusing, refusing < 0 ? 0 : 1));
      return refusing >= 0;
    };
    const unnoticed = ofType(template, type)
      .flatMap(([name]) => alterationsOf(template, name))
      .filter(({ change }) => {
        const [path = ""] = Object.keys(change);
        return !isUnguarded(path.replace(/^\w+/, type));
      })
      .filter((alteration) => !isRefused(changed(template, alteration)));
    expect(unnoticed.map(({ name }) => name)).toEqual([]);
  });
});
