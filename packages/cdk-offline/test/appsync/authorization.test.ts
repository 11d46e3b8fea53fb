// Who may call, and which fields they may see.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as v from "valibot";
import { openAuthentication } from "../../src/appsync/authorization/caller.ts";
import { graphqlApi } from "../../src/appsync/resources.ts";
import { CLAIMS, NOW_MS, openApi, readToken, returning, tokenOf, type TestApi } from "./support/api.ts";

const SCHEMA = `
  type Query {
    open: String
    audited: String @aws_cognito_user_pools(cognito_groups: ["editors"])
    old: String @aws_auth(cognito_groups: ["editors", "readers"])
    keyed: String @aws_api_key
    both: String @aws_iam @aws_cognito_user_pools
    thing: Thing
    mixed: Mixed
    whoami: AWSJSON
  }
  type Thing @aws_cognito_user_pools(cognito_groups: ["editors"]) {
    a: String
    b: String @aws_cognito_user_pools
  }
  type Mixed { secret: String @aws_cognito_user_pools(cognito_groups: ["editors"])  plain: String }`;

const RESOLVERS = {
  "Query.open": returning("'open'"),
  "Query.audited": returning("'audited'"),
  "Query.old": returning("'old'"),
  "Query.keyed": returning("'keyed'"),
  "Query.both": returning("'both'"),
  "Query.thing": returning("({ a: 'a', b: 'b' })"),
  "Query.mixed": returning("({ secret: 's', plain: 'p' })"),
  "Query.whoami": returning("ctx.identity"),
};

class PoolError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

let api: TestApi;
beforeAll(async () => {
  api = await openApi({
    schema: SCHEMA,
    resolvers: RESOLVERS,
    userPool: { AppIdClientRegex: "^web-client$" },
  });
});
afterAll(() => api.close());

const EDITOR = { ...CLAIMS, "cognito:groups": ["editors"] };

async function refusedWith(headers: Record<string, string>, verify: (token: string) => Promise<never>) {
  const refusing = await openApi({ schema: SCHEMA, verifyToken: (_pool, token) => verify(token) });
  const answer = await refusing.send({ headers, body: '{"query":"{open}"}' });
  await refusing.close();
  return answer;
}

describe("a request without a good token (B1)", () => {
  it.each([
    {},
    { authorization: "" },
    { authorization: "  " },
    // Modes that the API does not have.
    { "x-api-key": "da2-x" },
    {
      authorization:
        "AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/appsync/aws4_request, SignedHeaders=host, Signature=0",
    },
    { authorization: "AWS4-HMAC-SHA256 Credential=a.b.c, SignedHeaders=host" },
  ])("401-no-header: %j", async (headers) => {
    const answer = await api.send({ headers, body: '{"query":"{open}"}' });
    expect(answer.status).toBe(401);
    expect(answer.errors).toEqual([
      { errorType: "UnauthorizedException", message: "Valid authorization header not provided." },
    ]);
  });

  it.each(["meow", "a.b", "Bearer", "Bearer a.b"])("401-not-a-jwt: %s", async (authorization) => {
    const answer = await api.send({ headers: { authorization }, body: '{"query":"{open}"}' });
    expect(answer.status).toBe(401);
    expect(answer.errors).toEqual([
      { errorType: "UnauthorizedException", message: "Unable to parse JWT token." },
    ]);
  });

  it.each([
    ["401-expired: an expired token", "expired", "Token has expired."],
    ["a token that does not parse", "malformed", "Unable to parse JWT token."],
    ["B2, B3: a forged token, or one of another pool", "invalid", "Valid authorization header not provided."],
  ])("%s", async (_name, code, message) => {
    const answer = await refusedWith({ authorization: tokenOf() }, () => Promise.reject(new PoolError(code)));
    expect(answer.status).toBe(401);
    expect(answer.errors).toEqual([{ errorType: "UnauthorizedException", message }]);
  });

  it("401-expired is laid out as the service lays it out", async () => {
    const expired = () => Promise.reject(new PoolError("expired"));
    const answer = await refusedWith({ authorization: tokenOf() }, expired);
    expect(answer.text).toBe(
      '{\n  "errors" : [ {\n    "errorType" : "UnauthorizedException",\n    "message" : "Token has expired."\n  } ]\n}',
    );
  });

  it.each(["other-client", "my-web-client", "web-client2", undefined])(
    "B3: a token of the client %s, which the API does not let in",
    async (clientId) => {
      const answer = await api.query("{open}", {}, { ...CLAIMS, client_id: clientId });
      expect(answer.status).toBe(401);
    },
  );

  it("is answered before its body is looked at", async () => {
    expect((await api.send({ body: "meow" })).status).toBe(401);
  });
});

describe("a token", () => {
  it("is taken with and without the word Bearer", async () => {
    for (const authorization of [tokenOf(), `Bearer ${tokenOf()}`, `bearer  ${tokenOf()}`]) {
      const answer = await api.send({ headers: { authorization }, body: '{"query":"{open}"}' });
      expect(answer.data).toEqual({ open: "open" });
    }
  });

  it("may be an ID token, whose client is its audience", async () => {
    const { client_id: aud, ...claims } = CLAIMS;
    expect((await api.query("{open}", {}, { ...claims, aud, token_use: "id" })).status).toBe(200);
  });

  it("is verified once, and again when it has expired", async () => {
    let now = NOW_MS;
    let verified = 0;
    const counting = await openApi({
      schema: SCHEMA,
      resolvers: RESOLVERS,
      clock: () => now,
      verifyToken(pool, token) {
        verified += 1;
        if (now >= CLAIMS.exp * 1000) return Promise.reject(new PoolError("expired"));
        return readToken(pool, token);
      },
    });
    await counting.query("{open}");
    await counting.query("{open}");
    expect(verified).toBe(1);
    now = CLAIMS.exp * 1000;
    expect((await counting.query("{open}")).status).toBe(401);
    expect(verified).toBe(2);
    await counting.close();
  });

  it("is verified again after a thousand others: no more are remembered", async () => {
    let verified = 0;
    const authenticate = openAuthentication({
      clock: () => NOW_MS,
      userPoolId: "pool",
      clientIds: undefined,
      verifyToken(pool, token) {
        verified += 1;
        return readToken(pool, token);
      },
    });
    const tokens = Array.from({ length: 1001 }, (_, n) => tokenOf({ ...CLAIMS, sub: String(n) }));
    for (const token of [...tokens, ...tokens.slice(1)]) await authenticate(token);
    expect(verified).toBe(1001);
    expect((await authenticate(tokens[0])).sub).toBe("0");
    expect(verified).toBe(1002);
  });
});

describe("ctx.identity", () => {
  const whoami = async (claims?: Readonly<Record<string, unknown>>, headers: Record<string, string> = {}) => {
    const authorization = tokenOf(claims);
    const { data } = await api.send({ headers: { authorization, ...headers }, body: '{"query":"{whoami}"}' });
    return JSON.parse(String(data?.["whoami"])) as Readonly<Record<string, unknown>>;
  };

  it("holds what an access token says, numbers as numbers, and null for no groups", async () => {
    expect(await whoami()).toEqual({
      sub: CLAIMS.sub,
      issuer: CLAIMS.iss,
      username: "nadia",
      claims: CLAIMS,
      sourceIp: ["127.0.0.1"],
      defaultAuthStrategy: "ALLOW",
      groups: null,
    });
  });

  it("cognito-identity: holds what an ID token says, its groups and its user name by themselves as well", async () => {
    const claims = {
      sub: "af08acd8-f118-4016-a35d-2e47d43015a3",
      "cognito:groups": ["user"],
      email_verified: true,
      iss: CLAIMS.iss,
      "cognito:username": "user1",
      origin_jti: CLAIMS.origin_jti,
      aud: CLAIMS.client_id,
      event_id: "1f2d1ae5-5a4c-4f4c-8a5e-9d3b3e7f1c2d",
      token_use: "id",
      auth_time: CLAIMS.auth_time,
      exp: CLAIMS.exp,
    };
    expect(await whoami(claims)).toEqual({
      claims,
      defaultAuthStrategy: "ALLOW",
      groups: ["user"],
      issuer: CLAIMS.iss,
      sourceIp: ["127.0.0.1"],
      sub: claims.sub,
      username: "user1",
    });
  });

  it("takes the user name of an ID token, and the groups", async () => {
    const identity = await whoami({ ...CLAIMS, "cognito:username": "ada", "cognito:groups": ["a", "b"] });
    expect(identity).toMatchObject({ username: "ada", groups: ["a", "b"] });
  });

  it("lists the addresses the request came by", async () => {
    const identity = await whoami(CLAIMS, { "x-forwarded-for": "203.0.113.7, 198.51.100.2" });
    expect(identity["sourceIp"]).toEqual(["203.0.113.7", "198.51.100.2", "127.0.0.1"]);
  });

  it("B8: has no user name for a client's own token", async () => {
    const claims = { ...CLAIMS, username: undefined };
    expect((await whoami(claims))["username"]).toBeNull();
  });
});

describe("a field with directives", () => {
  it("field-unauthorized, B6: is null for who is not in its groups, and the rest is answered", async () => {
    const { status, data, errors } = await api.query("{\n  audited\n  open\n}");
    expect(status).toBe(200);
    expect(data).toEqual({ audited: null, open: "open" });
    expect(errors).toEqual([
      {
        path: ["audited"],
        data: null,
        errorType: "Unauthorized",
        errorInfo: null,
        locations: [{ line: 2, column: 3, sourceName: null }],
        message: "Not Authorized to access audited on type Query",
      },
    ]);
  });

  it.each([
    ["under another name", "{ x: audited }"],
    ["in a fragment", "{ ...F } fragment F on Query { audited }"],
    ["with @include", "{ audited @include(if: true) }"],
    ["in a type", "{ mixed { secret } }"],
  ])("B6: is refused %s", async (_name, query) => {
    const { errors } = await api.query(query);
    expect(errors.map(({ errorType }) => errorType)).toEqual(["Unauthorized"]);
  });

  it("is open to its groups", async () => {
    const { data } = await api.query("{ audited old mixed { secret } thing { a b } }", {}, EDITOR);
    expect(data).toEqual({
      audited: "audited",
      old: "old",
      mixed: { secret: "s" },
      thing: { a: "a", b: "b" },
    });
  });

  it.each(["Editors", "editors ", "editor"])("B9: is closed to the group %j", async (group) => {
    const { errors } = await api.query("{ audited }", {}, { ...CLAIMS, "cognito:groups": [group] });
    expect(errors).toHaveLength(1);
  });

  it("B9: takes groups from the pool's claim alone, and only as a list", async () => {
    for (const claims of [{ "custom:groups": ["editors"] }, { "cognito:groups": "editors" }]) {
      expect((await api.query("{ audited }", {}, { ...CLAIMS, ...claims })).errors).toHaveLength(1);
    }
  });

  it("counts more than its type", async () => {
    const { data, errors } = await api.query("{ thing { a b } }");
    expect(data).toEqual({ thing: { a: null, b: "b" } });
    expect(errors[0]?.["message"]).toBe("Not Authorized to access a on type Thing");
  });

  it("is closed when it is for another way of authorizing only", async () => {
    const { data } = await api.query("{ keyed both }");
    expect(data).toEqual({ keyed: null, both: "both" });
  });
});

it("the default DENY closes fields without a directive", async () => {
  const closed = await openApi({ schema: SCHEMA, resolvers: RESOLVERS, userPool: { DefaultAction: "DENY" } });
  const { data, errors } = await closed.query("{ open both thing { b } }");
  expect(data).toEqual({ open: null, both: "both", thing: null });
  expect(errors).toHaveLength(2);
  await closed.close();
});

describe("another mode of authorization", () => {
  const POOL = {
    Name: "n",
    AuthenticationType: "AMAZON_COGNITO_USER_POOLS",
    UserPoolConfig: { UserPoolId: "p", AwsRegion: "us-east-1", DefaultAction: "ALLOW" },
  };
  const refusedAt = (properties: Readonly<Record<string, unknown>>) =>
    v.safeParse(graphqlApi.properties, properties).issues?.map((issue) => v.getDotPath(issue));

  it.each([
    ["401-api-key", "API_KEY"],
    ["401-iam", "AWS_IAM"],
    ["OpenID Connect", "OPENID_CONNECT"],
    ["Lambda", "AWS_LAMBDA"],
    ["a second pool", "AMAZON_COGNITO_USER_POOLS"],
  ])(
    "%s: is refused by name when the template is loaded, so that its answers are met by nobody",
    (_id, mode) => {
      const second = { ...POOL, AdditionalAuthenticationProviders: [{ AuthenticationType: mode }] };
      expect(refusedAt(second)).toEqual(["AdditionalAuthenticationProviders"]);
      if (mode === POOL.AuthenticationType) return;
      expect(refusedAt({ ...POOL, AuthenticationType: mode })).toEqual(["AuthenticationType"]);
    },
  );

  it("is never there, so that @aws_auth, which AppSync ignores beside a second one, always holds", async () => {
    expect((await api.query("{ old }")).errors[0]?.["message"]).toBe(
      "Not Authorized to access old on type Query",
    );
    const reader = { ...CLAIMS, "cognito:groups": ["readers"] };
    expect((await api.query("{ old }", {}, reader)).data).toEqual({ old: "old" });
  });

  it.each([
    { authorization: "AWS4-HMAC-SHA256 Credential=a/20261122/us-east-1/appsync/aws4_request" },
    { "x-api-key": "da2-x" },
  ])("is no way in: %j", async (headers: Record<string, string>) => {
    const answer = await api.send({ headers, body: '{"query":"{open}"}' });
    expect(answer.status).toBe(401);
  });
});
