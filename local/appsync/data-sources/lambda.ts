// The data source AWS_LAMBDA. https://docs.aws.amazon.com/appsync/latest/devguide/resolver-reference-lambda-js.html

import { AwsError } from "../../aws/errors.ts";
import { membersOf, refuseOthers, required, RequestError, type DataSource } from "./data-source.ts";

export interface LambdaPort {
  invoke(
    functionNameOrArn: string,
    payload: string,
  ): Promise<{ readonly payload: string; readonly functionError?: string }>;
  /** Resolves once the event is stored. */
  enqueue(functionNameOrArn: string, payload: string): Promise<void>;
}

/** Sends `payload` to a function: waits for its answer, or hands it to the function's queue (`Event`). */
export function lambdaDataSource(lambda: LambdaPort, functionArn: string): DataSource {
  return async ({ request }) => {
    const members = membersOf(request);
    const operation = required(members, "operation");
    refuseOthers(members, ["version", "operation", "payload", "invocationType"]);
    if (operation !== "Invoke") {
      throw new RequestError(`the operation ${String(operation)} is not served by the local runtime`);
    }
    const payload = JSON.stringify(members["payload"] ?? null);
    try {
      if (members["invocationType"] === "Event") {
        await lambda.enqueue(functionArn, payload);
        return { result: null };
      }
      const answer = await lambda.invoke(functionArn, payload);
      const result: unknown = JSON.parse(answer.payload === "" ? "null" : answer.payload);
      if (answer.functionError === undefined) return { result };
      // The class of the function's error is lost; its message stays.
      const message = membersOf(result)["errorMessage"];
      return {
        result: null,
        error: { type: "Lambda:Unhandled", message: typeof message === "string" ? message : "" },
      };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { result: null, error: { type: `Lambda:${error.code}`, message: error.message } };
    }
  };
}
