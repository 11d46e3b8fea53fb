// Response headers policies: what is taken out of and put into the answers that go to viewers.

import type { ResponseHeadersPolicyProperties } from "./resources.ts";

/** Headers by their names in lower case. */
type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Makes a viewer's headers of an origin's. */
export type ResponseHeaders = (headers: Headers) => Headers;

interface Rule {
  readonly name: string;
  readonly value: string;
  /** Whether it replaces what the origin sent; else the origin's stays. */
  readonly override: boolean;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html */
export function compileResponseHeaders(properties: ResponseHeadersPolicyProperties): ResponseHeaders {
  const { CustomHeadersConfig, RemoveHeadersConfig, SecurityHeadersConfig } =
    properties.ResponseHeadersPolicyConfig;
  const removed = RemoveHeadersConfig?.Items.map(({ Header }) => Header.toLowerCase()) ?? [];
  const rules: Rule[] = [
    ...securityRules(SecurityHeadersConfig ?? {}),
    ...(CustomHeadersConfig?.Items ?? []).map(({ Header, Value, Override }) => ({
      name: Header.toLowerCase(),
      value: Value,
      override: Override,
    })),
  ];
  return (headers) => {
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !removed.includes(name)));
    for (const { name, value, override } of rules) {
      if (override || !Object.hasOwn(headers, name)) kept[name] = value;
    }
    return kept;
  };
}

type SecurityHeaders = NonNullable<
  ResponseHeadersPolicyProperties["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
>;

function securityRules(config: SecurityHeaders): Rule[] {
  const rule = (
    name: string,
    value: string | undefined,
    setting: { readonly Override: boolean } | undefined,
  ) => (value === undefined || setting === undefined ? [] : [{ name, value, override: setting.Override }]);
  const { ContentSecurityPolicy, ContentTypeOptions, FrameOptions, ReferrerPolicy } = config;
  const { StrictTransportSecurity, XSSProtection } = config;
  return [
    ...rule("content-security-policy", ContentSecurityPolicy?.ContentSecurityPolicy, ContentSecurityPolicy),
    ...rule("x-content-type-options", "nosniff", ContentTypeOptions),
    ...rule("x-frame-options", FrameOptions?.FrameOption, FrameOptions),
    ...rule("referrer-policy", ReferrerPolicy?.ReferrerPolicy, ReferrerPolicy),
    ...rule(
      "strict-transport-security",
      strictTransportSecurity(StrictTransportSecurity),
      StrictTransportSecurity,
    ),
    ...rule("x-xss-protection", xssProtection(XSSProtection), XSSProtection),
  ];
}

function strictTransportSecurity(config: SecurityHeaders["StrictTransportSecurity"]): string | undefined {
  if (config === undefined) return undefined;
  return [
    `max-age=${config.AccessControlMaxAgeSec}`,
    ...(config.IncludeSubdomains ? ["includeSubDomains"] : []),
    ...(config.Preload ? ["preload"] : []),
  ].join("; ");
}

function xssProtection(config: SecurityHeaders["XSSProtection"]): string | undefined {
  if (config === undefined) return undefined;
  return [
    config.Protection ? "1" : "0",
    ...(config.ModeBlock ? ["mode=block"] : []),
    ...(config.ReportUri === undefined ? [] : [`report=${config.ReportUri}`]),
  ].join("; ");
}
