// A distribution's configuration in the XML of CloudFront's API, which says the same in other words than a template.

import { malformedXml, readXml, type XmlNode } from "../aws/xml-reader.ts";
import { writeXml, type XmlElement } from "../aws/xml-writer.ts";
import { notServed } from "../aws/errors.ts";
import type { DistributionProperties } from "./resources.ts";

type DistributionConfig = DistributionProperties["DistributionConfig"];
type OriginConfig = DistributionConfig["Origins"][number];
type BehaviorConfig = DistributionConfig["DefaultCacheBehavior"];

export type CustomHeaders = OriginConfig["OriginCustomHeaders"];

/**
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html, without what has no effect on one
 * machine.
 */
export function configElements(id: string, config: DistributionConfig): readonly XmlElement[] {
  return [
    ["CallerReference", id],
    ["DefaultRootObject", config.DefaultRootObject],
    ["Origins", list("Origin", config.Origins.map(originElements))],
    ["DefaultCacheBehavior", behaviorElements(config.DefaultCacheBehavior)],
    [
      "CacheBehaviors",
      list(
        "CacheBehavior",
        config.CacheBehaviors.map((behavior) => [
          ["PathPattern", behavior.PathPattern],
          ...behaviorElements(behavior),
        ]),
      ),
    ],
    ["Comment", typeof config.Comment === "string" ? config.Comment : ""],
    ["Enabled", true],
  ];
}

function originElements(origin: OriginConfig): readonly XmlElement[] {
  const { DomainName, Id, OriginAccessControlId, OriginCustomHeaders, OriginPath, S3OriginConfig } = origin;
  const headers = OriginCustomHeaders.map(({ HeaderName, HeaderValue }): readonly XmlElement[] => [
    ["HeaderName", HeaderName],
    ["HeaderValue", HeaderValue],
  ]);
  return [
    ["Id", Id],
    ["DomainName", DomainName],
    ["OriginPath", OriginPath],
    ["CustomHeaders", list("OriginCustomHeader", headers)],
    ...given("OriginAccessControlId", OriginAccessControlId),
    ...(S3OriginConfig === undefined
      ? []
      : [["S3OriginConfig", [["OriginAccessIdentity", ""]]] satisfies XmlElement]),
  ];
}

function behaviorElements(behavior: BehaviorConfig): readonly XmlElement[] {
  const { AllowedMethods, CachePolicyId, FunctionAssociations, ViewerProtocolPolicy } = behavior;
  const functions = FunctionAssociations.map(({ EventType, FunctionARN }): readonly XmlElement[] => [
    ["FunctionARN", FunctionARN],
    ["EventType", EventType],
  ]);
  return [
    ["TargetOriginId", behavior.TargetOriginId],
    ...given("ViewerProtocolPolicy", ViewerProtocolPolicy),
    ["AllowedMethods", list("Method", AllowedMethods)],
    ["FunctionAssociations", list("FunctionAssociation", functions)],
    ["CachePolicyId", CachePolicyId],
    ...given("OriginRequestPolicyId", behavior.OriginRequestPolicyId),
    ...given("ResponseHeadersPolicyId", behavior.ResponseHeadersPolicyId),
  ];
}

function given(name: string, value: unknown): readonly XmlElement[] {
  return typeof value === "string" ? [[name, value]] : [];
}

/** A list as CloudFront has it: how many there are, and no empty element where there are none. */
function list(name: string, items: readonly XmlElement[1][]): readonly XmlElement[] {
  const elements = items.map((item): XmlElement => [name, item]);
  return [
    ["Quantity", items.length],
    ...(items.length > 0 ? [["Items", elements] satisfies XmlElement] : []),
  ];
}

/**
 * The configuration with the custom headers of origins that an update says. Throws when the update changes anything else:
 * that is the template's to say.
 */
export function withSentHeaders(id: string, config: DistributionConfig, body: Buffer): DistributionConfig {
  const sent = readXml(body);
  const changed = {
    ...config,
    Origins: config.Origins.map((origin) => ({ ...origin, OriginCustomHeaders: headersOf(sent, origin.Id) })),
  };
  const served = readXml(Buffer.from(writeXml("DistributionConfig", configElements(id, changed))));
  if (canonical(sent) !== canonical(served)) {
    throw notServed("UpdateDistribution of anything but the custom headers of origins");
  }
  return changed;
}

function headersOf(sent: XmlNode, originId: string): CustomHeaders {
  const origin = at(sent, "Origins", "Items")?.children.find((item) => textAt(item, "Id") === originId);
  const items = (origin && at(origin, "CustomHeaders", "Items"))?.children ?? [];
  return items.map((item) => ({
    HeaderName: textAt(item, "HeaderName"),
    HeaderValue: textAt(item, "HeaderValue"),
  }));
}

function at(node: XmlNode, ...path: readonly string[]): XmlNode | undefined {
  return path.reduce<XmlNode | undefined>(
    (inner, name) => inner?.children.find((child) => child.name === name),
    node,
  );
}

function textAt(node: XmlNode, name: string): string {
  const child = at(node, name);
  if (child === undefined) throw malformedXml();
  return child.text;
}

/** One text for all documents that say the same, whatever the order of their elements. */
function canonical({ name, children, text }: XmlNode): string {
  const inner = children.length > 0 ? children.map(canonical).sort() : [text.trim()];
  return JSON.stringify([name, inner]);
}
