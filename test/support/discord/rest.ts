/** The REST side: finds the route, keeps Discord's limits and rules, plays the planned troubles, and remembers every call. */
import type { Body } from "./message-body.ts";
import { type RateLimits, tooManyRequests } from "./rate-limits.ts";
import { Refusal, refusals } from "./refusal.ts";
import { readBody } from "./request-body.ts";
import type { Route } from "./routes.ts";
import type { Troubles } from "./troubles.ts";

export interface Call {
  /** By the server's clock. */
  readonly at: number;
  readonly method: string;
  /** Without `/api/v10`. */
  readonly path: string;
  readonly body: unknown;
  readonly files: readonly string[];
  /** 0 while it is being answered, and for ever when it hangs. */
  status: number;
  /** Discord's error code of a refusal. */
  code: number | null;
  /** Whether it was carried out, told or not. */
  hasEffect: boolean;
}

interface House {
  readonly limits: RateLimits;
  readonly troubles: Troubles;
  now(): number;
  hasToken(token: string): boolean;
  fault(text: string): void;
  changed(): void;
}

const PREFIX = "/api/v10";

export class Rest {
  readonly calls: Call[] = [];
  readonly #routes: readonly Route[];
  readonly #house: House;

  constructor(routes: readonly Route[], house: House) {
    this.#routes = routes;
    this.#house = house;
  }

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.slice(PREFIX.length);
    if (!url.pathname.startsWith(`${PREFIX}/`)) return this.#unrouted(request.method, url.pathname);
    let body: Body;
    try {
      body = await readBody(request);
    } catch (error) {
      return this.#refused(`${request.method} ${path}`, error);
    }
    const files = [...body.files.values()].map((file) => file.filename);
    const { method } = request;
    const call: Call = {
      ...{ at: this.#house.now(), method, path, body: body.json, files },
      ...{ status: 0, code: null, hasEffect: false },
    };
    this.calls.push(call);
    const carryOut = async () => this.#carryOut(call, request, url, body);
    const trouble = this.#house.troubles.take(method, path);
    const response = await (trouble === null ? carryOut() : this.#house.troubles.answer(trouble, carryOut));
    call.status = response.status;
    this.#house.changed();
    return response;
  }

  #carryOut(call: Call, request: Request, url: URL, body: Body): Response {
    const found = this.#find(call);
    if (found === null) return this.#unrouted(call.method, call.path);
    const { route, parts } = found;
    const token = (request.headers.get("authorization") ?? "").replace(/^Bot /, "");
    if (route.isOpen !== true && !this.#house.hasToken(token)) {
      return Response.json(refusals.unauthorized(), { status: 401 });
    }
    const allowance = this.#house.limits.take(call.method, call.path, route.isOpen === true);
    const { headers, retryAfterSeconds, isGlobal } = allowance;
    if (retryAfterSeconds !== null) return tooManyRequests(retryAfterSeconds, isGlobal, headers);
    const part = (name: string): string => parts.get(name) ?? "";
    try {
      const answer = route.handle({ part, query: url.searchParams, body });
      call.hasEffect = true;
      this.#house.changed();
      // A 204 must carry neither a body nor a content type.
      return answer === undefined
        ? new Response(null, { status: 204, headers })
        : Response.json(answer, { headers });
    } catch (error) {
      return this.#refused(`${call.method} ${call.path}`, error, headers, call);
    }
  }

  #find({ method, path }: Call): { route: Route; parts: ReadonlyMap<string, string> } | null {
    const segments = path.split("/");
    for (const route of this.#routes) {
      const wanted = route.path.split("/");
      if (route.method !== method || wanted.length !== segments.length) continue;
      const parts = new Map<string, string>();
      const fits = wanted.every((segment, index) => {
        const actual = decodeURIComponent(segments[index] ?? "");
        if (segment.startsWith(":")) parts.set(segment.slice(1), actual);
        return segment.startsWith(":") || segment === actual;
      });
      if (fits) return { route, parts };
    }
    return null;
  }

  #refused(what: string, error: unknown, headers: Record<string, string> = {}, call?: Call): Response {
    if (!(error instanceof Refusal)) throw error;
    if (call !== undefined) call.code = error.code;
    if (isOurFault(error)) this.#house.fault(`${what}: ${error.summary}`);
    return Response.json(error, { status: error.status, headers });
  }

  #unrouted(method: string, path: string): Response {
    this.#house.fault(`${method} ${path}: no such route`);
    return Response.json(refusals.notFound(), { status: 404 });
  }
}

/** Malformed bodies, which a program that knows Discord never sends. */
const isOurFault = ({ code }: Refusal): boolean => [40005, 50006, 50035, 50109].includes(code);
