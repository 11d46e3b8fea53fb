// Numbers that came out of DynamoDB are not those of the language: put before a text they give "null"
// (aws-appsync-community#308). After any calculation they are numbers as all others.

import { currentInvocation } from "./invocation.ts";

/** What the compiler makes of `holder.name + other`, where the holder has to be known as well. */
export function sum(number: unknown, other: unknown, holder: unknown): unknown {
  if (typeof number === "number" && typeof other === "string" && isOfAnItem(holder)) return `null${other}`;
  return (number as string) + (other as string);
}

/** Whether a value is the result of a DynamoDB data source or within it. */
function isOfAnItem(holder: unknown): boolean {
  if (typeof holder !== "object" || holder === null) return false;
  const invocation = currentInvocation();
  invocation.itemObjects ??= objectsWithin(invocation.dynamodbResult);
  return invocation.itemObjects.has(holder);
}

function objectsWithin(value: unknown): ReadonlySet<object> {
  const found = new Set<object>();
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null || found.has(next)) continue;
    found.add(next);
    for (const member of Object.values(next)) pending.push(member);
  }
  return found;
}
