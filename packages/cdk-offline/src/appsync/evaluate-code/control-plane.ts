// AppSync's REST API: EvaluateCode, and the names of its other operations, which are refused.

import { randomUUID } from "node:crypto";
import { AwsError, notServed } from "../../aws/errors.ts";
import { json, type HttpHandler, type HttpRequest } from "../../http/exchange.ts";

/** https://docs.aws.amazon.com/appsync/latest/APIReference/API_EvaluateCode.html */
const EVALUATE_CODE = "/v1/dataplane-evaluatecode";

/**
 * The operations by method and path; `*` stands for one part of a path.
 * https://docs.aws.amazon.com/appsync/latest/APIReference/API_Operations.html
 */
const OPERATIONS: Readonly<Record<string, string>> = {
  "DELETE /v1/apis/*": "DeleteGraphqlApi",
  "DELETE /v1/apis/*/ApiCaches": "DeleteApiCache",
  "DELETE /v1/apis/*/FlushCache": "FlushApiCache",
  "DELETE /v1/apis/*/apikeys/*": "DeleteApiKey",
  "DELETE /v1/apis/*/datasources/*": "DeleteDataSource",
  "DELETE /v1/apis/*/functions/*": "DeleteFunction",
  "DELETE /v1/apis/*/types/*": "DeleteType",
  "DELETE /v1/apis/*/types/*/resolvers/*": "DeleteResolver",
  "DELETE /v1/domainnames/*": "DeleteDomainName",
  "DELETE /v1/domainnames/*/apiassociation": "DisassociateApi",
  "DELETE /v1/mergedApis/*/sourceApiAssociations/*": "DisassociateSourceGraphqlApi",
  "DELETE /v1/sourceApis/*/mergedApiAssociations/*": "DisassociateMergedGraphqlApi",
  "DELETE /v1/tags/*": "UntagResource",
  "DELETE /v2/apis/*": "DeleteApi",
  "DELETE /v2/apis/*/channelNamespaces/*": "DeleteChannelNamespace",
  "GET /v1/apis": "ListGraphqlApis",
  "GET /v1/apis/*": "GetGraphqlApi",
  "GET /v1/apis/*/ApiCaches": "GetApiCache",
  "GET /v1/apis/*/apikeys": "ListApiKeys",
  "GET /v1/apis/*/datasources": "ListDataSources",
  "GET /v1/apis/*/datasources/*": "GetDataSource",
  "GET /v1/apis/*/environmentVariables": "GetGraphqlApiEnvironmentVariables",
  "GET /v1/apis/*/functions": "ListFunctions",
  "GET /v1/apis/*/functions/*": "GetFunction",
  "GET /v1/apis/*/functions/*/resolvers": "ListResolversByFunction",
  "GET /v1/apis/*/schema": "GetIntrospectionSchema",
  "GET /v1/apis/*/schemacreation": "GetSchemaCreationStatus",
  "GET /v1/apis/*/sourceApiAssociations": "ListSourceApiAssociations",
  "GET /v1/apis/*/types": "ListTypes",
  "GET /v1/apis/*/types/*": "GetType",
  "GET /v1/apis/*/types/*/resolvers": "ListResolvers",
  "GET /v1/apis/*/types/*/resolvers/*": "GetResolver",
  "GET /v1/datasources/introspections/*": "GetDataSourceIntrospection",
  "GET /v1/domainnames": "ListDomainNames",
  "GET /v1/domainnames/*": "GetDomainName",
  "GET /v1/domainnames/*/apiassociation": "GetApiAssociation",
  "GET /v1/mergedApis/*/sourceApiAssociations/*": "GetSourceApiAssociation",
  "GET /v1/mergedApis/*/sourceApiAssociations/*/types": "ListTypesByAssociation",
  "GET /v1/tags/*": "ListTagsForResource",
  "GET /v2/apis": "ListApis",
  "GET /v2/apis/*": "GetApi",
  "GET /v2/apis/*/channelNamespaces": "ListChannelNamespaces",
  "GET /v2/apis/*/channelNamespaces/*": "GetChannelNamespace",
  "POST /v1/apis": "CreateGraphqlApi",
  "POST /v1/apis/*": "UpdateGraphqlApi",
  "POST /v1/apis/*/ApiCaches": "CreateApiCache",
  "POST /v1/apis/*/ApiCaches/update": "UpdateApiCache",
  "POST /v1/apis/*/apikeys": "CreateApiKey",
  "POST /v1/apis/*/apikeys/*": "UpdateApiKey",
  "POST /v1/apis/*/datasources": "CreateDataSource",
  "POST /v1/apis/*/datasources/*": "UpdateDataSource",
  "POST /v1/apis/*/functions": "CreateFunction",
  "POST /v1/apis/*/functions/*": "UpdateFunction",
  "POST /v1/apis/*/schemacreation": "StartSchemaCreation",
  "POST /v1/apis/*/types": "CreateType",
  "POST /v1/apis/*/types/*": "UpdateType",
  "POST /v1/apis/*/types/*/resolvers": "CreateResolver",
  "POST /v1/apis/*/types/*/resolvers/*": "UpdateResolver",
  "POST /v1/dataplane-evaluatetemplate": "EvaluateMappingTemplate",
  "POST /v1/datasources/introspections": "StartDataSourceIntrospection",
  "POST /v1/domainnames": "CreateDomainName",
  "POST /v1/domainnames/*": "UpdateDomainName",
  "POST /v1/domainnames/*/apiassociation": "AssociateApi",
  "POST /v1/mergedApis/*/sourceApiAssociations": "AssociateSourceGraphqlApi",
  "POST /v1/mergedApis/*/sourceApiAssociations/*": "UpdateSourceApiAssociation",
  "POST /v1/mergedApis/*/sourceApiAssociations/*/merge": "StartSchemaMerge",
  "POST /v1/sourceApis/*/mergedApiAssociations": "AssociateMergedGraphqlApi",
  "POST /v1/tags/*": "TagResource",
  "POST /v2/apis": "CreateApi",
  "POST /v2/apis/*": "UpdateApi",
  "POST /v2/apis/*/channelNamespaces": "CreateChannelNamespace",
  "POST /v2/apis/*/channelNamespaces/*": "UpdateChannelNamespace",
  "PUT /v1/apis/*/environmentVariables": "PutGraphqlApiEnvironmentVariables",
};

/** Takes the input of EvaluateCode as it was parsed from JSON, answers its output. Throws `AwsError`. */
export type EvaluateCode = (input: unknown) => Promise<unknown>;

/** Serves requests that are signed for AppSync. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export function serveControlPlane(evaluateCode: EvaluateCode): HttpHandler {
  return async (request) => {
    const requestId = { "x-amzn-requestid": randomUUID() };
    try {
      const { method, url } = request;
      if (method !== "POST" || url.pathname !== EVALUATE_CODE) throw notServed(`AppSync ${nameOf(request)}`);
      return json(200, await evaluateCode(parse(request.body)), requestId);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const body = { message: error.message, ...error.details };
      return json(error.status, body, { ...requestId, "x-amzn-errortype": error.code });
    }
  };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "the request body is not valid JSON");
  }
}

function nameOf({ method, url }: HttpRequest): string {
  const parts = url.pathname.split("/");
  const known = Object.entries(OPERATIONS).find(([pattern]) => {
    const [itsMethod, path = ""] = pattern.split(" ");
    const itsParts = path.split("/");
    return (
      itsMethod === method &&
      itsParts.length === parts.length &&
      itsParts.every((part, index) => part === "*" || part === parts[index])
    );
  });
  return known?.[1] ?? `${method} ${url.pathname}`;
}
