/** The exchange's HTTP face: every request is weighed, may meet a fault, and answers in the exchange's shapes. */
import { type Context, Hono } from "hono";
import { ApiError } from "./api-error.ts";
import { brokenAnswer } from "./broken-answers.ts";
import type { Endpoint, MarketView } from "./endpoint.ts";
import type { Faults } from "./faults.ts";
import { Query } from "./query.ts";
import type { RequestWeight } from "./request-weight.ts";

export interface ApiParts {
  readonly view: MarketView;
  readonly weight: RequestWeight;
  readonly faults: Faults;
  readonly endpoints: readonly Endpoint[];
}

export function apiRoutes({ view, weight, faults, endpoints }: ApiParts): Hono {
  const app = new Hono();
  for (const endpoint of endpoints) app.get(endpoint.path, (context) => answer(context, endpoint));
  app.notFound((context) => context.text("Not Found", 404));
  app.onError((error) => {
    if (error instanceof ApiError) return respond(error.body(), error);
    throw error;
  });
  return app;

  function answer(context: Context, endpoint: Endpoint): Response | Promise<Response> {
    const { url, path, raw } = context.req;
    const refused = weight.charge(endpoint.weight(new URL(url).searchParams));
    if (refused) throw refused;
    const fault = faults.takeForRequest(path);
    const respondTo = () => endpoint.answer(new Query(url), view);
    if (fault === null) return respond(respondTo());
    return brokenAnswer(fault, { weight, signal: raw.signal, answer: respondTo, respond });
  }

  function respond(body: string, refusal?: ApiError): Response {
    const used = String(weight.counts.used);
    const headers: Record<string, string> = {
      "Content-Type": "application/json;charset=UTF-8",
      "X-MBX-USED-WEIGHT": used,
      "X-MBX-USED-WEIGHT-1M": used,
    };
    if (refusal && refusal.retryAfterSeconds !== null)
      headers["Retry-After"] = String(refusal.retryAfterSeconds);
    return new Response(body, { status: refusal?.status ?? 200, headers });
  }
}
