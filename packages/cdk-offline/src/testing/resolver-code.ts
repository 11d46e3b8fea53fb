// Whether AppSync would take resolver code, asked the two ways there are: the linter's rules, and EvaluateCode.

import { checkResolverCode } from "../appsync/gate/check-resolver-code.ts";
import { openAppSync } from "../appsync/service.ts";
import { AwsError } from "../aws/errors.ts";

/** https://docs.aws.amazon.com/appsync/latest/APIReference/API_EvaluateCode.html#API_EvaluateCode_ResponseElements */
export interface ResolverCodeEvaluation {
  /** What the handler returned, as JSON. */
  readonly evaluationResult?: string;
  /** What the handler left in `ctx.stash`, as JSON. */
  readonly stash?: string;
  readonly error?: { readonly message: string; readonly codeErrors?: readonly unknown[] };
}

export interface ResolverCodeChecks {
  /** What the language does not have, one line each; empty for code that is taken. */
  lint(code: string): readonly string[];
  /**
   * What `EvaluateCode` answers for a handler of the code, `request` unless told otherwise, on a context that has what is
   * given.
   */
  evaluate(
    code: string,
    context?: Readonly<Record<string, unknown>>,
    handler?: "request" | "response",
  ): Promise<ResolverCodeEvaluation>;
  close(): Promise<void>;
}

export async function openResolverCodeChecks(): Promise<ResolverCodeChecks> {
  const unused = () => Promise.reject(new AwsError("InternalFailure", "there is no API here", 500));
  const service = await openAppSync({
    clock: Date.now,
    apis: [],
    schemas: [],
    dataSources: [],
    functions: [],
    resolvers: [],
    dynamodb: { call: unused },
    lambda: { invoke: unused, enqueue: unused },
    verifyToken: unused,
  });
  return {
    lint: (code) => checkResolverCode(code).map((finding) => JSON.stringify(finding)),
    async evaluate(code, context = {}, handler = "request") {
      const { body } = await service.signedHandler({
        method: "POST",
        url: new URL("http://127.0.0.1/v1/dataplane-evaluatecode"),
        target: "/v1/dataplane-evaluatecode",
        headers: { "content-type": "application/json" },
        rawHeaders: [],
        body: Buffer.from(
          JSON.stringify({
            runtime: { name: "APPSYNC_JS", runtimeVersion: "1.0.0" },
            code,
            context: JSON.stringify(context),
            function: handler,
          }),
        ),
        peer: { address: "127.0.0.1", port: 0 },
      });
      return JSON.parse(String(body)) as ResolverCodeEvaluation;
    },
    close: () => service.close(),
  };
}
