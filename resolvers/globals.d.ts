// What APPSYNC_JS has besides the language: console writes to the API's log group.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html
declare const console: {
  log(...values: readonly unknown[]): void;
  error(...values: readonly unknown[]): void;
};
