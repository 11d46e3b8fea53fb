// The door for tests: parts of the runtime by themselves, and servers in the place of AWS that a test tells what to answer.

export { AwsError } from "./aws/errors.ts";
export { serveJson, type JsonOperation, type JsonService } from "./aws/json-protocol.ts";
export { hidePassword } from "./cognito/passwords/srp-verifier.ts";
export { json, type HttpHandler, type HttpRequest, type HttpResponse } from "./http/exchange.ts";
export { listenOnLoopback, type LoopbackServer } from "./http/loopback-server.ts";
export { openGraphqlApi, unsignedToken, type GraphqlApi } from "./testing/graphql-api.ts";
export { connectRealtime, type RealtimeClient } from "./testing/realtime-client.ts";
export { openResolverCodeChecks, type ResolverCodeChecks } from "./testing/resolver-code.ts";
export { refusedProperties } from "./testing/refused-properties.ts";
export { slowness } from "./testing/slowness.ts";
export { openUserPools, type UserPools } from "./testing/user-pools.ts";
