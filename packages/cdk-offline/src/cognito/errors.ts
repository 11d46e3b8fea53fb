// The errors of the user-pool API, each with the service's own text, so that a text stands in one place.

import { AwsError } from "../aws/errors.ts";

export function notAuthorized(message: string): AwsError {
  return new AwsError("NotAuthorizedException", message);
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function resourceNotFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message);
}

export function userPoolNotFound(userPoolId: string): AwsError {
  return resourceNotFound(`User pool ${userPoolId} does not exist.`);
}

export function clientNotFound(clientId: string): AwsError {
  return resourceNotFound(`User pool client ${clientId} does not exist.`);
}

export function groupNotFound(): AwsError {
  return resourceNotFound("Group not found.");
}

export function userNotFound(): AwsError {
  return new AwsError("UserNotFoundException", "User does not exist.");
}

/** What an app client that does not hide unknown users is told where a code is asked for or handed in. */
export function userOfClientNotFound(): AwsError {
  return new AwsError("UserNotFoundException", "Username/client id combination not found.");
}

export function incorrectUserNameOrPassword(): AwsError {
  return notAuthorized("Incorrect username or password.");
}

export function passwordAttemptsExceeded(): AwsError {
  return notAuthorized("Password attempts exceeded");
}

export function userDisabled(): AwsError {
  return notAuthorized("User is disabled.");
}

export function userNotConfirmed(): AwsError {
  return new AwsError("UserNotConfirmedException", "User is not confirmed.");
}

export function temporaryPasswordExpired(): AwsError {
  return notAuthorized("Temporary password has expired and must be reset by an administrator.");
}

export function passwordPolicyViolated(violation: string): AwsError {
  return new AwsError("InvalidPasswordException", `Password did not conform with policy: ${violation}`);
}

/** `message` differs between the operations that create a user. */
export function userNameExists(message: string): AwsError {
  return new AwsError("UsernameExistsException", message);
}

export function emailAliasExists(): AwsError {
  return new AwsError("AliasExistsException", "An account with the email already exists.");
}

export function attributesNotConforming(fault: string): AwsError {
  return invalidParameter(`Attributes did not conform to the schema: ${fault}`);
}

export function codeMismatch(): AwsError {
  return new AwsError("CodeMismatchException", "Invalid verification code provided, please try again.");
}

export function codeExpired(): AwsError {
  return new AwsError("ExpiredCodeException", "Invalid code provided, please request a code again.");
}

export function attemptLimitExceeded(): AwsError {
  return new AwsError("LimitExceededException", "Attempt limit exceeded, please try after some time.");
}

export function groupExists(): AwsError {
  return new AwsError("GroupExistsException", "A group with the name already exists.");
}

export function passwordResetRequired(): AwsError {
  return new AwsError("PasswordResetRequiredException", "Password reset required for the user");
}

/** A right code of a software token that has been taken before. */
export function softwareTokenUsedTwice(): AwsError {
  return new AwsError("ExpiredCodeException", "Your software token has already been used once.");
}

export function softwareTokenCodeMismatch(): AwsError {
  return new AwsError("CodeMismatchException", "Invalid code received for user");
}

/** A wrong code while a software token is being set up. */
export function softwareTokenNotEnabled(): AwsError {
  return new AwsError("EnableSoftwareTokenMFAException", "Code mismatch");
}

export function softwareTokenNotEnabledForPool(): AwsError {
  return new AwsError(
    "SoftwareTokenMFANotFoundException",
    "Software Token MFA has not been enabled by the userPool",
  );
}

export function softwareTokenNotFound(): AwsError {
  return new AwsError(
    "SoftwareTokenMFANotFoundException",
    "Software token MFA has not been set up for the user.",
  );
}

export function invalidLambdaResponse(message: string): AwsError {
  return new AwsError("InvalidLambdaResponseException", message);
}

export function unexpectedLambda(message: string): AwsError {
  return new AwsError("UnexpectedLambdaException", message);
}

export function userLambdaValidation(message: string): AwsError {
  return new AwsError("UserLambdaValidationException", message);
}

export function authFlowNotEnabled(flow: string): AwsError {
  return invalidParameter(`${flow} flow not enabled for this client`);
}

/** A flow that AWS has, but not for this operation. */
export function authFlowNotSupported(): AwsError {
  return invalidParameter("Initiate Auth method not supported.");
}

export function invalidSession(): AwsError {
  return notAuthorized("Invalid session for the user.");
}

export function sessionExpired(): AwsError {
  return notAuthorized("Invalid session for the user, session is expired.");
}

export function sessionSpent(): AwsError {
  return notAuthorized("Invalid session for the user, session can only be used once.");
}

/** A refresh token that another one has replaced, after the grace period. */
export function refreshTokenReused(): AwsError {
  return new AwsError("RefreshTokenReuseException", "Refresh token has been invalidated by rotation");
}

export function missingParameter(name: string): AwsError {
  return invalidParameter(`Missing required parameter ${name}`);
}
