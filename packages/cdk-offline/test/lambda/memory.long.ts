import { expect, test } from "vitest";
import { openFunctions, temporaryFolder } from "./functions.ts";
import { MEMORY_FILLERS } from "./memory-fillers.ts";

const TIMES = 100;

test(`a function that uses up its memory ${TIMES} times over never ends the runtime`, async () => {
  const { dir, remove } = temporaryFolder();
  const names = MEMORY_FILLERS.map((_, index) => `filler-${index}`);
  const fillers = MEMORY_FILLERS.map(([, code], index) => [
    names[index],
    { code: `exports.handler = async () => { ${code} }`, properties: { Timeout: 900 } },
  ]);
  const lambda = await openFunctions(dir, {
    ...(Object.fromEntries(fillers) as Record<string, { code: string; properties: { Timeout: number } }>),
    fine: { code: "let n = 0; exports.handler = async () => ++n" },
  });
  for (let time = 1; time <= TIMES; time += 1) {
    const { payload } = await lambda.invoke(names[time % names.length] ?? "", "{}");
    expect(payload).toMatch(/"Runtime\.ExitError".*signal: killed"/);
    expect(await lambda.invoke("fine", "{}"), "the same process goes on beside it").toEqual({
      payload: `${time}`,
    });
  }
  await lambda.close();
  remove();
});
