// Which fields a caller may see, from the directives in the schema.
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes

import { isObjectType, Kind, type ConstDirectiveNode, type GraphQLSchema } from "graphql";

/** Directives that open a field or type to a mode of authorization; of them only the pool's are a way in here. */
const MODES = ["aws_auth", "aws_cognito_user_pools", "aws_api_key", "aws_iam", "aws_oidc", "aws_lambda"];
const POOL_MODES = ["aws_auth", "aws_cognito_user_pools"];

/** Groups one of which the caller has to be in; "anyone" of the pool, or "no one". */
type Access = readonly string[] | "anyone" | "no one";

export type AccessCheck = (
  typeName: string,
  fieldName: string,
  callerGroups: readonly string[] | null,
) => boolean;

/**
 * Directives on a field count before those on its type; where there are none the API's default does. The default DENY
 * closes the fields of the root types: what a resolver has answered may be looked at.
 */
export function openAccess(schema: GraphQLSchema, defaultAction: "ALLOW" | "DENY"): AccessCheck {
  const rules = new Map<string, Access>();
  const roots: unknown[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const byDefault: Access = defaultAction === "DENY" && roots.includes(type) ? "no one" : "anyone";
    const ofType = accessBy(type.astNode?.directives);
    for (const field of Object.values(type.getFields())) {
      const access = accessBy(field.astNode?.directives) ?? ofType ?? byDefault;
      if (access !== "anyone") rules.set(`${type.name}.${field.name}`, access);
    }
  }
  return (typeName, fieldName, callerGroups) => {
    const access = rules.get(`${typeName}.${fieldName}`) ?? "anyone";
    if (typeof access === "string") return access === "anyone";
    return callerGroups !== null && access.some((group) => callerGroups.includes(group));
  };
}

/** What directives say; nothing when none of them is about authorization. */
function accessBy(directives: readonly ConstDirectiveNode[] | undefined): Access | undefined {
  const modes = directives?.filter(({ name }) => MODES.includes(name.value)) ?? [];
  if (modes.length === 0) return undefined;
  const ofPool = modes.filter(({ name }) => POOL_MODES.includes(name.value));
  if (ofPool.length === 0) return "no one";
  const groups = ofPool.map(groupsOf);
  return groups.includes(undefined) ? "anyone" : groups.flatMap((names) => names ?? []);
}

function groupsOf(directive: ConstDirectiveNode): readonly string[] | undefined {
  const value = directive.arguments?.find(({ name }) => name.value === "cognito_groups")?.value;
  if (value === undefined || value.kind === Kind.NULL) return undefined;
  const items = value.kind === Kind.LIST ? value.values : [value];
  return items.flatMap((item) => (item.kind === Kind.STRING ? [item.value] : []));
}
