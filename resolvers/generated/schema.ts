export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  AWSDate: { input: string; output: string; }
  AWSDateTime: { input: string; output: string; }
  AWSEmail: { input: string; output: string; }
  AWSIPAddress: { input: string; output: string; }
  AWSJSON: { input: string; output: string; }
  AWSPhone: { input: string; output: string; }
  AWSTime: { input: string; output: string; }
  AWSTimestamp: { input: number; output: number; }
  AWSURL: { input: string; output: string; }
};

export type DeviceInput = {
  address?: InputMaybe<Scalars['AWSIPAddress']['input']>;
  userAgent?: InputMaybe<Scalars['String']['input']>;
};

export type Greeting = {
  lastLogin: Maybe<Login>;
  locale: Scalars['String']['output'];
  message: Scalars['String']['output'];
};

export type Login = {
  address: Maybe<Scalars['String']['output']>;
  alreadyRecorded: Scalars['Boolean']['output'];
  clientId: Scalars['ID']['output'];
  file: Scalars['String']['output'];
  id: Scalars['ID']['output'];
  loggedInAt: Scalars['AWSDateTime']['output'];
  methods: Maybe<Array<Scalars['String']['output']>>;
  recordedAt: Scalars['AWSDateTime']['output'];
  userAgent: Maybe<Scalars['String']['output']>;
  userId: Scalars['ID']['output'];
  username: Scalars['String']['output'];
};

export type LoginPage = {
  items: Array<Login>;
  nextToken: Maybe<Scalars['String']['output']>;
};

export type Mutation = {
  recordLogin: Maybe<Login>;
};


export type MutationRecordLoginArgs = {
  device?: InputMaybe<DeviceInput>;
};

export type Query = {
  greeting: Maybe<Greeting>;
  loginsOf: Maybe<LoginPage>;
  myLogins: Maybe<LoginPage>;
};


export type QueryGreetingArgs = {
  locale?: InputMaybe<Scalars['String']['input']>;
};


export type QueryLoginsOfArgs = {
  from?: InputMaybe<Scalars['AWSDateTime']['input']>;
  limit?: InputMaybe<Scalars['Int']['input']>;
  nextToken?: InputMaybe<Scalars['String']['input']>;
  to?: InputMaybe<Scalars['AWSDateTime']['input']>;
  username: Scalars['String']['input'];
};


export type QueryMyLoginsArgs = {
  from?: InputMaybe<Scalars['AWSDateTime']['input']>;
  limit?: InputMaybe<Scalars['Int']['input']>;
  nextToken?: InputMaybe<Scalars['String']['input']>;
  to?: InputMaybe<Scalars['AWSDateTime']['input']>;
};

export type Subscription = {
  onLogin: Maybe<Login>;
};
