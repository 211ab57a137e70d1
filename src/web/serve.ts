/** Listens on this machine alone. */
import type { Hono } from "hono";
import { InputError } from "../core/errors.ts";
import { SECURITY_HEADERS } from "./guards.ts";

export interface ServedWeb {
  readonly url: string;
  /** Ends open answers and stops listening. */
  stop(): Promise<void>;
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|::1)$/;
/** A page is read in far less; what stays silent for longer is let go. */
const IDLE_SECONDS = 30;
/** Nothing is ever sent here. */
const LARGEST_BODY_BYTES = 16_384;

/** Port 0 takes any free one. Throws InputError `web_not_loopback` or `web_port_in_use`. */
export function serveWeb(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): ServedWeb {
  if (!LOOPBACK.test(host)) {
    const message = `The status page has no sign-in and listens on this machine only; use 127.0.0.1 instead of ${host}.`;
    throw new InputError("web_not_loopback", message, { host });
  }
  const server = listen(app, host, port);
  const shown = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${shown}:${server.port}`, stop: () => server.stop(true) };
}

function listen(app: Hono, hostname: string, port: number) {
  try {
    return Bun.serve({
      ...{ hostname, port, idleTimeout: IDLE_SECONDS, maxRequestBodySize: LARGEST_BODY_BYTES },
      fetch: (request) => app.fetch(request),
      error: () =>
        new Response("Failed.", {
          status: 500,
          headers: { ...SECURITY_HEADERS, "Cache-Control": "no-store" },
        }),
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    const message = `Port ${port} is taken; stop what listens there, or set WEB_PORT to another one.`;
    throw new InputError("web_port_in_use", message, { host: hostname, port }, { cause });
  }
}
