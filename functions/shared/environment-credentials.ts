// Stands in for the SDK's chain of credential providers when a function is bundled: Lambda hands its role's credentials
// over in the environment, and the other providers would more than double the time a function takes to start.

export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
