// Two changes of the cookies' key by the operator's command, while people sign in and use their sessions all the time.

import { AwsError } from "cdk-offline/testing";
import { beforeEach, expect, test } from "vitest";
import { KEY_OPENS_SECONDS } from "../../../functions/auth/cookies/key-ring.ts";
import { changeCookieKey, COOKIE_LIFETIME_MS } from "../../../operate/cookie-key.ts";
import { SESSION_COOKIE, startAuthSystem, type AuthSystem } from "../parts/auth-system.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The first change; the second is tried too early, and then as early as it may be. */
const FIRST = 6 * HOUR;
const TOO_EARLY = FIRST + COOKIE_LIFETIME_MS - SECOND;
const SECOND_CHANGE = FIRST + COOKIE_LIFETIME_MS;

/** A function that has not read its secret for a minute makes cookies that live a minute less. */
const LIVES_AT_LEAST = COOKIE_LIFETIME_MS - MINUTE;

/** How long before and after a change somebody signs in. */
const AROUND_A_CHANGE = [-61, -1, 0, 1, 9, 11, 61].map((seconds) => seconds * SECOND);

let system: AuthSystem;
let startedAtMs = 0;
beforeEach(async () => {
  startedAtMs = Date.now();
  system = await startAuthSystem(() => startedAtMs);
});

interface Event {
  readonly atMs: number;
  readonly happens: () => Promise<void>;
}

/** Lets the events happen in the order of their times, those of one moment one after the other. */
async function live(events: readonly Event[]): Promise<void> {
  for (const { atMs, happens } of [...events].sort((one, other) => one.atMs - other.atMs)) {
    system.clockOffsetMs = atMs;
    await happens();
  }
}

const change = () =>
  changeCookieKey({
    secretsManager: system.aws.secretsManager,
    secretId: "client",
    clock: () => startedAtMs + system.clockOffsetMs,
  });

test("the command allows the next change once no cookie of the key before can be alive", () => {
  expect(COOKIE_LIFETIME_MS).toBe(KEY_OPENS_SECONDS * SECOND);
});

test("sessions and sign-ins begun before, between and after two changes go on for as long as they live", async () => {
  const warm = Array.from({ length: 3 }, () => system.newInstance());
  let turn = 0;
  /** Instances that have been there all the time, in turn, and now and then one that starts with this request. */
  const anyInstance = () => {
    turn += 1;
    return turn % 4 === 3 ? system.newInstance() : (warm[turn % 4] ?? system.newInstance());
  };
  const signedOut: string[] = [];
  const lost: string[] = [];
  let [sessions, signIns] = [0, 0];

  /** A sign-in that takes nine minutes, and a session that is used until it may end; each by any instance. */
  const person = (startsAtMs: number, takesMs: number): Event[] => {
    const cookies = new Map<string, string>();
    let callback = "";
    const browser = (instance = anyInstance()) => {
      const through = system.newBrowser(instance);
      for (const [name, value] of cookies) through.cookies.set(name, value);
      return through;
    };
    const keep = ({ cookies: kept }: ReturnType<typeof browser>) => {
      cookies.clear();
      for (const [name, value] of kept) cookies.set(name, value);
    };
    const begins: Event = {
      atMs: startsAtMs,
      happens: async () => {
        const through = browser();
        callback = await through.startSignIn();
        keep(through);
      },
    };
    const signedInAtMs = startsAtMs + takesMs;
    const ends: Event = {
      atMs: signedInAtMs,
      happens: async () => {
        const through = browser();
        const { statusCode } = await through.send({ target: callback });
        keep(through);
        signIns += 1;
        if (statusCode !== 303) lost.push(`${startsAtMs} +${takesMs}: ${statusCode}`);
      },
    };
    const uses = [SECOND, COOKIE_LIFETIME_MS / 2, LIVES_AT_LEAST - SECOND].map((ageMs): Event => ({
      atMs: signedInAtMs + ageMs,
      happens: async () => {
        for (const instance of [...warm, system.newInstance()]) {
          const { statusCode } = await browser(instance).post("/auth/session");
          sessions += 1;
          if (statusCode !== 200) signedOut.push(`of ${signedInAtMs} at +${ageMs}: ${statusCode}`);
        }
      },
    }));
    return [begins, ends, ...uses];
  };

  const everyOtherHour = Array.from({ length: 12 }, (_, n) =>
    person(2 * n * HOUR + MINUTE, 9 * MINUTE),
  ).flat();
  const aroundChanges = [FIRST, SECOND_CHANGE].flatMap((changeMs) =>
    AROUND_A_CHANGE.flatMap((ms) => [
      ...person(changeMs + ms, SECOND),
      ...person(changeMs + ms - 9 * MINUTE, 9 * MINUTE),
    ]),
  );
  const refusals: unknown[] = [];
  await live([
    { atMs: FIRST, happens: async () => void (await change()) },
    { atMs: FIRST + SECOND, happens: async () => void refusals.push(await change().catch(String)) },
    { atMs: TOO_EARLY, happens: async () => void refusals.push(await change().catch(String)) },
    { atMs: SECOND_CHANGE, happens: async () => void (await change()) },
    ...everyOtherHour,
    ...aroundChanges,
  ]);

  const again = new Date(startedAtMs + SECOND_CHANGE).toISOString();
  expect(refusals).toHaveLength(2);
  for (const refusal of refusals) expect(refusal).toContain(`run this again after ${again}`);
  expect(signIns).toBe(12 + 2 * 2 * AROUND_A_CHANGE.length);
  expect(sessions).toBe(3 * 4 * signIns);
  expect(lost).toEqual([]);
  expect(signedOut).toEqual([]);
});

test("a session of before both changes is over, though nobody has told its browser", async () => {
  const browser = system.newBrowser();
  await browser.signIn();
  await change();
  system.clockOffsetMs = COOKIE_LIFETIME_MS;
  await change();
  const later = system.newBrowser(system.newInstance());
  later.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE) ?? "");
  expect((await later.post("/auth/session")).statusCode).toBe(401);
});

test("of two changes at once one is made, and the other is told so", async () => {
  const taken = new Set<string>();
  system.aws.operations["PutSecretValue"] = ({ ClientRequestToken: id }: { ClientRequestToken: string }) => {
    if (taken.has(id)) throw new AwsError("ResourceExistsException", "already in use");
    taken.add(id);
    return {};
  };
  const outcomes = await Promise.allSettled([change(), change()]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { message: "somebody else has just changed the secret; this run has changed nothing" },
  });
});
