// The moments at which a pool calls a function: what each is told, and what of its answer counts.

import * as v from "valibot";
import type { Attributes } from "../model/attributes.ts";
import type { PoolClient } from "../model/client.ts";
import type { Pool } from "../model/pool.ts";
import type { UserRecord } from "../store/records.ts";
import { invalidLambdaResponse } from "../errors.ts";
import type { InvokeTrigger, TriggerName } from "./invoke-trigger.ts";

/** Key-value pairs that a caller hands to the functions of triggers. */
export type Metadata = Readonly<Record<string, string>>;

interface Moment {
  readonly pool: Pool;
  /** `undefined` for calls of an administrator that name no client. */
  readonly client: PoolClient | undefined;
  readonly user: Pick<UserRecord, "userName" | "attributes"> & {
    readonly sub?: string;
    readonly status?: string;
  };
  readonly clientMetadata?: Metadata | undefined;
}

interface SignUpMoment extends Moment {
  readonly source: "SignUp" | "AdminCreateUser";
  readonly validationData?: Metadata | undefined;
}

interface SignInMoment extends Omit<Moment, "user"> {
  readonly name: string;
  readonly user: UserRecord | undefined;
  readonly client: PoolClient;
  readonly validationData?: Metadata | undefined;
}

interface ConfirmationMoment extends Moment {
  readonly source: "ConfirmSignUp" | "ConfirmForgotPassword";
}

/** Each rejects with the service's errors for a function that fails, does not answer in time, or answers nonsense. */
export interface Triggers {
  preSignUp(moment: SignUpMoment): Promise<SignUpDecision>;
  postConfirmation(moment: ConfirmationMoment): Promise<void>;
  /** `user` is `undefined` for an unknown name, of which the function is told only where the client hides users. */
  preAuthentication(moment: SignInMoment): Promise<void>;
  postAuthentication(moment: Moment): Promise<void>;
}

interface SignUpDecision {
  readonly autoConfirmUser: boolean;
  readonly autoVerifyEmail: boolean;
}

const flag = v.optional(v.nullable(v.boolean()));
const signUpResponse = v.looseObject({ autoConfirmUser: flag, autoVerifyEmail: flag, autoVerifyPhone: flag });

export function createTriggers(invoke: InvokeTrigger): Triggers {
  const call = (
    trigger: TriggerName,
    functionArn: string,
    event: object,
  ): Promise<Readonly<Record<string, unknown>>> => invoke({ trigger, functionArn, event });

  return {
    async preSignUp(moment) {
      const functionArn = moment.pool.triggers.preSignUp;
      if (functionArn === undefined) return { autoConfirmUser: false, autoVerifyEmail: false };
      const response = await call("PreSignUp", functionArn, {
        ...commonEvent(moment.pool, moment.client, moment.user.userName),
        triggerSource: `PreSignUp_${moment.source}`,
        request: {
          userAttributes: moment.user.attributes,
          validationData: moment.validationData ?? null,
          ...clientMetadata(moment),
        },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      });
      const parsed = v.safeParse(signUpResponse, response);
      if (!parsed.success) throw invalidLambdaResponse("Unrecognizable lambda output");
      const { autoConfirmUser, autoVerifyEmail } = parsed.output;
      // The service does not listen to these where an administrator creates the user.
      const isHeard = moment.source === "SignUp";
      return {
        autoConfirmUser: isHeard && autoConfirmUser === true,
        autoVerifyEmail: isHeard && autoVerifyEmail === true,
      };
    },

    async postConfirmation(moment) {
      const functionArn = moment.pool.triggers.postConfirmation;
      if (functionArn === undefined) return;
      await call("PostConfirmation", functionArn, {
        ...commonEvent(moment.pool, moment.client, moment.user.userName),
        triggerSource: `PostConfirmation_${moment.source}`,
        request: { userAttributes: eventAttributes(moment.user), ...clientMetadata(moment) },
        response: {},
      });
    },

    async preAuthentication({ pool, client, name, user, validationData }) {
      const functionArn = pool.triggers.preAuthentication;
      if (functionArn === undefined) return;
      if (user === undefined && !client.hidesUnknownUsers) return;
      await call("PreAuthentication", functionArn, {
        ...commonEvent(pool, client, user?.userName ?? name),
        triggerSource: "PreAuthentication_Authentication",
        request: {
          userAttributes: user === undefined ? {} : eventAttributes(user),
          validationData: validationData ?? null,
          ...(client.hidesUnknownUsers && { userNotFound: user === undefined }),
        },
        response: {},
      });
    },

    async postAuthentication(moment) {
      const functionArn = moment.pool.triggers.postAuthentication;
      if (functionArn === undefined) return;
      await call("PostAuthentication", functionArn, {
        ...commonEvent(moment.pool, moment.client, moment.user.userName),
        triggerSource: "PostAuthentication_Authentication",
        request: {
          userAttributes: eventAttributes(moment.user),
          newDeviceUsed: false,
          ...clientMetadata(moment),
        },
        response: {},
      });
    },
  };
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html#cognito-user-pools-lambda-trigger-syntax-shared */
export function commonEvent(pool: Pool, client: PoolClient | undefined, userName: string) {
  return {
    version: "1",
    region: pool.id.slice(0, pool.id.indexOf("_")),
    userPoolId: pool.id,
    userName,
    callerContext: {
      awsSdkVersion: "aws-sdk-unknown-unknown",
      clientId: client?.id ?? "CLIENT_ID_NOT_APPLICABLE",
    },
  };
}

/** A user's attributes as functions are told them, with the status of a user that exists. */
export function eventAttributes({ sub, status, attributes }: Moment["user"]): Attributes {
  return {
    ...(sub !== undefined && { sub }),
    ...(status !== undefined && { "cognito:user_status": status }),
    ...attributes,
  };
}

function clientMetadata({ clientMetadata: metadata }: Pick<Moment, "clientMetadata">) {
  return metadata === undefined ? {} : { clientMetadata: metadata };
}
