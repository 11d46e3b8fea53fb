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
  readonly address?: InputMaybe<Scalars['AWSIPAddress']['input']>;
  readonly userAgent?: InputMaybe<Scalars['String']['input']>;
};

export type Greeting = {
  readonly lastLogin: Maybe<Login>;
  readonly locale: Scalars['String']['output'];
  readonly message: Scalars['String']['output'];
};

export type Login = {
  readonly address: Maybe<Scalars['String']['output']>;
  readonly alreadyRecorded: Scalars['Boolean']['output'];
  readonly clientId: Scalars['ID']['output'];
  readonly file: Scalars['String']['output'];
  readonly id: Scalars['ID']['output'];
  readonly loggedInAt: Scalars['AWSDateTime']['output'];
  readonly methods: Maybe<ReadonlyArray<Scalars['String']['output']>>;
  readonly recordedAt: Scalars['AWSDateTime']['output'];
  readonly userAgent: Maybe<Scalars['String']['output']>;
  readonly userId: Scalars['ID']['output'];
  readonly username: Scalars['String']['output'];
};

export type LoginPage = {
  readonly items: ReadonlyArray<Login>;
  readonly nextToken: Maybe<Scalars['String']['output']>;
};

export type Mutation = {
  readonly recordLogin: Maybe<Login>;
};


export type MutationRecordLoginArgs = {
  device?: InputMaybe<DeviceInput>;
};

export type Query = {
  readonly greeting: Maybe<Greeting>;
  readonly loginsOf: Maybe<LoginPage>;
  readonly myLogins: Maybe<LoginPage>;
  readonly thisLogin: Maybe<Login>;
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
  readonly onLogin: Maybe<Login>;
};
