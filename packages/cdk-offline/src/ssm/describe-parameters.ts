// What there is: the list of parameters without their values, and the history of one.

import * as v from "valibot";
import { AwsError } from "../aws/errors.ts";
import { pageToken, readPageToken } from "../aws/page-token.ts";
import { pageOf, type ReadContext } from "./get-parameters.ts";
import { parseInput } from "./input.ts";
import { filterOf, parameterFilters } from "./parameter-filter.ts";
import { parameterArn, type Owner } from "./parameter-name.ts";
import { current, type ParameterVersion } from "./parameter-store.ts";

const maxResults = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50)), 50);

const describeInput = v.strictObject({
  ParameterFilters: v.optional(parameterFilters, []),
  MaxResults: maxResults,
  NextToken: v.optional(v.string()),
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html */
export function describeParameters({ store, owner }: ReadContext, input: unknown) {
  const { ParameterFilters, MaxResults, NextToken } = parseInput("DescribeParameters", describeInput, input);
  const listed = store
    .list()
    .filter(filterOf(ParameterFilters, ["Name", "Type", "Path", "Tier", "DataType"]));
  const page = pageOf(listed, ["DescribeParameters", ParameterFilters], MaxResults, NextToken);
  return {
    Parameters: page.items.map((parameter) => ({
      ...metadata(owner, parameter.name, current(parameter)),
      ARN: parameterArn(owner, parameter.name),
    })),
    NextToken: page.nextToken,
  };
}

const historyInput = v.strictObject({
  Name: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
  WithDecryption: v.optional(v.boolean()),
  MaxResults: maxResults,
  NextToken: v.optional(v.string()),
});

/** Oldest version first. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html */
export function getParameterHistory({ store, owner }: ReadContext, input: unknown) {
  const { Name, MaxResults, NextToken } = parseInput("GetParameterHistory", historyInput, input);
  const parameter = store.get(Name);
  if (parameter === undefined) throw new AwsError("ParameterNotFound", "");
  const query = ["GetParameterHistory", Name];
  const after = NextToken === undefined ? "0" : readPageToken(query, NextToken);
  if (after === undefined) {
    throw new AwsError("InvalidNextToken", "The specified token is not valid.");
  }
  const rest = parameter.versions.filter(({ version }) => version > Number(after));
  const items = rest.slice(0, MaxResults);
  const last = items.at(-1);
  return {
    Parameters: items.map((version) => ({
      ...metadata(owner, Name, version),
      Value: version.value,
      Labels: [],
    })),
    NextToken: last && rest.length > items.length ? pageToken(query, String(last.version)) : undefined,
  };
}

function metadata({ account }: Owner, name: string, version: ParameterVersion) {
  return {
    Name: name,
    Type: version.type,
    LastModifiedDate: version.modifiedAt / 1000,
    LastModifiedUser: `arn:aws:iam::${account}:root`,
    ...(version.description !== undefined && { Description: version.description }),
    ...(version.allowedPattern !== undefined && { AllowedPattern: version.allowedPattern }),
    Version: version.version,
    Tier: version.tier,
    Policies: [],
    DataType: "text",
  };
}
