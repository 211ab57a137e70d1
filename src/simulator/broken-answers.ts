/** What a request gets instead of its answer when a fault was asked for. */
import { ApiError } from "./api-error.ts";
import { type Fault, KLINE_FIELDS } from "./faults.ts";
import type { RequestWeight } from "./request-weight.ts";

interface Request {
  readonly weight: RequestWeight;
  readonly signal: AbortSignal;
  /** The answer without the fault; throws ApiError. */
  answer(): string;
  respond(body: string): Response;
}

const LOGIN_PAGE =
  "<!doctype html><html><head><title>Sign in</title></head><body>Network sign-in</body></html>";

export function brokenAnswer(fault: Fault, request: Request): Response | Promise<Response> {
  const waitMs = fault.retryAfterSeconds * 1000;
  switch (fault.kind) {
    case "http_429":
      throw request.weight.tooMuch(waitMs);
    case "http_418":
      throw request.weight.ban(waitMs);
    case "http_503":
      throw new ApiError(-1001, "Internal error; unable to process your request. Please try again.", 503);
    case "hang":
      return new Promise((resolve) =>
        request.signal.addEventListener("abort", () => resolve(new Response())),
      );
    case "reset":
      return cutOff("");
    case "truncated":
      return cutOff(firstHalf(request.answer()));
    case "bad_json":
      return request.respond(firstHalf(request.answer()));
    case "html":
      return new Response(LOGIN_PAGE, { headers: { "Content-Type": "text/html" } });
    case "bad_kline":
      return request.respond(spoilt(request.answer(), fault));
    default:
      return request.respond(request.answer());
  }
}

const firstHalf = (body: string): string => body.slice(0, Math.ceil(body.length / 2));

/** Sends the beginning of a body, or nothing at all, and resets the connection. */
function cutOff(beginning: string): Response {
  let hasBegun = beginning === "";
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!hasBegun) {
        hasBegun = true;
        return controller.enqueue(new TextEncoder().encode(beginning));
      }
      // A turn of the event loop lets the beginning leave; an error without a reason ends the connection silently.
      await new Promise((resolve) => setImmediate(resolve));
      controller.error();
    },
  });
  return new Response(body, { headers: { "Content-Type": "application/json;charset=UTF-8" } });
}

/** The last closed row with one field replaced; an answer of fewer rows is spoilt in its first. */
function spoilt(body: string, { field, value }: Fault): string {
  const rows: unknown[][] = JSON.parse(body);
  const row = rows.at(-2) ?? rows[0];
  if (row) row[KLINE_FIELDS.indexOf(field)] = value;
  return JSON.stringify(rows);
}
