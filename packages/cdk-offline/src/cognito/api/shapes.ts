// Users and groups as the user-pool API describes them. Times are seconds since the epoch.

import type { GroupRecord, UserRecord } from "../store/records.ts";
import type { Delivery } from "../users/codes.ts";

export interface AttributeShape {
  readonly Name: string;
  readonly Value: string;
}

/** `sub` first, then in the order in which they were set. */
export function attributeShapes({ sub, attributes }: UserRecord): readonly AttributeShape[] {
  return Object.entries({ ...attributes, sub })
    .map(([Name, Value]) => ({ Name, Value }))
    .sort((a, b) => Number(b.Name === "sub") - Number(a.Name === "sub"));
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html */
export function userShape(user: UserRecord, attributesToGet?: readonly string[]) {
  const attributes = attributeShapes(user);
  return {
    Username: user.userName,
    Attributes:
      attributesToGet === undefined
        ? attributes
        : attributes.filter(({ Name }) => attributesToGet.includes(Name)),
    ...userState(user),
  };
}

export function userState({ createdAtMs, modifiedAtMs, isEnabled, status }: UserRecord) {
  return {
    UserCreateDate: createdAtMs / 1000,
    UserLastModifiedDate: modifiedAtMs / 1000,
    Enabled: isEnabled,
    UserStatus: status,
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GroupType.html */
export function groupShape(group: GroupRecord) {
  const { poolId, name, description, precedence, createdAtMs, modifiedAtMs = createdAtMs } = group;
  return {
    GroupName: name,
    UserPoolId: poolId,
    Description: description,
    Precedence: precedence,
    ...dates({ createdAtMs, modifiedAtMs }),
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CodeDeliveryDetailsType.html */
export function deliveryShape({ destination }: Delivery) {
  return { Destination: destination, DeliveryMedium: "EMAIL", AttributeName: "email" };
}

/** The second factors that a user has chosen; no member at all for one who has chosen none. */
export function mfaShape({ softwareToken }: UserRecord) {
  if (softwareToken?.isEnabled !== true) return {};
  const name = "SOFTWARE_TOKEN_MFA";
  return { UserMFASettingList: [name], ...(softwareToken.isPreferred && { PreferredMfaSetting: name }) };
}

/** When something was made, and changed last. */
export function dates({
  createdAtMs,
  modifiedAtMs,
}: {
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}) {
  return { CreationDate: createdAtMs / 1000, LastModifiedDate: modifiedAtMs / 1000 };
}
