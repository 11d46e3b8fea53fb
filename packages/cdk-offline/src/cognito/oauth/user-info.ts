// GET /oauth2/userInfo: the attributes that an access token lets its bearer see.
// https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html

import { AwsError } from "../../aws/errors.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";
import type { Core } from "../core.ts";
import type { Bearer } from "../tokens/access-token.ts";
import { visibleAttributes } from "../tokens/claims.ts";
import { oauthJson } from "./oauth-error.ts";

export async function userInfoEndpoint(core: Core, request: HttpRequest): Promise<HttpResponse> {
  const token = /^bearer +([^ ]+) *$/i.exec(request.headers["authorization"] ?? "")?.[1];
  if (token === undefined) {
    return refuse(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint");
  }
  const bearer = await findBearer(core, token);
  if (!bearer?.scopes.includes("openid")) {
    return refuse(
      401,
      "invalid_token",
      "Access token is expired, disabled, or deleted, or the user has globally signed out.",
    );
  }
  const { user, client, scopes } = bearer;
  // Unlike in the ID token every value is text here, also those of email_verified and the like.
  return oauthJson(200, {
    sub: user.sub,
    ...visibleAttributes(user, client, scopes.join(" ")),
    username: user.userName,
  });
}

async function findBearer(core: Core, token: string): Promise<Bearer | undefined> {
  try {
    return await core.checkAccessToken(token);
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** RFC 6750 section 3. */
function refuse(status: number, error: string, description: string): HttpResponse {
  return oauthJson(
    status,
    { error, error_description: description },
    { "www-authenticate": `Bearer error="${error}", error_description="${description}"` },
  );
}
