// Operations with which a user who has forgotten the password gets a new one.

import * as v from "valibot";
import { callingClient, callerInput } from "./calling-client.ts";
import { confirmationCode, password } from "./members.ts";
import { operation, type OperationGroup } from "./operation.ts";
import { deliveryShape } from "./shapes.ts";

export const forgottenPasswordOperations: OperationGroup = (core) => ({
  ...operation("ForgotPassword", v.strictObject(callerInput), (input) => {
    const client = callingClient(core, input);
    return { CodeDeliveryDetails: deliveryShape(core.passwordResets.request(client, input.Username)) };
  }),

  ...operation(
    "ConfirmForgotPassword",
    v.strictObject({ ...callerInput, ConfirmationCode: confirmationCode, Password: password }),
    async (input) => {
      await core.passwordResets.confirm(callingClient(core, input), {
        name: input.Username,
        code: input.ConfirmationCode,
        password: input.Password,
        clientMetadata: input.ClientMetadata,
      });
      return {};
    },
  ),
});
