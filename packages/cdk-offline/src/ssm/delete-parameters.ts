// Deleting parameters, one or several.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { parseInput } from "./input.ts";
import type { ParameterStore } from "./parameter-store.ts";

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(2048));

const deleteInput = v.strictObject({ Name: name });

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html */
export function deleteParameter(store: ParameterStore, input: unknown) {
  const { Name } = parseInput("DeleteParameter", deleteInput, input);
  if (store.get(Name) === undefined) throw new AwsError("ParameterNotFound", "");
  store.remove(Name);
  return {};
}

const deleteManyInput = v.strictObject({
  Names: v.pipe(v.array(name), v.minLength(1), v.maxLength(10)),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html */
export function deleteParameters(store: ParameterStore, input: unknown) {
  const { Names } = parseInput("DeleteParameters", deleteManyInput, input);
  const deleted: string[] = [];
  const invalid: string[] = [];
  for (const asked of new Set(Names)) {
    if (store.get(asked) === undefined) {
      invalid.push(asked);
    } else {
      store.remove(asked);
      deleted.push(asked);
    }
  }
  return { DeletedParameters: deleted, InvalidParameters: invalid };
}
