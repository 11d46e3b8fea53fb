// Users and groups as the user-pool API describes them. Times are seconds since the epoch.

import type { GroupRecord, UserRecord } from "../store/records.ts";

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
export function groupShape({ poolId, name, description, precedence, createdAtMs }: GroupRecord) {
  return {
    GroupName: name,
    UserPoolId: poolId,
    Description: description,
    Precedence: precedence,
    CreationDate: createdAtMs / 1000,
    LastModifiedDate: createdAtMs / 1000,
  };
}
