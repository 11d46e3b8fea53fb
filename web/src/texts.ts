// Every text of the page, in one place. What the greeting says comes from the server.

export const texts = {
  product: "Login Ledger",
  tryAgain: "Try again",
  loading: "Loading…",

  landing: {
    title: "Every sign-in, on the record.",
    lead: "Sign in and see when, from where and with which browser your account was used, every time.",
    signIn: "Sign in",
    facts: [
      ["Recorded once", "Each sign-in is written down exactly once, before access is given."],
      ["Kept unaltered", "A record is never changed. If one were, it would be noticed."],
      ["Yours to see", "You see your own sign-ins. Besides you, only auditors do."],
    ],
    sessionLost: "Your session has ended. Please sign in again.",
  },

  account: {
    signedInAs: "Signed in as",
    signOut: "Sign out",
    signingOut: "Signing out…",
    notSignedOut: "You are still signed in.",
  },

  greeting: {
    /** Shown when the server's greeting cannot be had. */
    fallback: (username: string) => `Hello, ${username}`,
    lastLogin: "Your last sign-in was on",
    lastLoginFrom: (address: string) => `from ${address}`,
    lastLoginWith: (browser: string) => `with ${browser}`,
    firstLogin: "This is your first sign-in. Welcome!",
    lastLoginUnknown: "Your last sign-in cannot be shown right now.",
  },

  ownLogin: {
    title: "This sign-in",
    recorded: "On the record",
    when: "Time",
    address: "Address",
    browser: "Browser",
    id: "Record",
    failed: "This sign-in cannot be shown right now.",
    unrecorded: "This sign-in may not be on the record yet.",
  },

  list: {
    title: "My sign-ins",
    timeZone: (zone: string) => `Times in ${zone}`,
    current: "This sign-in",
    empty: "Nothing here yet. Your sign-ins appear here as soon as they are recorded.",
    failed: "Your sign-ins cannot be shown right now.",
    showMore: "Show more",
    moreFailed: "The next sign-ins could not be loaded.",
    shown: (count: number) => `${count} sign-ins are shown.`,
    allShown: (count: number) => `All ${count} sign-ins are shown.`,
  },

  unknownAddress: "Unknown address",
  unknownBrowser: "Unknown browser",
  browserOn: (browser: string, system: string) => `${browser} on ${system}`,

  offline: "You are offline. What you see may be out of date.",

  problems: {
    session: "The page cannot be opened.",
    unreachable: "The server cannot be reached. Check your connection, then try again.",
    unavailable: "The service is busy. Please try again in a moment.",
    unexpected:
      "Something unexpected happened. If trying again does not help, please tell whoever runs this service.",
    reference: (requestId: string) => `Reference: ${requestId}`,
  },
} as const;
