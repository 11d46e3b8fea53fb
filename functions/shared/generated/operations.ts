/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type DeviceInput = {
  address?: string | null | undefined;
  userAgent?: string | null | undefined;
};

export type GreetingQueryVariables = Exact<{
  locale?: string | null | undefined;
}>;


export type GreetingQuery = { greeting: { message: string, locale: string, lastLogin: { id: string, userId: string, username: string, loggedInAt: string, recordedAt: string, clientId: string, address: string | null, userAgent: string | null, methods: Array<string> | null, file: string, alreadyRecorded: boolean } | null } | null };

export type LoginFieldsFragment = { id: string, userId: string, username: string, loggedInAt: string, recordedAt: string, clientId: string, address: string | null, userAgent: string | null, methods: Array<string> | null, file: string, alreadyRecorded: boolean };

export type RecordLoginMutationVariables = Exact<{
  device?: DeviceInput | null | undefined;
}>;


export type RecordLoginMutation = { recordLogin: { id: string, userId: string, username: string, loggedInAt: string, recordedAt: string, clientId: string, address: string | null, userAgent: string | null, methods: Array<string> | null, file: string, alreadyRecorded: boolean } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const LoginFieldsFragmentDoc = new TypedDocumentString(`
    fragment LoginFields on Login {
  id
  userId
  username
  loggedInAt
  recordedAt
  clientId
  address
  userAgent
  methods
  file
  alreadyRecorded
}
    `, {"fragmentName":"LoginFields"}) as unknown as TypedDocumentString<LoginFieldsFragment, unknown>;
export const GreetingDocument = new TypedDocumentString(`
    query Greeting($locale: String) {
  greeting(locale: $locale) {
    message
    locale
    lastLogin {
      ...LoginFields
    }
  }
}
    fragment LoginFields on Login {
  id
  userId
  username
  loggedInAt
  recordedAt
  clientId
  address
  userAgent
  methods
  file
  alreadyRecorded
}`) as unknown as TypedDocumentString<GreetingQuery, GreetingQueryVariables>;
export const RecordLoginDocument = new TypedDocumentString(`
    mutation RecordLogin($device: DeviceInput) {
  recordLogin(device: $device) {
    ...LoginFields
  }
}
    fragment LoginFields on Login {
  id
  userId
  username
  loggedInAt
  recordedAt
  clientId
  address
  userAgent
  methods
  file
  alreadyRecorded
}`) as unknown as TypedDocumentString<RecordLoginMutation, RecordLoginMutationVariables>;