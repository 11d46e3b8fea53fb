// Operations with which somebody creates and confirms an account of one's own.

import * as v from "valibot";
import { notServed } from "../../aws/errors.ts";
import type { Core } from "../core.ts";
import type { PoolClient } from "../model/client.ts";
import type { Delivery } from "../users/sign-up.ts";
import { attributeList, clientId, password, toAttributes, unheard, userName } from "./members.ts";
import { operation, TARGET, type OperationGroup } from "./operation.ts";
import { checkSecretHash } from "./secret-hash.ts";

const caller = {
  ClientId: clientId,
  Username: userName,
  SecretHash: v.optional(v.string()),
  ClientMetadata: unheard,
  AnalyticsMetadata: unheard,
  UserContextData: unheard,
};

const confirmationCode = v.pipe(v.string(), v.minLength(1), v.maxLength(2048), v.regex(/^[\S]+$/));

export const signUpOperations: OperationGroup = (core) => ({
  ...operation(
    "SignUp",
    v.strictObject({ ...caller, Password: password, UserAttributes: attributeList, ValidationData: unheard }),
    (input) => {
      const { user, delivery } = core.signUps.signUp(callingClient(core, input), {
        userName: input.Username,
        password: input.Password,
        attributes: toAttributes(input.UserAttributes),
      });
      return {
        UserConfirmed: false,
        UserSub: user.sub,
        ...(delivery !== undefined && { CodeDeliveryDetails: deliveryShape(delivery) }),
      };
    },
  ),

  ...operation(
    "ConfirmSignUp",
    v.strictObject({
      ...caller,
      ConfirmationCode: confirmationCode,
      ForceAliasCreation: v.optional(v.boolean()),
    }),
    (input) => {
      const client = callingClient(core, input);
      if (input.ForceAliasCreation === true)
        throw notServed(`${TARGET}.ConfirmSignUp with forceAliasCreation`);
      core.signUps.confirm(client, input.Username, input.ConfirmationCode);
      return {};
    },
  ),

  ...operation("ResendConfirmationCode", v.strictObject(caller), (input) => ({
    CodeDeliveryDetails: deliveryShape(core.signUps.resend(callingClient(core, input), input.Username)),
  })),
});

interface Caller {
  readonly ClientId: string;
  readonly Username: string;
  readonly SecretHash?: string | undefined;
}

function callingClient({ registry }: Core, { ClientId, Username, SecretHash }: Caller): PoolClient {
  const client = registry.client(ClientId);
  checkSecretHash(client, Username, SecretHash);
  return client;
}

function deliveryShape({ destination }: Delivery) {
  return { Destination: destination, DeliveryMedium: "EMAIL", AttributeName: "email" };
}
