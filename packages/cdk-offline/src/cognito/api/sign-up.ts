// Operations with which somebody creates and confirms an account of one's own.

import * as v from "valibot";
import { callerInput, callingClient } from "./calling-client.ts";
import { attributeList, confirmationCode, password, toAttributes } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { deliveryShape } from "./shapes.ts";

export const signUpOperations: OperationGroup = (core) => ({
  ...operation(
    "SignUp",
    v.strictObject({
      ...callerInput,
      Password: password,
      UserAttributes: attributeList,
      ValidationData: attributeList,
    }),
    async (input) => {
      const { user, delivery } = await core.signUps.signUp(callingClient(core, input), {
        userName: input.Username,
        password: input.Password,
        attributes: toAttributes(input.UserAttributes),
        validationData: input.ValidationData && toAttributes(input.ValidationData),
        clientMetadata: input.ClientMetadata,
      });
      return {
        UserConfirmed: user.status === "CONFIRMED",
        UserSub: user.sub,
        ...(delivery !== undefined && { CodeDeliveryDetails: deliveryShape(delivery) }),
      };
    },
  ),

  ...operation(
    "ConfirmSignUp",
    v.strictObject({
      ...callerInput,
      ConfirmationCode: confirmationCode,
      ForceAliasCreation: v.optional(v.boolean()),
    }),
    async (input) => {
      const client = callingClient(core, input);
      await core.signUps.confirm(client, input.Username, input.ConfirmationCode, {
        clientMetadata: input.ClientMetadata,
        forceAlias: input.ForceAliasCreation,
      });
      return {};
    },
  ),

  ...operation("ResendConfirmationCode", v.strictObject(callerInput), (input) => ({
    CodeDeliveryDetails: deliveryShape(core.signUps.resend(callingClient(core, input), input.Username)),
  })),
});
