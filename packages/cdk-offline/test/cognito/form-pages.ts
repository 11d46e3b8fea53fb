// The pages of managed login that have a form, for tests that hold for each of them.

export const FORM_PAGES = [
  "/login",
  "/signup",
  "/confirm",
  "/forgotPassword",
  "/confirmforgotPassword",
  "/changePassword",
  "/mfa",
  "/mfa/setup",
];
