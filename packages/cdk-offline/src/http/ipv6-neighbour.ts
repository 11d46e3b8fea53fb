// Whether somebody else would answer at `localhost`: it may mean ::1 first, where the local servers do not listen.

import { connect } from "node:net";

const LIMIT_MS = 1000;

/** Whether a server of this machine listens at this port of ::1. */
export function isTakenOnIpv6(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "::1", port });
    const end = (isTaken: boolean) => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.setTimeout(LIMIT_MS, () => {
      end(false);
    });
    socket.once("connect", () => {
      end(true);
    });
    socket.once("error", () => {
      end(false);
    });
  });
}
