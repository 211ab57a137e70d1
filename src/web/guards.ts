/** What holds for every answer whatever it is: headers, reading only, and answering to known names alone. */
import type { Context, MiddlewareHandler } from "hono";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Must come first: it also dresses refusals and errors. Whatever sets no other caching is never kept. */
export const withHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
  if (!context.res.headers.has("Cache-Control")) context.header("Cache-Control", "no-store");
};

export const readOnly: MiddlewareHandler = async (context, next) => {
  const { method } = context.req;
  if (method === "GET" || method === "HEAD") return next();
  context.header("Allow", "GET, HEAD");
  return context.text("This page is read-only: decisions are made in chat.", 405);
};

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];

/** A page of another site that had its name point here (DNS rebinding) still sends its own name. */
export function knownHosts(allowedHosts: readonly string[]): MiddlewareHandler {
  const known = new Set([...LOOPBACK_NAMES, ...allowedHosts.map((name) => name.toLowerCase())]);
  return async (context, next) => {
    const name = hostName(context);
    if (name !== null && known.has(name)) return next();
    return context.text(
      "This page does not answer to that host name; open it by the address it was started on.",
      403,
    );
  };
}

/** Without the port; null for anything that is not one plain host. */
function hostName(context: Context): string | null {
  const host = context.req.header("Host")?.toLowerCase() ?? "";
  return /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d{1,5})?$/.exec(host)?.[1] ?? null;
}
