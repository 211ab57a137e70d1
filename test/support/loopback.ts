import { isIPv4 } from "node:net";

/** A port nobody listens on, in the place of every proxy. */
export const closedProxy = "http://127.0.0.1:9";

export class NetworkBlockedError extends Error {
  override readonly name = "NetworkBlockedError";
  constructor(
    readonly route: string,
    readonly target: string,
  ) {
    super(`${route} to ${target}: tests may reach loopback only (127.0.0.0/8, ::1, localhost)`);
  }
}

export function isLoopback(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/^::ffff:/, "");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
}
