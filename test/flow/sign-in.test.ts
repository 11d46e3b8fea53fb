// One sign-in, end to end, through the page's own endpoints and beside them, with real clients over HTTP.

import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetObjectCommand, ListObjectVersionsCommand } from "@aws-sdk/client-s3";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { decodeJwt } from "jose";
import * as client from "openid-client";
import { beforeAll, describe, expect, test } from "vitest";
import {
  GreetingDocument,
  MyLoginsDocument,
  RecordLoginDocument,
} from "../../client/generated/operations.ts";
import { signIn } from "../../operate/sign-in.ts";
import { discover, signInBeside } from "./relying-party.ts";
import { itemsOf, ledgerWith, logs, newUser, outputs, s3, stackFetch } from "./stack.ts";

/** Every version of every file of a user. */
async function filesOf(userId: string) {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: outputs.BucketName, Prefix: `${userId}/` }),
  );
  return [...Versions, ...DeleteMarkers];
}

/** Every login line of a user, parsed. */
async function linesOf(userId: string): Promise<Record<string, unknown>[]> {
  const { events = [] } = await logs.send(
    new FilterLogEventsCommand({
      logGroupName: outputs.LoginLogGroup,
      filterPattern: `{ $.event = "login" && $.userId = "${userId}" }`,
    }),
  );
  return events.map(({ message }) => JSON.parse(message ?? "") as Record<string, unknown>);
}

let relyingParty: client.Configuration;
beforeAll(async () => {
  relyingParty = await discover();
});

describe("one sign-in", () => {
  test("leaves exactly one item, one file named after the user with its time, and one log line", async () => {
    const user = await newUser();
    const session = await signIn(outputs.AppUrl, user);
    expect(session.user).toMatchObject({ username: user.username, groups: [] });

    const items = await itemsOf(session.user.id);
    expect(items).toHaveLength(1);
    const [item] = items;
    const claims = decodeJwt(session.accessToken);
    const loggedInAt = new Date(Number(claims["auth_time"]) * 1000).toISOString().replace(".000Z", "Z");
    expect(item).toMatchObject({
      id: { S: claims["origin_jti"] },
      userId: { S: claims.sub },
      username: { S: user.username },
      loggedInAt: { S: loggedInAt },
      clientId: { S: outputs.WebClientId },
      file: { S: `${session.user.id}/${loggedInAt}-${String(claims["origin_jti"])}/${user.username}.txt` },
    });

    const [file] = await expect
      .poll(() => filesOf(session.user.id))
      .toHaveLength(1)
      .then(() => filesOf(session.user.id));
    expect(file?.Key).toBe(item?.["file"]?.S);
    const object = await s3.send(new GetObjectCommand({ Bucket: outputs.BucketName, Key: file?.Key }));
    expect(await object.Body?.transformToString()).toBe(`${loggedInAt}\n`);

    await expect.poll(() => linesOf(session.user.id)).toHaveLength(1);
    expect((await linesOf(session.user.id))[0]).toMatchObject({
      event: "login",
      id: claims["origin_jti"],
      username: user.username,
      loggedInAt,
      writeId: item?.["writeId"]?.S,
    });
  });

  test("is recorded before the page asks for anything (I8)", async () => {
    const user = await newUser();
    const tokens = await signIn(outputs.AppUrl, user);
    const { data } = await ledgerWith(tokens.accessToken).mutate({ mutation: RecordLoginDocument });
    expect(data?.recordLogin?.alreadyRecorded).toBe(true);
  });

  test("greets by name, and a second one is told of the first", async () => {
    const user = await newUser();
    const first = await signIn(outputs.AppUrl, user);
    const greeted = await ledgerWith(first.accessToken).query({ query: GreetingDocument });
    expect(greeted.data?.greeting).toMatchObject({ locale: "en", lastLogin: null });
    expect(greeted.data?.greeting?.message).toContain(user.username);

    const second = await signIn(outputs.AppUrl, user);
    const again = await ledgerWith(second.accessToken).query({
      query: GreetingDocument,
      variables: { locale: "de-CH" },
    });
    expect(again.data?.greeting).toMatchObject({
      locale: "de",
      lastLogin: { id: decodeJwt(first.accessToken)["origin_jti"] },
    });
    const list = await ledgerWith(second.accessToken).query({ query: MyLoginsDocument });
    expect(list.data?.myLogins?.items.map(({ id }) => id).sort()).toEqual(
      [first, second].map(({ accessToken }) => decodeJwt(accessToken)["origin_jti"]).sort(),
    );
  });
});

describe("a relying party beside the page", () => {
  test("records its sign-in once: a repeat and a refreshed token change nothing", async () => {
    const user = await newUser();
    const tokens = await signInBeside(relyingParty, user);
    const sub = tokens.claims()?.sub ?? "";

    const device = { address: "192.0.2.7", userAgent: "test/1" };
    const first = await ledgerWith(tokens.access_token).mutate({
      mutation: RecordLoginDocument,
      variables: { device },
    });
    expect(first.data?.recordLogin).toMatchObject({ ...device, alreadyRecorded: false });
    const before = await itemsOf(sub);

    const other = { address: "198.51.100.1", userAgent: "other/2" };
    const repeat = await ledgerWith(tokens.access_token).mutate({
      mutation: RecordLoginDocument,
      variables: { device: other },
    });
    const refreshed = await client.refreshTokenGrant(relyingParty, tokens.refresh_token ?? "");
    const after = await ledgerWith(refreshed.access_token).mutate({
      mutation: RecordLoginDocument,
      variables: { device: other },
    });

    for (const answer of [repeat, after]) {
      expect(answer.data?.recordLogin).toEqual({ ...first.data?.recordLogin, alreadyRecorded: true });
    }
    expect(await itemsOf(sub)).toEqual(before);
    expect(before).toHaveLength(1);
    await expect.poll(() => filesOf(sub)).toHaveLength(1);
    await expect.poll(() => linesOf(sub)).toHaveLength(1);
  });

  test("gets tokens that name the authentication event, and a refresh keeps its name and time", async () => {
    const tokens = await signInBeside(relyingParty, await newUser());
    const access = decodeJwt(tokens.access_token);
    const id = decodeJwt(tokens.id_token ?? "");
    expect(access).toMatchObject({ token_use: "access", client_id: outputs.WebClientId });
    expect(id).toMatchObject({ token_use: "id", aud: outputs.WebClientId });
    for (const claim of ["origin_jti", "event_id", "auth_time", "sub"]) {
      expect(access[claim], claim).toBeDefined();
      expect(id[claim], claim).toBe(access[claim]);
    }
    expect(access.jti).not.toBe(id.jti);

    const refreshed = decodeJwt(
      (await client.refreshTokenGrant(relyingParty, tokens.refresh_token ?? "")).access_token,
    );
    expect(refreshed["origin_jti"]).toBe(access["origin_jti"]);
    expect(refreshed["auth_time"]).toBe(access["auth_time"]);
    expect(refreshed.jti).not.toBe(access.jti);

    const again = decodeJwt((await signInBeside(relyingParty, await newUser())).access_token);
    expect(again["origin_jti"]).not.toBe(access["origin_jti"]);
  });

  test("holds tokens that an unmodified CognitoJwtVerifier accepts", async () => {
    const tokens = await signInBeside(relyingParty, await newUser());
    for (const [tokenUse, token] of [
      ["access", tokens.access_token],
      ["id", tokens.id_token ?? ""],
    ] as const) {
      const verifier = CognitoJwtVerifier.create(
        { userPoolId: outputs.UserPoolId, clientId: outputs.WebClientId, tokenUse },
        {
          jwksCache: new SimpleJwksCache({
            fetcher: { fetch: async (uri) => (await stackFetch(uri)).arrayBuffer() },
          }),
        },
      );
      await expect(verifier.verify(token)).resolves.toMatchObject({ token_use: tokenUse });
    }
  });
});
